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
	keys   scalar.Keys
	shared map[int]*cell // by scalar.Key
	inputs map[int]bool
	raw    bool // do not fold: compiling a constant in order to evaluate it
	lazy   int  // open branches that may never be taken: a constant that fails in one is left to the rows that reach it
	faults diag.List
}

func newCompiler(schema sqltype.Schema, epoch *Epoch) *compiler {
	return &compiler{schema: schema, epoch: epoch, shared: map[int]*cell{}, inputs: map[int]bool{}}
}

func (c *compiler) sortedInputs() []int {
	out := make([]int, 0, len(c.inputs))
	for i := range c.inputs {
		out = append(out, i)
	}
	slices.Sort(out)
	return out
}

// root compiles a whole expression. What cannot be compiled is noted in faults, and a placeholder takes its place, so
// that one look finds every fault.
func (c *compiler) root(e scalar.Expr) *cell { return c.compile(e, c.keys.Of(e)) }

func (c *compiler) compile(e scalar.Expr, k *scalar.Key) *cell {
	if cl := c.shared[k.ID]; cl != nil {
		cl.uses++
		if cl.refused != nil && c.lazy == 0 { // it was met in a branch before, here every row meets it
			c.faults = append(c.faults, cl.refused)
		}
		return cl
	}
	cl, err := c.build(e, k)
	if err != nil {
		c.fault(err, e.Span())
		cl = &cell{node: &constNode{v: *vec.NewConst(e.Type(), 1, nil)}}
	}
	cl.typ, cl.uses = e.Type(), 1
	c.shared[k.ID] = cl
	return cl
}

// fault notes why something cannot be compiled. The text is at fault, whatever code a kernel has for it: a row that
// gave the same pattern would be bad data, a constant is bad SQL.
func (c *compiler) fault(err error, at diag.Span) {
	if errors.Is(err, errReported) {
		return
	}
	e := located(err, at)
	if e.Code.Exit() == diag.ExitData {
		e.Msg, e.Code = fmt.Sprintf("%s (%s)", e.Msg, e.Code), diag.BadConstant
	}
	c.faults = append(c.faults, e)
}

// all compiles operands; the n-th is lazy when a row can go without it.
func (c *compiler) all(exprs []scalar.Expr, keys []*scalar.Key, lazy func(int) bool) (cells []*cell, masked bool) {
	for i, e := range exprs {
		branch := lazy != nil && lazy(i)
		if branch {
			c.lazy++
		}
		cl := c.compile(e, keys[i])
		if branch {
			c.lazy--
		}
		masked = masked || cl.masked
		cells = append(cells, cl)
	}
	return cells, masked
}

func (c *compiler) build(e scalar.Expr, k *scalar.Key) (*cell, error) {
	_, literal := e.(scalar.Const)
	if c.raw || literal || !k.Constant {
		return c.operation(e, k)
	}
	folded, refused := c.fold(e)
	if refused == nil {
		return folded, nil
	}
	if c.lazy == 0 {
		return nil, refused
	}
	c.raw = true // its operands are not tried one by one: a chain of n would be computed n times
	cl, err := c.operation(e, k)
	c.raw = false
	if err == nil {
		cl.refused = refused
	}
	return cl, err
}

func (c *compiler) operation(e scalar.Expr, k *scalar.Key) (*cell, error) {
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
			return nil, diag.At(diag.BadConstant, e.At, "the current time is not known here")
		}
		n := &clockNode{epoch: c.epoch, v: *vec.NewConst(e.T, 1, 0)}
		return &cell{node: n}, nil
	case scalar.Call:
		return c.call(e, k)
	case scalar.Cast:
		return c.cast(e, k)
	case scalar.In:
		return c.in(e, k), nil
	case scalar.And, scalar.Or, scalar.Not, scalar.IsNull, scalar.IsTruth, scalar.Case, scalar.Coalesce:
		return c.logic(e, k)
	}
	return nil, diag.At(diag.Internal, e.Span(), "expression %T has no evaluation", e)
}

// branches says which operands of e are computed only for rows that reach them.
func branches(e scalar.Expr) func(int) bool {
	switch e.(type) {
	case scalar.And, scalar.Or, scalar.Case, scalar.Coalesce:
		return func(i int) bool { return i > 0 }
	case scalar.Const, scalar.Col, scalar.Clock, scalar.Call, scalar.Cast, scalar.Not, scalar.IsNull, scalar.IsTruth,
		scalar.In:
	}
	return nil
}

// logic compiles the operators that deal with NULL and masks themselves.
func (c *compiler) logic(e scalar.Expr, k *scalar.Key) (*cell, error) {
	args, masked := c.all(scalar.Children(e), k.Operands, branches(e))
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
		return nil, diag.At(diag.Internal, e.Span(), "expression %T is not logic", e)
	}
	return cl, nil
}

func (c *compiler) call(e scalar.Call, k *scalar.Key) (*cell, error) {
	o, ok := function.ByID(e.Overload)
	if !ok {
		return nil, diag.At(diag.Internal, e.At, "unknown overload %s", e.Overload)
	}
	exprs, keys := e.Args, k.Operands
	if isDecimalOperator(o) {
		exprs, keys = bareBigints(exprs, keys)
	}
	before := len(c.faults)
	args, masked := c.all(exprs, keys, nil)
	if len(c.faults) > before {
		return nil, errReported // a kernel is not prepared for operands that do not exist
	}
	spec := kernel.Spec{
		Overload: e.Overload, Args: make([]sqltype.Type, len(args)), Const: make([]*vec.Vec, len(args)), Result: e.T,
	}
	for i, a := range args {
		spec.Args[i] = exprs[i].Type()
		if k, ok := a.node.(*constNode); ok {
			spec.Const[i] = &k.v
		}
	}
	kn, err := kernel.New(spec)
	if err != nil {
		return nil, located(err, faulty(err, e))
	}
	n := &callNode{kernel: kn, args: args, argv: make([]*vec.Vec, len(args)), typ: e.T, span: e.At}
	return &cell{node: n, masked: masked || o.CanFail || o.Costly}, nil
}

// isDecimalOperator: arithmetic and comparison of two DECIMAL, whose kernels read BIGINT columns too.
func isDecimalOperator(o *function.Overload) bool {
	return len(o.Params) == 2 && o.Params[0].Kind == sqltype.Decimal && o.Params[1].Kind == sqltype.Decimal
}

// bareBigints drops the cast of BIGINT to DECIMAL(19, 0), which would double the width of the column for nothing.
func bareBigints(args []scalar.Expr, keys []*scalar.Key) ([]scalar.Expr, []*scalar.Key) {
	args, keys = slices.Clone(args), slices.Clone(keys)
	for i, a := range args {
		cast, ok := a.(scalar.Cast)
		if ok && cast.Arg.Type().Kind == sqltype.BigInt && cast.T.Kind == sqltype.Decimal && cast.T.P == 19 && cast.T.S == 0 {
			args[i], keys[i] = cast.Arg, keys[i].Operands[0]
		}
	}
	return args, keys
}

func (c *compiler) cast(e scalar.Cast, k *scalar.Key) (*cell, error) {
	arg := c.compile(e.Arg, k.Operands[0])
	from := e.Arg.Type()
	// A masked argument may be computed again under a wider mask while an older view of it is still in use, so only the
	// others are viewed.
	if kernel.CastIsView(from, e.T) && !arg.masked {
		return &cell{node: &viewNode{arg: arg, typ: e.T}, masked: arg.masked}, nil
	}
	kn, err := kernel.NewCast(from, e.T, e.Try)
	if err != nil {
		return nil, located(err, e.At)
	}
	implicit, _ := function.CanCast(from, e.T)
	n := &callNode{kernel: kn, args: []*cell{arg}, argv: make([]*vec.Vec, 1), typ: e.T, span: e.At}
	return &cell{node: n, masked: arg.masked || !implicit}, nil
}

func (c *compiler) in(e scalar.In, k *scalar.Key) *cell {
	arg := c.compile(e.Arg, k.Operands[0])
	values := make([]any, len(e.List))
	for i, k := range e.List {
		values[i] = value(k)
	}
	list := vec.Make(e.Arg.Type(), values...)
	n := &callNode{kernel: kernel.NewIn(list, e.Negate), args: []*cell{arg},
		argv: make([]*vec.Vec, 1), typ: e.T, span: e.At}
	return &cell{node: n, masked: arg.masked}
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

// fold evaluates a constant expression on a batch of one row, lazily like any other.
func (c *compiler) fold(e scalar.Expr) (*cell, *diag.Error) {
	raw := newCompiler(nil, nil)
	raw.raw = true
	cl := raw.root(e)
	if len(raw.faults) > 0 {
		return nil, raw.faults[0]
	}
	v, rowErr := cl.eval(&run{batch: &zset.Batch{N: 1}, n: 1, gen: 1}, nil)
	if rowErr != nil {
		return nil, diag.At(diag.BadConstant, rowErr.Span, "%s (%s)", rowErr.Msg, rowErr.Code).
			WithHint("the expression is constant, so every row that reaches it would fail")
	}
	return &cell{node: &constNode{v: *vec.NewConst(e.Type(), 1, vec.Flatten(v).Value(0))}}, nil
}

// errReported says that the faults below are noted already.
var errReported = errors.New("its operands are at fault")

// faulty is where the argument is that a kernel could not be made with; the call when the kernel does not say.
func faulty(err error, e scalar.Call) diag.Span {
	var a *kernel.ArgError
	if errors.As(err, &a) && !e.Args[a.Arg].Span().IsZero() {
		return e.Args[a.Arg].Span()
	}
	return e.At
}

// located gives an error of a kernel's preparation its place.
func located(err error, span diag.Span) *diag.Error {
	var d *diag.Error
	if errors.As(err, &d) {
		if d.Span.IsZero() {
			d.Span = span
		}
		return d
	}
	return diag.At(diag.Internal, span, "%s", fmt.Sprint(err))
}
