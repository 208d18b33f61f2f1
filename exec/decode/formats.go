package decode

import (
	"streamsql/internal/diag"
	"streamsql/internal/format"
	"streamsql/internal/format/json"
)

// formats are the formats that a table can be read in, by the name that DDL gives them.
var formats = map[string]func(format.Config) format.Decoder{
	"json": func(c format.Config) format.Decoder { return json.NewDecoder(c) },
}

// rowsOf makes what turns a chunk into rows: the format of the table, or the table itself when it is generated.
func rowsOf(s *Spec) (format.Decoder, error) {
	if s.Rows != nil {
		return s.Rows(), nil
	}
	return newFormat(s)
}

// newFormat makes the format's decoder. The planner has refused unknown names already.
func newFormat(s *Spec) (format.Decoder, error) {
	open, ok := formats[s.Format]
	if !ok {
		return nil, diag.At(diag.Internal, s.Span, "format %q has no decoder", s.Format)
	}
	return open(s.Columns), nil
}
