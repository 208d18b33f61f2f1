package json

import (
	"streamsql/internal/format"
	"streamsql/internal/option"
)

const (
	keyIgnore   = "json.ignore-parse-errors"
	keyMissing  = "json.fail-on-missing-field"
	keyTimeForm = "json.timestamp-format.standard"
)

// Options are what a table WITH ('format' = 'json') may say.
var Options = option.Set{
	{Key: keyIgnore, Kind: option.Bool, Default: "false",
		Doc: "Make values that do not fit NULL and leave out records that cannot be read, instead of treating them as " +
			"errors; both are counted."},
	{Key: keyMissing, Kind: option.Bool, Default: "false",
		Doc: "Treat a record that lacks a column as an error; otherwise the column is NULL."},
	{Key: keyTimeForm, Kind: option.Enum, Values: []string{"SQL", isoForm}, Default: "SQL",
		Doc: "How timestamps are written: 2026-01-01 12:00:00 or 2026-01-01T12:00:00. They are read in both forms."},
	format.MaxRecord("json"),
}

// settings are the options as the decoder uses them.
type settings struct {
	ignore, missing bool
	maxRecord       int
}

// CheckOptions reports what contradicts itself.
func CheckOptions(v option.Values) []option.Problem {
	set := settingsOf(v)
	if !set.ignore || !set.missing {
		return nil
	}
	return []option.Problem{{
		Key: keyMissing, Msg: "'" + keyMissing + "' and '" + keyIgnore + "' cannot both be true",
		Hint: "a missing column is either an error or ignored; leave one of them out",
	}}
}

// encodeOptionsOf are the options of a table that is written.
func encodeOptionsOf(v option.Values) EncodeOptions {
	return EncodeOptions{ISO: v.Given(keyTimeForm) && v.String(keyTimeForm) == isoForm}
}

const isoForm = "ISO-8601"

func settingsOf(v option.Values) settings {
	s := settings{maxRecord: format.MaxRecordOf("json", v)}
	if v.Given(keyIgnore) {
		s.ignore = v.Bool(keyIgnore)
	}
	if v.Given(keyMissing) {
		s.missing = v.Bool(keyMissing)
	}
	return s
}
