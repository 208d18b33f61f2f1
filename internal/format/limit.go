package format

import "streamsql/internal/option"

// MaxRecord is the option of a format that limits its records. Two obey it, each on its own way through the bytes: the
// source, which cuts records and must not gather one without end, and the decoder.
func MaxRecord(format string) option.Decl {
	return option.Decl{
		Key: format + ".max-record-size", Kind: option.Bytes, Default: "16mb",
		Doc: "A longer record is an error; it is not kept in memory.",
	}
}

// Records are addressed by 31 bits within a chunk.
const (
	defaultRecord = 16 << 20
	largestRecord = 1 << 30
)

// MaxRecordOf is how long a record of a format may be, in bytes.
func MaxRecordOf(format string, v option.Values) int {
	key := MaxRecord(format).Key
	if !v.Given(key) {
		return defaultRecord
	}
	return int(min(v.Bytes(key), largestRecord))
}
