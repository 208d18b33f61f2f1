package sinks

import "streamsql/internal/diag"

// Failed is the error of a table's sink with a code and the table's name. One that has a code already names them and
// says what to do; it comes through as it is.
func Failed(table string, err error) error {
	if err == nil || diag.CodeOf(err) != diag.Internal {
		return err
	}
	return diag.New(diag.SinkFailed, "table %q cannot be written", table).WithCause(err).
		WithHint("nothing is lost: start the query again when the sink is back, and it repeats this epoch")
}
