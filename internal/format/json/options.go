package json

import "streamsql/internal/option"

// The formats of this package, as named by the option 'format'.
const (
	Name          = "json"
	ChangelogName = "changelog-json" // with `_op`
)

// DefaultMaxRecord is the default of json.max-record-size, which a source enforces while it cuts lines.
const DefaultMaxRecord = 16 << 20

const (
	keyIgnore    = "json.ignore-parse-errors"
	keyMissing   = "json.fail-on-missing-field"
	keyMaxRecord = "json.max-record-size"
)

// Options are what a table WITH ('format' = 'json') may say.
var Options = option.Set{
	{Key: keyIgnore, Kind: option.Bool, Default: "false", Doc: "Make values that do not fit NULL and leave out records that cannot be read, instead of treating them as errors; both are counted."},
	{Key: keyMissing, Kind: option.Bool, Default: "false", Doc: "Treat a record that lacks a column as an error; otherwise the column is NULL."},
	{Key: "json.timestamp-format.standard", Kind: option.Enum, Values: []string{"SQL", "ISO-8601"}, Default: "SQL", Doc: "Accepted for portability: timestamps are read in both forms and written in the SQL form."},
	{Key: keyMaxRecord, Kind: option.Bytes, Default: "16mb", Doc: "A longer line is an error; it is not kept in memory."},
}

// settings are the options as the decoder uses them.
type settings struct {
	ignore, missing bool
	maxRecord       int
}

func settingsOf(v option.Values) settings {
	s := settings{maxRecord: DefaultMaxRecord}
	if v.Given(keyIgnore) {
		s.ignore = v.Bool(keyIgnore)
	}
	if v.Given(keyMissing) {
		s.missing = v.Bool(keyMissing)
	}
	if v.Given(keyMaxRecord) {
		s.maxRecord = int(min(v.Bytes(keyMaxRecord), 1<<30))
	}
	return s
}
