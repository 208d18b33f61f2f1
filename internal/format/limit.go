package format

import "streamsql/internal/option"

// MaxRecord is the option of formats whose records are lines. Two obey it, each on its own way through the bytes: the
// source, which cuts records and must not gather one without end, and the decoder.
var MaxRecord = option.Decl{
	Key: "json.max-record-size", Kind: option.Bytes, Default: "16mb",
	Doc: "A longer line is an error; it is not kept in memory.",
}

// Records are addressed by 31 bits within a chunk.
const (
	defaultRecord = 16 << 20
	largestRecord = 1 << 30
)

// MaxRecordOf is how long a record may be, in bytes; the default of MaxRecord when the format does not have the option.
func MaxRecordOf(v option.Values) int {
	if !v.Given(MaxRecord.Key) {
		return defaultRecord
	}
	return int(min(v.Bytes(MaxRecord.Key), largestRecord))
}
