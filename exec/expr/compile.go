package expr

import (
	"errors"
	"fmt"
	"slices"

	"streamsql/exec/kernel"
	"streamsql/internal/diag"
	"streamsql/internal/function"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

// compiler turns bound expressions into cells. Expressions of equal canonical text share one.
type compiler struct {
	schema sqltype.Schema
	epoch  *Epoch
	shared map[string]*cell
	inputs map[int]bool
	raw    bool // do not fold: compiling a constant in order to evaluate it
}

func (c *compiler) sortedInputs() []int {
	out := make([]int, 0, len(c.inputs))
	for i := range c.inputs {
		out = append(out, i)
	}
	slices.Sort(out)
	return out
}

func (c *compiler) compile(e scalar.Expr) (*cell, error) {
	key := e.String()
	if cl := c.shared[key]; cl != nil {
		cl.uses++
		return cl, nil
	}
	cl, err := c.build(e)
	if err != nil {
		return nil, err
	}
	cl.typ, cl.uses = e.Type(), 1
	c.shared[key] = cl
	return cl, nil
}

func (c *compiler) all(exprs []scalar.Expr) (cells []*cell, masked bool, err error) {
	for _, e := range exprs {
		cl, err := c.compile(e)
		if err != nil {
			return nil, false, err
		}
		masked = masked || cl.masked
		cells = append(cells, cl)
	}
	return cells, masked, nil
}

func (c *compiler) build(e scalar.Expr) (*cell, error) {
	if !c.raw && foldable(e) {
		return c.fold(e)
	}
	switch e := e.(type) {
	case scalar.Const:
		return constCell(e)
	case scalar.Col:
		if e.Index < 0 || e.Index >= len(c.schema) {
			return nil, diag.At(diag.Internal, e.At, "column %d of %d", e.Index, len(c.schema))
		}
		c.inputs[e.Index] = true
		return &cell{node: colNode{e.Index}}, nil
	case scalar.Clock:
		if c.epoch == nil {
			return nil, diag.At(diag.BadArgument, e.At, "the current time is not known here")
		}
		n := &clockNode{epoch: c.epoch, v: *vec.NewConst(e.T, 1, 0)}
		return &cell{node: n}, nil
	case scalar.Call:
		return c.call(e)
	case scalar.Cast:
		return c.cast(e)
	case scalar.In:
		return c.in(e)
	}
	return c.logic(e)
}

// logic compiles the operators that deal with NULL and masks themselves.
func (c *compiler) logic(e scalar.Expr) (*cell, error) {
	args, masked, err := c.all(scalar.Children(e))
	if err != nil {
		return nil, err
	}
	cl := &cell{masked: masked}
	switch e := e.(type) {
	case scalar.And:
		cl.node = &connective{args: args}
	case scalar.Or:
		cl.node = &connective{args: args, or: true}
	case scalar.Not:
		cl.node = &notNode{arg: args[0]}
	case scalar.IsNull:
		cl.node = &isNullNode{arg: args[0], negate: e.Negate}
	case scalar.IsTruth:
		cl.node = &isTruthNode{arg: args[0], want: e.Want, negate: e.Negate}
	case scalar.Case:
		n := &caseNode{blend: blend{typ: e.T}, otherwise: args[len(args)-1]}
		for i := 0; i+1 < len(args); i += 2 {
			n.whens = append(n.whens, branch{cond: args[i], then: args[i+1]})
		}
		cl.node = n
	case scalar.Coalesce:
		cl.node = &coalesceNode{blend: blend{typ: e.T}, args: args}
	default:
		return nil, diag.At(diag.Internal, e.Span(), "expression %T has no evaluation", e)
	}
	return cl, nil
}

func (c *compiler) call(e scalar.Call) (*cell, error) {
	o, ok := function.ByID(e.Overload)
	if !ok {
		return nil, diag.At(diag.Internal, e.At, "unknown overload %s", e.Overload)
	}
	exprs := e.Args
	if isDecimalOperator(o) {
		exprs = bareBigints(exprs)
	}
	args, masked, err := c.all(exprs)
	if err != nil {
		return nil, err
	}
	spec := kernel.Spec{Overload: e.Overload, Args: make([]sqltype.Type, len(args)), Const: make([]*vec.Vec, len(args)), Result: e.T}
	for i, a := range args {
		spec.Args[i] = exprs[i].Type()
		if k, ok := a.node.(*constNode); ok {
			spec.Const[i] = &k.v
		}
	}
	k, err := kernel.New(spec)
	if err != nil {
		return nil, at(err, e.At)
	}
	n := &callNode{kernel: k, args: args, argv: make([]*vec.Vec, len(args)), typ: e.T, span: e.At}
	return &cell{node: n, masked: masked || o.CanFail || o.Costly}, nil
}

// isDecimalOperator: arithmetic and comparison of two DECIMAL, whose kernels read BIGINT columns too.
func isDecimalOperator(o *function.Overload) bool {
	return len(o.Params) == 2 && o.Params[0].Kind == sqltype.Decimal && o.Params[1].Kind == sqltype.Decimal
}

// bareBigints drops the cast of BIGINT to DECIMAL(19, 0), which would double the width of the column for nothing.
func bareBigints(args []scalar.Expr) []scalar.Expr {
	out := slices.Clone(args)
	for i, a := range out {
		cast, ok := a.(scalar.Cast)
		if ok && cast.Arg.Type().Kind == sqltype.BigInt && cast.T.Kind == sqltype.Decimal && cast.T.P == 19 && cast.T.S == 0 {
			out[i] = cast.Arg
		}
	}
	return out
}

func (c *compiler) cast(e scalar.Cast) (*cell, error) {
	arg, err := c.compile(e.Arg)
	if err != nil {
		return nil, err
	}
	from := e.Arg.Type()
	// A masked argument may be computed again under a wider mask while an older view of it is still in use, so only the
	// others are viewed.
	if kernel.CastIsView(from, e.T) && !arg.masked {
		return &cell{node: &viewNode{arg: arg, typ: e.T}, masked: arg.masked}, nil
	}
	k, err := kernel.NewCast(from, e.T, e.Try)
	if err != nil {
		return nil, at(err, e.At)
	}
	implicit, _ := function.CanCast(from, e.T)
	n := &callNode{kernel: k, args: []*cell{arg}, argv: make([]*vec.Vec, 1), typ: e.T, span: e.At}
	return &cell{node: n, masked: arg.masked || !implicit}, nil
}

func (c *compiler) in(e scalar.In) (*cell, error) {
	arg, err := c.compile(e.Arg)
	if err != nil {
		return nil, err
	}
	values := make([]any, len(e.List))
	for i, k := range e.List {
		values[i] = value(k)
	}
	list := vec.Make(e.Arg.Type(), values...)
	n := &callNode{kernel: kernel.NewIn(list, e.Negate), args: []*cell{arg}, argv: make([]*vec.Vec, 1), typ: e.T, span: e.At}
	return &cell{node: n, masked: arg.masked}, nil
}

// value is a constant as vec takes it.
func value(k scalar.Const) any {
	if w, ok := k.Value.(scalar.Int128); ok {
		return vec.I128{w.Lo, uint64(w.Hi)}
	}
	return k.Value
}

func constCell(k scalar.Const) (cl *cell, err error) {
	defer func() { // a value of the wrong kind is a bug of the planner's; say where
		if p := recover(); p != nil {
			cl, err = nil, diag.At(diag.Internal, k.At, "constant %s: %v", k, p)
		}
	}()
	return &cell{node: &constNode{v: *vec.NewConst(k.T, 1, value(k))}}, nil
}

// foldable: an operation over constants only. Clocks change.
func foldable(e scalar.Expr) bool {
	if _, ok := e.(scalar.Const); ok {
		return false
	}
	ok := true
	scalar.Walk(e, func(x scalar.Expr) {
		switch x.(type) {
		case scalar.Col, scalar.Clock:
			ok = false
		}
	})
	return ok
}

// fold evaluates a constant expression on a batch of one row, lazily like any other.
func (c *compiler) fold(e scalar.Expr) (*cell, error) {
	raw := &compiler{raw: true, shared: map[string]*cell{}, inputs: map[int]bool{}}
	cl, err := raw.compile(e)
	if err != nil {
		return nil, err
	}
	v, rowErr := cl.eval(&run{batch: &zset.Batch{N: 1}, n: 1, gen: 1}, nil)
	if rowErr != nil {
		return nil, diag.At(diag.BadConstant, rowErr.Span, "%s (%s)", rowErr.Msg, rowErr.Code).
			WithHint("the expression is constant, so every row that reaches it would fail")
	}
	return &cell{node: &constNode{v: *vec.NewConst(e.Type(), 1, vec.Flatten(v).Value(0))}}, nil
}

// at gives an error of a kernel's preparation its place.
func at(err error, span diag.Span) error {
	var d *diag.Error
	if errors.As(err, &d) {
		if d.Span.IsZero() {
			d.Span = span
		}
		return d
	}
	return diag.At(diag.Internal, span, "%s", fmt.Sprint(err))
}
