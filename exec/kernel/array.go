package kernel

import (
	"bytes"
	"unicode/utf8"

	"streamsql/internal/diag"
	"streamsql/internal/vec"
)

// Elements are the elements of arrays, those of one row after those of another. It owns its buffers, which are reused.
type Elements struct {
	Values   vec.Vec
	Rows     []int32 // the row of each element, ascending
	Ordinals []int32 // its place within the array, from 1; 0 of a row without elements
	missing  bool    // some ordinal is 0
}

// Exploder computes the arrays of n rows and replaces the content of into with their elements. A row whose array is
// NULL or empty has none; with outer it has one, which is NULL. The arguments are flat.
type Exploder func(args []*vec.Vec, n int, outer bool, into *Elements)

// exploders implements the functions of function.Arrays.
var exploders = map[string]func() Exploder{
	id("split", str, str): func() Exploder { return split },
}

// NewExploder makes the implementation of a function by its ID.
func NewExploder(id string) (Exploder, error) {
	if make := exploders[id]; make != nil {
		return make(), nil
	}
	return nil, diag.New(diag.Internal, "no kernel for the array function %s", id)
}

// restart empties e, for texts.
func (e *Elements) restart() {
	v := &e.Values
	v.Off, v.Bytes, v.Valid, v.Shape = append(v.Off[:0], 0), v.Bytes[:0], nil, vec.Flat
	e.Rows, e.Ordinals, e.missing = e.Rows[:0], e.Ordinals[:0], false
}

// add appends a text as an element of a row.
func (e *Elements) add(row int, ordinal int32, text []byte) {
	v := &e.Values
	v.Bytes = append(v.Bytes, text...)
	v.Off = append(v.Off, int32(len(v.Bytes)))
	e.Rows, e.Ordinals = append(e.Rows, int32(row)), append(e.Ordinals, ordinal)
	e.missing = e.missing || ordinal == 0
}

// finish completes the column of values.
func (e *Elements) finish() {
	v := &e.Values
	if v.Len = len(e.Rows); e.missing {
		v.Valid = e.Present()
	}
}

// Present has a bit for every element that is one; nil when all are.
func (e *Elements) Present() vec.Bitmap {
	if !e.missing {
		return nil
	}
	out := make(vec.Bitmap, vec.Words(len(e.Ordinals)))
	for i, o := range e.Ordinals {
		if o != 0 {
			out.Set(i)
		}
	}
	return out
}

// split cuts texts at a delimiter.
func split(args []*vec.Vec, n int, outer bool, into *Elements) {
	into.restart()
	x, delim := textsOf(args[0]), textsOf(args[1])
	for i := range n {
		if args[0].IsNull(i) || args[1].IsNull(i) {
			if outer {
				into.add(i, 0, nil)
			}
			continue
		}
		s, d := x.at(i), delim.at(i)
		for ordinal, more := int32(1), true; more; ordinal++ {
			var part []byte
			part, s, more = cut(s, d)
			into.add(i, ordinal, part)
		}
	}
	into.finish()
}

// cut is the text before the first delimiter, and the text after it where there is one. An empty delimiter comes after
// every character but the last.
func cut(s, delim []byte) (part, rest []byte, more bool) {
	if len(delim) == 0 {
		_, w := utf8.DecodeRune(s)
		return s[:w], s[w:], w < len(s)
	}
	var at int
	if len(delim) == 1 {
		at = bytes.IndexByte(s, delim[0])
	} else {
		at = bytes.Index(s, delim)
	}
	if at < 0 {
		return s, nil, false
	}
	return s[:at], s[at+len(delim):], true
}
