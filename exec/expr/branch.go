package expr

import (
	"math/bits"

	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// blend assembles a column from pieces: disjoint sets of rows, each with the column its values come from. Rows in no
// piece are NULL.
type blend struct {
	typ    sqltype.Type
	pieces []piece
	masks  []vec.Bitmap // memory of the pieces' sets
	which  []int32      // piece of a row, for strings
	valid  vec.Bitmap
	out    vec.Vec
}

type piece struct {
	rows vec.Bitmap
	v    *vec.Vec
}

func (b *blend) reset() { b.pieces = b.pieces[:0] }

// mask is scratch memory number k.
func (b *blend) mask(k, n int) vec.Bitmap {
	for len(b.masks) <= k {
		b.masks = append(b.masks, nil)
	}
	b.masks[k] = vec.Sized(b.masks[k], n)
	return b.masks[k]
}

func (b *blend) add(rows vec.Bitmap, v *vec.Vec) { b.pieces = append(b.pieces, piece{rows, v}) }

func (b *blend) assemble(n int) *vec.Vec {
	out := &b.out
	out.Reset(b.typ, n)
	switch p := b.typ.Phys(); {
	case p == sqltype.PhysBool:
		b.bools(out)
	case p == sqltype.PhysBytes:
		b.texts(out)
	default:
		for _, q := range b.pieces {
			if q.v.Type.Phys() == p {
				overlay(out, q, p.Width())
			}
		}
	}
	b.setValid(out)
	return out
}

func (b *blend) setValid(out *vec.Vec) {
	b.valid = fill(b.valid, out.Len, 0)
	for _, q := range b.pieces {
		for w := range b.valid {
			b.valid[w] |= q.rows[w] & validWord(q.v, w)
		}
	}
	if !vec.All(b.valid, out.Len) {
		out.Valid = b.valid
	}
}

// validWord is word w of a column's validity, whatever its shape.
func validWord(v *vec.Vec, w int) uint64 {
	switch {
	case v.Type.Kind == sqltype.Null:
		return 0
	case v.Valid == nil:
		return ^uint64(0)
	case v.Shape == vec.Const:
		return -(v.Valid[0] & 1)
	}
	return v.Valid[w]
}

func (b *blend) bools(out *vec.Vec) {
	bits := out.Bits()
	for _, q := range b.pieces {
		if q.v.Type.Kind != sqltype.Boolean {
			continue
		}
		var scratch vec.Bitmap
		t := truthOf(q.v, out.Len, &scratch)
		for w := range bits {
			bits[w] |= q.rows[w] & t.bits[w]
		}
	}
}

func overlay(out *vec.Vec, q piece, width int) {
	switch width {
	case 1:
		overlayRows(vec.Of[int8](out), vec.Of[int8](q.v), q)
	case 2:
		overlayRows(vec.Of[int16](out), vec.Of[int16](q.v), q)
	case 4:
		overlayRows(vec.Of[int32](out), vec.Of[int32](q.v), q)
	case 8:
		overlayRows(vec.Of[int64](out), vec.Of[int64](q.v), q)
	case 16:
		overlayRows(vec.Of[vec.I128](out), vec.Of[vec.I128](q.v), q)
	}
}

func overlayRows[T any](out, in []T, q piece) {
	mask := -constStep(q.v)
	for w, x := range q.rows {
		for ; x != 0; x &= x - 1 {
			i := w*64 + bits.TrailingZeros64(x)
			if i >= len(out) {
				break
			}
			out[i] = in[i&mask]
		}
	}
}

func (b *blend) texts(out *vec.Vec) {
	if cap(b.which) < out.Len {
		b.which = make([]int32, out.Len)
	}
	which := b.which[:out.Len]
	for i := range which {
		which[i] = -1
	}
	for k, q := range b.pieces {
		if !q.v.Type.IsString() {
			continue
		}
		for w, x := range q.rows {
			for x &= validWord(q.v, w); x != 0; x &= x - 1 {
				if i := w*64 + bits.TrailingZeros64(x); i < out.Len {
					which[i] = int32(k)
				}
			}
		}
	}
	buf := out.Bytes
	for i, k := range which {
		if k >= 0 {
			buf = append(buf, b.pieces[k].v.Str(i)...)
		}
		out.Off[i+1] = int32(len(buf))
	}
	out.Bytes = buf
}

// branch is WHEN cond THEN then.
type branch struct{ cond, then *cell }

// caseNode is the searched CASE. Conditions see the rows that no earlier one took, a branch the rows that its condition
// took.
type caseNode struct {
	blend
	whens     []branch
	otherwise *cell
	rest      vec.Bitmap
	scratch   vec.Bitmap
}

func (n *caseNode) eval(r *run, active vec.Bitmap) (*vec.Vec, *RowError) {
	n.reset()
	n.rest = startMask(n.rest, active, r.n)
	for k, w := range n.whens {
		c, err := w.cond.eval(r, n.rest)
		if err != nil {
			return nil, err
		}
		t := truthOf(c, r.n, &n.scratch)
		hit := n.mask(k, r.n)
		for i := range hit {
			hit[i] = n.rest[i] & t.bits[i] & word(t.valid, i)
			n.rest[i] &^= hit[i]
		}
		if vec.None(hit, r.n) {
			continue
		}
		v, err := w.then.eval(r, hit)
		if err != nil {
			return nil, err
		}
		n.add(hit, v)
		if vec.None(n.rest, r.n) {
			return n.assemble(r.n), nil
		}
	}
	v, err := n.otherwise.eval(r, n.rest)
	if err != nil {
		return nil, err
	}
	n.add(n.rest, v)
	return n.assemble(r.n), nil
}

// startMask copies active into dst; nil becomes all ones.
func startMask(dst, active vec.Bitmap, n int) vec.Bitmap {
	dst = vec.Sized(dst, n)
	if active == nil {
		return fill(dst, n, ^uint64(0))
	}
	copy(dst, active)
	return dst
}

// coalesceNode asks each argument only for rows that were NULL so far.
type coalesceNode struct {
	blend
	args []*cell
	rest vec.Bitmap
}

func (n *coalesceNode) eval(r *run, active vec.Bitmap) (*vec.Vec, *RowError) {
	n.reset()
	rest := active
	for k, a := range n.args {
		v, err := a.eval(r, rest)
		if err != nil {
			return nil, err
		}
		if k == 0 {
			if v.Valid == nil && v.Type.Kind != sqltype.Null && v.Shape != vec.Const && v.Type.Same(n.typ) {
				return v, nil
			}
			n.rest = startMask(n.rest, active, r.n)
		}
		rest = n.rest
		hit := n.mask(k, r.n)
		for w := range hit {
			hit[w] = n.rest[w] & validWord(v, w)
			n.rest[w] &^= hit[w]
		}
		n.add(hit, v)
		if vec.None(rest, r.n) {
			break
		}
	}
	return n.assemble(r.n), nil
}
