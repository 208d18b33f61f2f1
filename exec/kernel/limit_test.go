package kernel

import (
	"runtime/debug"
	"strings"
	"testing"

	"streamsql/internal/diag"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// TestLongRowStopsWhileItIsWritten calls every function whose result can grow with arguments that would fill gigabytes,
// between two rows that are fine: the row is refused as a row, whatever is beside it, and the memory taken on the way
// is bounded.
func TestLongRowStopsWhileItIsWritten(t *testing.T) {
	long := strings.Repeat("a", 400_000)
	most := 17 << 20
	str, in := sqltype.StringType, sqltype.IntType
	for _, c := range []struct {
		id    string
		types []sqltype.Type
		args  []any // of the long row
	}{
		{"replace(STRING,STRING,STRING)", []sqltype.Type{str, str, str}, []any{long, "a", long}},
		{"regexp_replace(STRING,STRING,STRING)", []sqltype.Type{str, str, str}, []any{long, "a", long}},
		{"repeat(STRING,INT)", []sqltype.Type{str, in}, []any{long, 30_000}},
		{"lpad(STRING,INT,STRING)", []sqltype.Type{str, in, str}, []any{long, 2_000_000_000, "é"}},
		{"rpad(STRING,INT,STRING)", []sqltype.Type{str, in, str}, []any{long, 2_000_000_000, long}},
		{"rpad(STRING,INT,STRING)", []sqltype.Type{str, in, str}, []any{"", 16_000_000, "\U0001f600"}},
		{"||(STRING,STRING)", []sqltype.Type{str, str},
			[]any{strings.Repeat("a", most/2), strings.Repeat("b", most/2)}},
		{"concat(STRING...)", manyTypes(100), manyValues(100, long)},
		{"concat_ws(STRING,STRING...)", manyTypes(100), manyValues(100, long)},
		{"translate(STRING,STRING,STRING)", []sqltype.Type{str, str, str},
			[]any{strings.Repeat("a", most/4), "a", "\U0001f600"}},
		{"overlay(STRING,STRING,INT)", []sqltype.Type{str, str, in}, []any{long, strings.Repeat("b", most), 1}},
		{"overlay(STRING,STRING,INT,INT)", []sqltype.Type{str, str, in, in},
			[]any{long, strings.Repeat("b", most), 1, 1}},
		{"url_encode(STRING)", []sqltype.Type{str}, []any{strings.Repeat("é", most/6)}},
		{"to_base64(STRING)", []sqltype.Type{str}, []any{strings.Repeat("a", most)}},
		{"hex(STRING)", []sqltype.Type{str}, []any{strings.Repeat("a", most)}},
	} {
		debug.FreeOSMemory()
		cols := make([]*vec.Vec, len(c.args))
		for i, v := range c.args {
			plain := any("a")
			if c.types[i].IsInteger() {
				plain = 1
			}
			cols[i] = vec.Make(c.types[i], plain, v, plain)
		}
		k, err := New(Spec{Overload: c.id, Args: c.types, Result: str})
		if err != nil {
			t.Fatal(err)
		}
		out := vec.Vec{Type: str, Len: 3}
		rowErr := k(&out, cols, nil)
		switch {
		case rowErr == nil:
			t.Errorf("%s: the long row passes", c.id)
		case rowErr.Code != diag.StringTooLong || rowErr.Row != 1 || rowErr.TooWide:
			t.Errorf("%s: %+v", c.id, rowErr)
		case cap(out.Bytes) > 4*maxText:
			t.Errorf("%s: %d bytes taken before the row was refused", c.id, cap(out.Bytes))
		}
	}
}

func manyTypes(n int) (out []sqltype.Type) {
	for range n {
		out = append(out, sqltype.StringType)
	}
	return out
}

func manyValues(n int, v any) (out []any) {
	for range n {
		out = append(out, v)
	}
	return out
}

// TestWideBatchIsNoRowError: rows that are fine each for themselves never become row errors because many of them meet
// in one batch.
func TestWideBatchIsNoRowError(t *testing.T) {
	const rows = WideRows + 1
	var texts, ones []any
	for range rows {
		texts, ones = append(texts, strings.Repeat("a", maxText-1)), append(ones, 1)
	}
	str := sqltype.StringType
	for id, second := range map[string]*vec.Vec{
		"repeat(STRING,INT)": vec.Make(sqltype.IntType, ones...), "||(STRING,STRING)": constantText("b", rows),
	} {
		k, err := New(Spec{Overload: id, Args: []sqltype.Type{str, second.Type}, Result: str})
		if err != nil {
			t.Fatal(err)
		}
		first := vec.Make(str, texts...)
		if err := k(&vec.Vec{Type: str, Len: rows}, []*vec.Vec{first, second}, nil); err == nil || !err.TooWide {
			t.Errorf("%s: %v", id, err)
		}
		for _, v := range []*vec.Vec{first, second} {
			v.Len = WideRows
		}
		if err := k(&vec.Vec{Type: str, Len: WideRows}, []*vec.Vec{first, second}, nil); err != nil {
			t.Errorf("%s over %d rows: %v", id, WideRows, err)
		}
	}
}

func constantText(s string, n int) *vec.Vec {
	v := vec.Make(sqltype.StringType, s)
	v.Shape, v.Len = vec.Const, n
	return v
}
