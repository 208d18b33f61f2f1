package expr

import (
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// truth is a three-valued column: value bits and validity (nil: no NULL). Bits beyond the rows are arbitrary.
type truth struct {
	bits, valid vec.Bitmap
}

// truthOf views a BOOLEAN column; a constant is spread into scratch.
func truthOf(v *vec.Vec, n int, scratch *vec.Bitmap) truth {
	if v.Type.Kind == sqltype.Null {
		*scratch = fill(*scratch, n, 0)
		return truth{*scratch, *scratch}
	}
	if v.Shape != vec.Const {
		return truth{v.Bits(), v.Valid}
	}
	if v.IsNull(0) {
		*scratch = fill(*scratch, n, 0)
		return truth{*scratch, *scratch}
	}
	x := uint64(0)
	if v.Bits().Get(0) {
		x = ^uint64(0)
	}
	*scratch = fill(*scratch, n, x)
	return truth{*scratch, nil}
}

func fill(b vec.Bitmap, n int, x uint64) vec.Bitmap {
	b = vec.Sized(b, n)
	for i := range b {
		b[i] = x
	}
	return b
}

// word of a bitmap in which nil has every bit.
func word(b vec.Bitmap, w int) uint64 {
	if b == nil {
		return ^uint64(0)
	}
	return b[w]
}

// connective is AND or OR of any number of operands. With decisive value d (FALSE for AND, TRUE for OR): a row is d as
// soon as one operand is, is NULL when an operand is NULL and none is d, else it is not d. Each operand is computed for
// rows that no earlier one decided.
type connective struct {
	args    []*cell
	or      bool
	out     vec.Vec
	decided vec.Bitmap // some operand is d
	open    vec.Bitmap // every operand so far is the other value
	valid   vec.Bitmap
	rest    vec.Bitmap // active and not decided
	scratch vec.Bitmap
}

func (n *connective) eval(r *run, active vec.Bitmap) (*vec.Vec, *RowError) {
	n.decided = fill(n.decided, r.n, 0)
	n.open = fill(n.open, r.n, ^uint64(0))
	rest := active
	for k, a := range n.args {
		if k > 0 {
			n.rest = vec.AndNot(n.rest, active, n.decided, r.n)
			if rest = n.rest; vec.None(rest, r.n) {
				break
			}
		}
		v, err := a.eval(r, rest)
		if err != nil {
			return nil, err
		}
		n.take(truthOf(v, r.n, &n.scratch))
	}
	return n.result(r.n), nil
}

// take adds an operand. For AND the decisive bits are the inverted ones.
func (n *connective) take(t truth) {
	flip := ^uint64(0)
	if n.or {
		flip = 0
	}
	for w := range n.decided {
		x, valid := t.bits[w]^flip, word(t.valid, w)
		n.decided[w] |= x & valid
		n.open[w] &= ^x & valid
	}
}

func (n *connective) result(rows int) *vec.Vec {
	n.out.Reset(sqltype.BooleanType, rows)
	bits := n.out.Bits()
	n.valid = vec.Sized(n.valid, rows)
	missing := uint64(0)
	for w := range bits {
		// A row that an early end left out is decided, so `open` does not matter there.
		open := n.open[w] &^ n.decided[w]
		if n.or {
			bits[w] = n.decided[w]
		} else {
			bits[w] = open
		}
		n.valid[w] = n.decided[w] | open
		missing |= ^n.valid[w]
	}
	if missing != 0 {
		n.out.Valid = n.valid
	}
	return &n.out
}

// notNode is three-valued negation.
type notNode struct {
	arg     *cell
	out     vec.Vec
	scratch vec.Bitmap
}

func (n *notNode) eval(r *run, active vec.Bitmap) (*vec.Vec, *RowError) {
	v, err := n.arg.eval(r, active)
	if err != nil {
		return nil, err
	}
	t := truthOf(v, r.n, &n.scratch)
	n.out.Reset(sqltype.BooleanType, r.n)
	for w := range n.out.Bits() {
		n.out.Bits()[w] = ^t.bits[w]
	}
	n.out.Valid = t.valid
	return &n.out, nil
}

// isNullNode looks at validity only.
type isNullNode struct {
	arg    *cell
	negate bool
	out    vec.Vec
}

func (n *isNullNode) eval(r *run, active vec.Bitmap) (*vec.Vec, *RowError) {
	v, err := n.arg.eval(r, active)
	if err != nil {
		return nil, err
	}
	n.out.Reset(sqltype.BooleanType.Required(), r.n)
	for w := range n.out.Bits() {
		x := validWord(v, w)
		if !n.negate {
			x = ^x
		}
		n.out.Bits()[w] = x
	}
	return &n.out, nil
}

// constStep is 0 for a constant, whose validity is one bit, else 1.
func constStep(v *vec.Vec) int {
	if v.Shape == vec.Const {
		return 0
	}
	return 1
}

// isTruthNode is IS [NOT] TRUE / FALSE.
type isTruthNode struct {
	arg          *cell
	want, negate bool
	out          vec.Vec
	scratch      vec.Bitmap
}

func (n *isTruthNode) eval(r *run, active vec.Bitmap) (*vec.Vec, *RowError) {
	v, err := n.arg.eval(r, active)
	if err != nil {
		return nil, err
	}
	t := truthOf(v, r.n, &n.scratch)
	n.out.Reset(sqltype.BooleanType.Required(), r.n)
	for w := range n.out.Bits() {
		x := t.bits[w]
		if !n.want {
			x = ^x
		}
		x &= word(t.valid, w)
		if n.negate {
			x = ^x
		}
		n.out.Bits()[w] = x
	}
	return &n.out, nil
}
