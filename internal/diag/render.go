package diag

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Render writes every fault of err in the form that people read, an empty line between two:
//
//	query.sql:3:17: error[unknown-column]: no column "pirce" in table "bids"
//	 3 | SELECT auction, pirce FROM bids
//	   |                 ^~~~~ did you mean "price"?
//
// name and text are those of the query file. Lines and columns count from 1, columns in runes. A fault without span has
// no place and no excerpt. A span of several lines is shown by its first. Tabs and wide runes keep the carets aligned;
// a long line is cut around the span. Of many faults the first maxShown are written, then how many more there are:
// whoever fixes those sees the next. An error that is not a fault of this package is printed as internal. The result is
// the writer's error.
func Render(w io.Writer, name, text string, err error, color bool) error {
	out := bufio.NewWriter(w)
	r := &renderer{out: out, name: name, text: text, style: plain}
	if color {
		r.style = ansi
	}
	faults := Faults(err)
	for i, e := range faults[:min(len(faults), maxShown)] {
		if i > 0 {
			r.print("\n")
		}
		r.fault(e)
	}
	if n := len(faults) - maxShown; n > 0 {
		r.print("\n… and %d more\n", n)
	}
	return out.Flush()
}

// maxShown is how many faults people are shown at once.
const maxShown = 20

// Faults lists the faults within err. An error that is not a fault of this package becomes an internal one.
func Faults(err error) List {
	if err == nil {
		return nil
	}
	switch e := err.(type) { //nolint:errorlint // the shape is taken apart layer by layer
	case List:
		return e
	case *Error:
		return List{e}
	case interface{ Unwrap() []error }:
		var out List
		for _, one := range e.Unwrap() {
			out = append(out, Faults(one)...)
		}
		return out
	}
	var list List
	if errors.As(err, &list) {
		return list
	}
	var one *Error
	if errors.As(err, &one) {
		return List{one}
	}
	return List{New(Internal, "%v", err)}
}

// style is the set of marks around the parts of a fault.
type style struct{ bold, red, blue, cyan, off string }

var (
	plain = style{}
	ansi  = style{bold: "\x1b[1m", red: "\x1b[1;31m", blue: "\x1b[34m", cyan: "\x1b[36m", off: "\x1b[0m"}
)

type renderer struct {
	out   *bufio.Writer
	name  string
	text  string
	style style
}

// print writes; bufio keeps the first error for Flush.
func (r *renderer) print(format string, args ...any) { _, _ = fmt.Fprintf(r.out, format, args...) }

func (r *renderer) fault(e *Error) {
	if e.Span.IsZero() || int(e.Span.Start) > len(r.text) || e.Span.Start < 0 {
		r.headline("", e)
		r.hint(1, e.Hint)
		return
	}
	x := cutExcerpt(r.text, e.Span)
	r.headline(fmt.Sprintf("%s:%d:%d: ", r.name, x.line, x.column), e)
	r.excerpt(x, e.Hint)
}

func (r *renderer) headline(place string, e *Error) {
	s := r.style
	r.print("%s%s%s%serror[%s]%s: %s", s.bold, place, s.off, s.red, e.Code, s.off, e.Msg)
	if e.Cause != nil {
		r.print(": %v", e.Cause)
	}
	r.print("\n")
}

// hintWidth is up to which column a hint may reach beside its carets.
const hintWidth = 110

// excerpt writes the source line and the carets, with the hint beside them if it is short.
func (r *renderer) excerpt(x excerpt, hint string) {
	s := r.style
	number := fmt.Sprint(x.line)
	gutter := strings.Repeat(" ", len(number))
	carets := "^" + strings.Repeat("~", x.width-1)
	r.print(" %s%s |%s %s\n", s.blue, number, s.off, x.text)
	r.print(" %s%s |%s %s%s%s%s", s.blue, gutter, s.off, strings.Repeat(" ", x.indent), s.red, carets, s.off)
	if hint != "" && !strings.Contains(hint, "\n") && x.indent+x.width+len([]rune(hint)) <= hintWidth {
		r.print(" %s%s%s\n", s.cyan, hint, s.off)
		return
	}
	r.print("\n")
	r.hint(len(number)+1, hint)
}

// hint writes a hint on lines of its own.
func (r *renderer) hint(indent int, hint string) {
	if hint == "" {
		return
	}
	for _, line := range strings.Split(hint, "\n") {
		r.print("%s%s= %s%s\n", strings.Repeat(" ", indent+1), r.style.cyan, line, r.style.off)
	}
}
