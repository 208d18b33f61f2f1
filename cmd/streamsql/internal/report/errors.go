package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"streamsql/internal/diag"
)

// Located is an error with the text that its spans point into.
type Located struct {
	Name, Text string
	Err        error
}

// Error implements error.
func (l Located) Error() string { return l.Err.Error() }

// Unwrap implements errors.Unwrap.
func (l Located) Unwrap() error { return l.Err }

// Exit is an error that was reported already: only its exit code is left to be used.
type Exit struct{ Code int }

// Error implements error.
func (e Exit) Error() string { return fmt.Sprintf("exit %d", e.Code) }

// Error writes an error as text and returns the exit code that goes with it. It is written in one piece: a status
// line may still be there, and must not be drawn between two of its lines.
func Error(w io.Writer, err error, colour bool) int {
	var text bytes.Buffer
	code := render(&text, err, colour)
	if text.Len() > 0 {
		_, _ = w.Write(text.Bytes()) // nobody is left who could be told
	}
	return code
}

func render(out *bytes.Buffer, err error, colour bool) int {
	var exit Exit
	if errors.As(err, &exit) {
		return exit.Code
	}
	var l Located
	if errors.As(err, &l) {
		_ = diag.Render(out, l.Name, l.Text, l.Err, colour)
		return diag.ExitOf(l.Err)
	}
	var d *diag.Error
	if errors.As(err, &d) {
		_ = diag.Render(out, "", "", err, colour)
		return diag.ExitOf(err)
	}
	if strings.HasPrefix(err.Error(), "unknown command") { // the one complaint of cobra that has no hook
		fmt.Fprintf(out, "error[%s]: %v\n", diag.Usage, err)
		return diag.ExitUsage
	}
	_ = diag.Render(out, "", "", diag.New(diag.Internal, "a failure without a code").WithCause(err), colour)
	return diag.ExitInternal
}
