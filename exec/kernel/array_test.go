package kernel

import (
	"slices"
	"testing"

	"streamsql/internal/function"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// TestArrays runs the examples of the functions with an array as their result, each beside a row that has none.
func TestArrays(t *testing.T) {
	for _, f := range function.Arrays() {
		explode, err := NewExploder(f.ID)
		if err != nil {
			t.Fatal(err)
		}
		if len(f.Examples) == 0 || f.Doc == "" {
			t.Errorf("%s has no examples or no documentation", f.Name)
		}
		for _, e := range f.Examples {
			for _, outer := range []bool{false, true} {
				args := make([]*vec.Vec, len(e.Args))
				for i, a := range e.Args {
					args[i] = textVec(nil, a, nil)
				}
				into := Elements{Values: vec.Vec{Type: f.Elem}}
				explode(args, 3, outer, &into)
				var got []string
				for i, row := range into.Rows {
					if row == 1 {
						got = append(got, vec.Text(&into.Values, i))
					}
				}
				want := e.Want
				if want == nil && outer {
					want = []string{"NULL"}
				}
				if !slices.Equal(got, want) {
					t.Errorf("%s%v: %q, want %q", f.Name, e.Args, got, want)
				}
				if rows := len(into.Rows) - len(got); outer && rows != 2 || !outer && rows != 0 {
					t.Errorf("%s%v: %d rows for two NULLs, outer %t", f.Name, e.Args, rows, outer)
				}
			}
		}
	}
}

// textVec is a column of texts and NULLs.
func textVec(values ...any) *vec.Vec {
	v := vec.New(sqltype.StringType, len(values))
	v.Valid = make(vec.Bitmap, vec.Words(len(values)))
	for i, x := range values {
		if s, ok := x.(string); ok {
			v.Valid.Set(i)
			v.Bytes = append(v.Bytes, s...)
		}
		v.Off[i+1] = int32(len(v.Bytes))
	}
	return v
}
