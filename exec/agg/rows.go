package agg

import "streamsql/internal/vec"

// rows chooses the rows that count; its buffers are reused.
type rows struct {
	mask vec.Bitmap
	sel  []int32
}

// pick returns dense when all n rows count, otherwise the list of those that do.
func (r *rows) pick(valid, active vec.Bitmap, n int) (sel []int32, dense bool) {
	switch {
	case valid == nil:
		r.mask = append(r.mask[:0], active...)
	case active == nil:
		r.mask = append(r.mask[:0], valid...)
	default:
		r.mask = vec.And(r.mask, valid, active, n)
	}
	if (valid == nil && active == nil) || vec.All(r.mask, n) {
		return nil, true
	}
	r.sel = vec.SelectionOf(r.mask, n, r.sel)
	return r.sel, false
}

// list is pick for loops that take a list only.
func (r *rows) list(valid, active vec.Bitmap, n int) []int32 {
	sel, dense := r.pick(valid, active, n)
	if dense {
		r.sel = vec.SelectionOf(nil, n, r.sel)
		return r.sel
	}
	return sel
}

// setNull marks row i of out as NULL.
func setNull(out *vec.Vec, i int) { out.MakeValid().Clear(i) }
