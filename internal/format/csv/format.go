package csv

import (
	"streamsql/internal/format"
	"streamsql/internal/option"
	"streamsql/internal/sqltype"
)

// Format is records of separated fields.
var Format = format.Format{
	Name: "csv", Ext: ".csv", Doc: "Fields separated by commas, a record per line (RFC 4180).",
	Options: Options, Check: CheckOptions, Framing: framing,
	NewDecoder: func(c format.Config) format.Decoder { return NewDecoder(c) },
	NewEncoder: func(c format.Config) format.Encoder { return NewEncoder(c.Schema, c.Options) },
	Head:       head,
}

func framing(v option.Values) format.Framing {
	s := settingsOf(v)
	return format.Framing{Splitter: s.splitter(), MaxRecord: s.maxRecord, Headed: s.header != headerNone}
}

// head is the line of names that a written file begins with.
func head(schema sqltype.Schema, v option.Values) []byte {
	s := settingsOf(v)
	if s.header == headerNone {
		return nil
	}
	return NewEncoder(schema, v).Head()
}
