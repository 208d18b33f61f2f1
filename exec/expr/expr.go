// Package expr compiles bound expressions (internal/scalar) into programs of vector kernels and runs them on batches.
//
//	scalar.Expr ──Compile──▶ Program: a graph of cells, equal texts shared, constants folded
//	batch ──Eval──▶ columns          Filter: which rows · Calc: filter, gather, project
//
// # Laziness
//
// AND, OR, CASE and COALESCE evaluate an operand only for rows that still need it. That is a mask, not a gather: an
// operand gets the bitmap of rows that count (active) and may fail, or spend effort, on those only. Operands that
// cannot fail and are cheap ignore the mask and are computed for all rows, so that they are computed once however often
// they are used. A shared operand that was computed under one mask and is needed under a wider one is computed again,
// under both.
//
// # Lifetime
//
// Results are borrowed: valid until the next Eval of the same program. A program belongs to one lane.
package expr

import (
	"time"

	"streamsql/exec/kernel"
	"streamsql/internal/diag"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

// RowError is the first active row that an expression cannot be computed for, with the span of the failing expression.
type RowError = kernel.RowError

// Epoch is what expressions may know about the running epoch. Now is called once per Eval that needs it.
type Epoch struct {
	Now func() time.Time
}

// Program computes expressions over batches of one schema.
type Program struct {
	cells   []*cell // one per expression
	inputs  []int
	flat    []vec.Vec // results that had to be flattened
	results []*vec.Vec
	run     run
}

// run is the state of one Eval.
type run struct {
	batch *zset.Batch
	n     int
	gen   uint64 // number of the Eval: cells of an older one are stale
}

// Compile makes a program. Constant sub-expressions are evaluated now. The error is a diag.List: every constant that
// cannot be computed and every malformed constant pattern, each with its span. A constant in a branch of
// CASE, COALESCE, AND or OR is left to the rows that take the branch: there may be none. epoch may be nil when no
// expression reads the clock.
func Compile(exprs []scalar.Expr, schema sqltype.Schema, epoch *Epoch) (*Program, error) {
	c := newCompiler(schema, epoch)
	p := &Program{flat: make([]vec.Vec, len(exprs)), results: make([]*vec.Vec, len(exprs))}
	for _, e := range exprs {
		p.cells = append(p.cells, c.root(e))
	}
	if err := c.faults.Err(); err != nil {
		return nil, err
	}
	p.inputs = c.sortedInputs()
	return p, nil
}

// Inputs lists the columns of the batch that the program reads, ascending; the others may be missing (nil).
func (p *Program) Inputs() []int { return p.inputs }

// Eval computes every expression for the batch. Rows outside of active (nil: none) raise no error and hold arbitrary
// values. Results are flat or, for strings, Dict. The slice is reused.
func (p *Program) Eval(b *zset.Batch, active vec.Bitmap) ([]*vec.Vec, *RowError) {
	p.start(b)
	for i, c := range p.cells {
		v, err := c.eval(&p.run, active)
		if err != nil {
			return nil, err
		}
		if v.Shape == vec.Const {
			spread(&p.flat[i], v)
			v = &p.flat[i]
		}
		p.results[i] = v
	}
	return p.results, nil
}

// longConst is the length from which a constant text is spread by reference.
const longConst = 64

// spread gives every row the constant v. A long text becomes a dictionary of one entry: a megabyte written out for each
// row of a batch would take gigabytes.
func spread(out, v *vec.Vec) {
	if v.Type.Phys() != sqltype.PhysBytes || v.IsNull(0) || len(v.Str(0)) < longConst {
		vec.FlattenInto(out, v)
		return
	}
	one := *v
	one.Shape, one.Len = vec.Flat, 1
	codes := out.Codes
	if cap(codes) < v.Len {
		codes = make([]int32, v.Len)
	}
	*out = vec.Vec{Type: v.Type, Len: v.Len, Shape: vec.Dict, Codes: codes[:v.Len], Dict: &one}
}

func (p *Program) start(b *zset.Batch) {
	p.run.batch, p.run.n = b, b.N
	p.run.gen++
}

// node is one operation of a program, dispatched once per batch.
type node interface {
	// eval computes the node for the rows of active (nil: all). The result belongs to the node.
	eval(r *run, active vec.Bitmap) (*vec.Vec, *RowError)
}

// cell is a node with the memory of its result within one Eval.
type cell struct {
	node   node
	typ    sqltype.Type
	masked bool // can fail or is costly: computed for active rows only
	uses   int  // cells that read it

	refused *diag.Error // a constant that cannot be computed, in a branch that need not be taken

	gen  uint64
	all  bool       // val holds for every row
	mask vec.Bitmap // or for these
	val  *vec.Vec
}

func (c *cell) eval(r *run, active vec.Bitmap) (*vec.Vec, *RowError) {
	if !c.masked {
		active = nil
	}
	if c.uses <= 1 {
		return c.node.eval(r, active)
	}
	if c.gen == r.gen {
		switch {
		case c.all || (active != nil && covers(c.mask, active)):
			return c.val, nil
		case active != nil:
			c.mask = vec.Or(c.mask, c.mask, active, r.n)
			active = c.mask
		}
	} else if active != nil {
		c.mask = append(c.mask[:0], active[:vec.Words(r.n)]...)
		active = c.mask
	}
	v, err := c.node.eval(r, active)
	if err != nil {
		c.gen = 0
		return nil, err
	}
	c.gen, c.all, c.val = r.gen, active == nil, v
	return v, nil
}

// covers reports whether every bit of b is in a.
func covers(a, b vec.Bitmap) bool {
	for w, x := range b {
		if w < len(a) && x&^a[w] != 0 {
			return false
		}
	}
	return true
}

// colNode is an input column.
type colNode struct{ index int }

func (n colNode) eval(r *run, _ vec.Bitmap) (*vec.Vec, *RowError) { return r.batch.Cols[n.index], nil }

// constNode is a literal or a folded expression.
type constNode struct{ v vec.Vec }

func (n *constNode) eval(r *run, _ vec.Bitmap) (*vec.Vec, *RowError) {
	n.v.Len = r.n
	return &n.v, nil
}

// clockNode is a time that is fixed per epoch.
type clockNode struct {
	epoch *Epoch
	v     vec.Vec
}

func (n *clockNode) eval(r *run, _ vec.Bitmap) (*vec.Vec, *RowError) {
	const day = 24 * 60 * 60 * 1_000_000
	now := n.epoch.Now().UnixMicro()
	switch n.v.Type.Kind {
	case sqltype.Date:
		d := now / day
		if now%day < 0 {
			d--
		}
		vec.Of[int32](&n.v)[0] = int32(d)
	default:
		unit := int64(1)
		for p := n.v.Type.P; p < 6; p++ {
			unit *= 10
		}
		vec.Of[int64](&n.v)[0] = now - ((now%unit)+unit)%unit
	}
	n.v.Len = r.n
	return &n.v, nil
}

// callNode runs a kernel: a function, a cast, an IN list.
type callNode struct {
	kernel kernel.Kernel
	args   []*cell
	argv   []*vec.Vec
	out    vec.Vec
	typ    sqltype.Type
	span   diag.Span
}

func (n *callNode) eval(r *run, active vec.Bitmap) (*vec.Vec, *RowError) {
	for i, a := range n.args {
		v, err := a.eval(r, active)
		if err != nil {
			return nil, err
		}
		n.argv[i] = v
	}
	n.out.Type, n.out.Len = n.typ, r.n
	if err := n.kernel(&n.out, n.argv, active); err != nil {
		if err.Span.IsZero() {
			err.Span = n.span
		}
		return nil, err
	}
	return &n.out, nil
}

// viewNode is a cast that changes only the type.
type viewNode struct {
	arg *cell
	typ sqltype.Type
	out vec.Vec
}

func (n *viewNode) eval(r *run, active vec.Bitmap) (*vec.Vec, *RowError) {
	v, err := n.arg.eval(r, active)
	if err != nil {
		return nil, err
	}
	n.out = *v
	n.out.Type = n.typ
	return &n.out, nil
}
