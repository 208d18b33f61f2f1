package kernel

import (
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// frame is the scratch memory of one kernel.
type frame struct {
	body  body
	args  []*vec.Vec // what the body gets
	flat  []vec.Vec  // flattened or unwrapped arguments
	valid vec.Bitmap // NULLs of the result
	live  vec.Bitmap
	used  vec.Bitmap // of a dictionary
	codes vec.Vec    // result per dictionary entry
}

// strict frames a body whose result is NULL where an argument is.
func strict(b body) Kernel {
	f := &frame{body: b}
	return f.strict
}

// custom frames a body that sees NULLs: every argument flat, live = active.
func custom(b body) Kernel {
	f := &frame{body: b}
	return func(out *vec.Vec, args []*vec.Vec, active vec.Bitmap) *RowError {
		f.prepare(args)
		for i, a := range args {
			if a.Shape != vec.Flat {
				vec.FlattenInto(&f.flat[i], a)
				a = &f.flat[i]
			}
			f.args[i] = a
		}
		out.Reset(out.Type, out.Len)
		return b(out, f.args, active)
	}
}

func (f *frame) prepare(args []*vec.Vec) {
	if len(f.args) != len(args) {
		f.args, f.flat = make([]*vec.Vec, len(args)), make([]vec.Vec, len(args))
	}
}

func (f *frame) strict(out *vec.Vec, args []*vec.Vec, active vec.Bitmap) *RowError {
	f.prepare(args)
	varying, last := 0, 0
	for i, a := range args {
		if a.Shape != vec.Const {
			varying++
			last = i
			continue
		}
		// Every row is NULL. The body must not run: it could fail on the arguments of rows that have no result.
		if !a.Valid.Get(0) {
			constNull(out)
			return nil
		}
	}
	switch {
	case varying == 0:
		return f.constant(out, args, active)
	// A dictionary larger than the batch, as after a selective filter, would cost more to set up than the rows do.
	case varying == 1 && args[last].Shape == vec.Dict && args[last].Dict.Len <= args[last].Len:
		return f.perEntry(out, args, last, active)
	}
	valid := vec.Bitmap(nil)
	for i, a := range args {
		switch a.Shape {
		case vec.Dict:
			vec.FlattenInto(&f.flat[i], a)
			f.args[i] = &f.flat[i]
		default:
			f.args[i] = a
		}
		if a.Shape != vec.Const && a.Valid != nil {
			f.valid = vec.And(f.valid, valid, a.Valid, out.Len)
			valid = f.valid
		}
	}
	out.Reset(out.Type, out.Len)
	out.Valid = valid
	// What a NULL row holds is arbitrary: a zero divisor there is not an error.
	live := active
	if valid != nil {
		f.live = vec.And(f.live, valid, active, out.Len)
		live = f.live
	}
	return f.body(out, f.args, live)
}

// constNull makes a constant NULL of its type and length.
func constNull(out *vec.Vec) {
	n := out.Len
	out.Reset(out.Type, 1)
	// Reset leaves what an earlier batch put there, and what is not live is arbitrary but initialised.
	clear(out.Fixed)
	out.Valid = vec.Bitmap{0}
	out.Shape, out.Len = vec.Const, n
}

// constant runs the body on a single row; the result is Const. The error belongs to the first active row, if any.
func (f *frame) constant(out *vec.Vec, args []*vec.Vec, active vec.Bitmap) *RowError {
	for i, a := range args {
		// A copy of the header only: the argument itself stays Const for the other kernels that read it.
		f.flat[i] = *a
		f.flat[i].Shape, f.flat[i].Len = vec.Flat, 1
		f.args[i] = &f.flat[i]
	}
	n := out.Len
	out.Reset(out.Type, 1)
	clear(out.Fixed)
	// With every row active although none may be: the value is wanted anyway, and whether an error counts is decided
	// below.
	err := f.body(out, f.args, nil)
	out.Shape, out.Len = vec.Const, n
	if err == nil {
		return nil
	}
	if err.Row = vec.First(active, n); err.Row < 0 {
		constNull(out)
		return nil
	}
	return err
}

// perEntry runs the body once per used entry of the dictionary of argument k and spreads the results by code.
func (f *frame) perEntry(out *vec.Vec, args []*vec.Vec, k int, active vec.Bitmap) *RowError {
	d := args[k]
	// An entry that no counting row uses may be one that the body fails on, such as the text that a filter or CASE kept
	// away from this call. It must not fail the query.
	f.usedCodes(d, active)
	copy(f.args, args)
	f.args[k] = d.Dict
	r := &f.codes
	r.Type = out.Type
	r.Reset(out.Type, d.Dict.Len)
	clear(r.Fixed)
	if err := f.body(r, f.args, f.used); err != nil {
		return f.rowByRow(out, args, k, active)
	}
	n := out.Len
	// Texts stay in the dictionary: spreading them would copy each as often as rows have it. Fixed values are as short
	// as codes.
	if out.Type.Phys() == sqltype.PhysBytes {
		out.Reset(out.Type, 0)
		out.Shape, out.Len, out.Codes, out.Dict = vec.Dict, n, d.Codes, r
	} else {
		vec.Take(out, r, d.Codes[:n])
	}
	f.spreadValid(out, d, r)
	return nil
}

// spreadValid makes a row NULL where the row or the result for its code is. The dictionary itself has no NULL.
func (f *frame) spreadValid(out, d, r *vec.Vec) {
	out.Valid = d.Valid
	if r.Valid == nil {
		return
	}
	f.valid = vec.Sized(f.valid, d.Len)
	clear(f.valid)
	for i, c := range d.Codes[:d.Len] {
		if d.Valid.Get(i) && r.Valid.Get(int(c)) {
			f.valid.Set(i)
		}
	}
	out.Valid, r.Valid = f.valid, nil
}

func (f *frame) usedCodes(d *vec.Vec, active vec.Bitmap) {
	f.used = vec.Sized(f.used, d.Dict.Len)
	clear(f.used)
	if active == nil && d.Valid == nil {
		for _, c := range d.Codes[:d.Len] {
			f.used.Set(int(c))
		}
		return
	}
	for i, c := range d.Codes[:d.Len] {
		if active.Get(i) && d.Valid.Get(i) {
			f.used.Set(int(c))
		}
	}
}

// rowByRow runs the body over rows although argument k is a dictionary: an entry failed, and the error must name the
// first row, not the first entry.
func (f *frame) rowByRow(out *vec.Vec, args []*vec.Vec, k int, active vec.Bitmap) *RowError {
	// args is the caller's, which uses it again for the next batch.
	flat := append([]*vec.Vec(nil), args...)
	vec.FlattenInto(&f.flat[k], args[k])
	flat[k] = &f.flat[k]
	return f.strict(out, flat, active)
}
