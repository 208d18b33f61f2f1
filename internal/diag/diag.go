// Package diag is how streamsql reports faults that a user can cause.
//
// Every such fault is an *Error: a stable Code, a byte Span in one source text, a message that says what is wrong and
// a hint that says what to do. A pass that can find several faults returns a List in source order. Faults a user cannot
// cause are not values of this package: they are panics, caught once per epoch.
//
// Codes are declared next to each other in codes_*.go with their process exit code, so that "does a retry help" has one
// answer per code (docs/errors.md is generated from the table).
package diag

import (
	"errors"
	"fmt"
	"sort"
	"strings"
)

// Span is a half-open byte range [Start, End) in one source text. The zero Span means "no position".
type Span struct{ Start, End int32 }

// IsZero reports whether the span carries no position.
func (s Span) IsZero() bool { return s.Start == 0 && s.End == 0 }

// Join returns the smallest span that covers both; a zero span is neutral.
func (s Span) Join(o Span) Span {
	switch {
	case s.IsZero():
		return o
	case o.IsZero():
		return s
	}
	return Span{min(s.Start, o.Start), max(s.End, o.End)}
}

// Error is one fault. It implements error; errors.As finds it through wrapping, errors.Is compares by Code.
type Error struct {
	Code  Code
	Span  Span   // zero when the fault has no place in the SQL text
	Msg   string // one sentence without a final dot, lower case
	Hint  string // what to do about it; may be empty
	Cause error
}

// New makes an Error without position.
func New(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Msg: fmt.Sprintf(format, args...)}
}

// At makes an Error at a span of the query text.
func At(code Code, span Span, format string, args ...any) *Error {
	return &Error{Code: code, Span: span, Msg: fmt.Sprintf(format, args...)}
}

// WithHint sets the hint and returns e.
func (e *Error) WithHint(format string, args ...any) *Error {
	e.Hint = fmt.Sprintf(format, args...)
	return e
}

// WithCause sets the wrapped error and returns e.
func (e *Error) WithCause(err error) *Error {
	e.Cause = err
	return e
}

// Error renders the fault on one line, without the source excerpt (see Render).
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "error[%s]: %s", e.Code, e.Msg)
	if e.Cause != nil {
		fmt.Fprintf(&b, ": %v", e.Cause)
	}
	if e.Hint != "" {
		fmt.Fprintf(&b, " (%s)", e.Hint)
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Is makes errors.Is(err, diag.New(code, "")) a comparison of codes.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// List is what a pass reports: every fault it can find, in source order.
type List []*Error

// Error joins the messages, one per line.
func (l List) Error() string {
	parts := make([]string, len(l))
	for i, e := range l {
		parts[i] = e.Error()
	}
	return strings.Join(parts, "\n")
}

// Unwrap exposes the members to errors.Is and errors.As.
func (l List) Unwrap() []error {
	out := make([]error, len(l))
	for i, e := range l {
		out[i] = e
	}
	return out
}

// Sort orders the list by position, keeping the order of equal positions.
func (l List) Sort() {
	sort.SliceStable(l, func(i, j int) bool { return l[i].Span.Start < l[j].Span.Start })
}

// Err returns nil for an empty list, so that a pass can end with `return x, faults.Err()`.
func (l List) Err() error {
	if len(l) == 0 {
		return nil
	}
	return l
}

// CodeOf returns the code of the first Error within err, or Internal.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}

// ExitOf returns the process exit code for err: 0 for nil, otherwise that of its code.
func ExitOf(err error) int {
	if err == nil {
		return 0
	}
	return CodeOf(err).Exit()
}
