// Package kernel implements the scalar overloads of internal/function as loops over raw columns. File by file it
// mirrors the families declared there: whoever looks for SUBSTRING finds signature and code under the same file name.
//
//	function.Overload ──ID──▶ Factory ──types, constants──▶ Kernel ──columns──▶ column
//
// A Kernel is made once per expression and lane: patterns are compiled, element types and constant sides chosen,
// scratch memory allocated then. Per batch it runs straight loops. It is not safe for concurrent use.
//
// Vocabulary: active rows are those that count; only they may raise an error. live rows are active and without NULL
// among the arguments. What a kernel writes for other rows is initialised and arbitrary.
//
// An implementation (a body) is simpler than a Kernel: the frame around it (frame.go) has dealt with NULL, dictionaries
// and constant results, so a body of a strict overload sees flat or constant arguments, at least one of them flat
// unless there is a single row, and live rows.
package kernel

import (
	"fmt"
	"slices"

	"streamsql/internal/diag"
	"streamsql/internal/function"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// RowError is the first active row that an expression cannot be computed for.
type RowError struct {
	Row  int // within the batch
	Code diag.Code
	Msg  string
	Span diag.Span // of the expression; filled by exec/expr

	// TooWide says that the batch is at fault, not the row: its texts need more memory than one batch may take. Cut
	// into pieces of at most WideRows rows it can be computed.
	TooWide bool
}

// ArgError is a constant argument that a kernel cannot be made with.
type ArgError struct {
	Arg int // from 0
	Err error
}

// Error implements error.
func (e *ArgError) Error() string { return e.Err.Error() }

// Unwrap gives the fault.
func (e *ArgError) Unwrap() error { return e.Err }

// Error implements error.
func (e *RowError) Error() string { return fmt.Sprintf("%s: %s (row %d)", e.Code, e.Msg, e.Row) }

// Kernel computes out from args. The caller has set out.Type and out.Len; out's buffers are reused. active nil means
// every row. out may come back Const or, for strings, Dict. Its memory is valid until the next call.
type Kernel func(out *vec.Vec, args []*vec.Vec, active vec.Bitmap) *RowError

// Spec is what is known about a call when its expression is compiled.
type Spec struct {
	Overload string
	Args     []sqltype.Type
	Const    []*vec.Vec // Const[i] is argument i when it is a constant, a single row; else nil
	Result   sqltype.Type
}

// body is the inside of a kernel; see the package comment. out has been Reset; its Valid holds the NULLs of the
// arguments.
type body func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError

// factory makes a body. Its error is about a constant argument, without a span.
type factory func(Spec) (body, error)

var factories = map[string]factory{}

func init() {
	for _, family := range []func(){
		comparisonFamily, arithmeticFamily, mathFamily, conditionalFamily, stringFamily, regexpFamily, hashFamily,
		temporalFamily,
		dateFormatFamily,
	} {
		family()
	}
}

// define registers an implementation under an overload ID.
func define(id string, f factory) {
	if factories[id] != nil {
		panic("kernel: implemented twice: " + id)
	}
	factories[id] = f
}

// simple registers an implementation that needs no preparation. All kernels share it: it keeps nothing between calls.
func simple(id string, b body) { define(id, func(Spec) (body, error) { return b, nil }) }

// fresh registers an implementation that keeps scratch memory between calls: each kernel gets one of its own, since the
// kernels of several goroutines run at the same time.
func fresh(id string, b func() body) { define(id, func(Spec) (body, error) { return b(), nil }) }

// IDs lists the implemented overloads, sorted.
func IDs() []string {
	out := make([]string, 0, len(factories))
	for id := range factories {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

// New makes the kernel of a call. Errors are *diag.Error without a span: a constant argument that cannot work.
func New(s Spec) (Kernel, error) {
	o, ok := function.ByID(s.Overload)
	f := factories[s.Overload]
	if !ok || f == nil {
		return nil, diag.New(diag.Internal, "no kernel for overload %s", s.Overload)
	}
	if s.Const == nil {
		s.Const = make([]*vec.Vec, len(s.Args))
	}
	b, err := f(s)
	if err != nil {
		return nil, err
	}
	if o.Nulls == function.Custom {
		return custom(b), nil
	}
	return strict(b), nil
}

// fail makes a RowError.
func fail(row int, code diag.Code, format string, args ...any) *RowError {
	return &RowError{Row: row, Code: code, Msg: fmt.Sprintf(format, args...)}
}

func overflow(row int, t sqltype.Type) *RowError {
	return fail(row, diag.NumericOverflow, "the result does not fit %s", t.Nullable())
}

func divisionByZero(row int) *RowError { return fail(row, diag.DivisionByZero, "division by zero") }
