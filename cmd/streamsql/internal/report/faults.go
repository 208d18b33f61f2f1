package report

import (
	"encoding/json"
	"errors"
	"io"

	"streamsql/internal/diag"
)

// faultLine is one fault of a query.
type faultLine struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Code   string `json:"code"`
	Msg    string `json:"message"`
	Hint   string `json:"hint,omitempty"`
}

// Faults writes the faults within err, of the query text named name, as a JSON object per line. It returns an Exit with
// the code that the faults leave with, nil without any, and err itself when it is not a fault of the query.
func Faults(w io.Writer, name, text string, err error) error {
	if err == nil {
		return nil
	}
	var list diag.List
	if !errors.As(err, &list) {
		var one *diag.Error
		if !errors.As(err, &one) {
			return err
		}
		list = diag.List{one}
	}
	enc := json.NewEncoder(w)
	for _, e := range list {
		line, column := diag.Place(text, e.Span.Start)
		if err := enc.Encode(faultLine{name, line, column, string(e.Code), e.Msg, e.Hint}); err != nil {
			return err
		}
	}
	return Exit{diag.ExitOf(err)}
}
