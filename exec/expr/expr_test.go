package expr

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"streamsql/internal/diag"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

var (
	boolean = sqltype.BooleanType
	integer = sqltype.IntType
	text    = sqltype.StringType
)

func typed(t sqltype.Type) scalar.Node { return scalar.Node{T: t} }

func spanned(t sqltype.Type, from, to int32) scalar.Node {
	return scalar.Node{T: t, At: diag.Span{Start: from, End: to}}
}

// input has five BOOLEAN, five INT and five STRING columns.
var input = func() (s sqltype.Schema) {
	for i := range 15 {
		s = append(s, sqltype.Field{Name: fmt.Sprint("c", i), Type: []sqltype.Type{boolean, integer, text}[i/5]})
	}
	return s
}()

func randomBatch(r *rand.Rand, n int) *zset.Batch {
	b := &zset.Batch{Schema: input, N: n}
	for c, f := range input {
		values := make([]any, n)
		for i := range values {
			if r.IntN(4) == 0 && c%5 != 0 {
				continue
			}
			switch f.Type.Kind {
			case sqltype.Boolean:
				values[i] = r.IntN(2) == 1
			case sqltype.Int:
				values[i] = int64(r.IntN(5) - 2)
			default:
				values[i] = []string{"a", "b", "", "long"}[r.IntN(4)]
			}
		}
		v := vec.Make(f.Type, values...)
		if c == 14 && n > 0 {
			codes := make([]int32, n)
			for i := range codes {
				codes[i] = int32(r.IntN(4)) - 1
			}
			v = vec.NewDict(text, []string{"a", "b", "unused"}, codes...)
			for i, k := range codes {
				if k == 2 {
					v.Codes[i] = 1
				}
			}
		}
		b.Cols = append(b.Cols, v)
	}
	return b
}

// draw makes a random expression of a kind: BOOLEAN, INT or STRING. Divisions and casts may fail.
func draw(r *rand.Rand, k sqltype.Kind, depth int) scalar.Expr {
	t := map[sqltype.Kind]sqltype.Type{sqltype.Boolean: boolean, sqltype.Int: integer, sqltype.Varchar: text}[k]
	base := map[sqltype.Kind]int{sqltype.Boolean: 0, sqltype.Int: 5, sqltype.Varchar: 10}[k]
	if depth == 0 {
		if r.IntN(4) == 0 {
			return scalar.Const{Node: typed(t), Value: []any{nil,
				map[sqltype.Kind]any{sqltype.Boolean: true, sqltype.Int: int64(1), sqltype.Varchar: "b"}[k]}[r.IntN(2)]}
		}
		return scalar.Col{Node: typed(t), Index: base + r.IntN(5)}
	}
	sub := func(k sqltype.Kind) scalar.Expr { return draw(r, k, r.IntN(depth)) }
	switch r.IntN(3) {
	case 0:
		c := scalar.Case{Node: typed(t), Else: sub(k)}
		for range 1 + r.IntN(2) {
			c.Whens = append(c.Whens, scalar.When{Cond: sub(sqltype.Boolean), Then: sub(k)})
		}
		return c
	case 1:
		return scalar.Coalesce{Node: typed(t), Args: []scalar.Expr{sub(k), sub(k), sub(k)}}
	}
	switch k {
	case sqltype.Int:
		op := []string{"+", "/", "*"}[r.IntN(3)]
		return scalar.Call{Node: typed(t), Overload: op + "(INT,INT)", Args: []scalar.Expr{sub(k), sub(k)}}
	case sqltype.Varchar:
		if r.IntN(2) == 0 {
			return scalar.Call{Node: typed(t), Overload: "upper(STRING)", Args: []scalar.Expr{sub(k)}}
		}
		return scalar.Cast{Node: typed(t), Arg: sub(sqltype.Int)}
	}
	switch r.IntN(7) {
	case 0:
		return scalar.And{Node: typed(t), Args: []scalar.Expr{sub(k), sub(k), sub(k)}}
	case 1:
		return scalar.Or{Node: typed(t), Args: []scalar.Expr{sub(k), sub(k), sub(k)}}
	case 2:
		return scalar.Not{Node: typed(t), Arg: sub(k)}
	case 3:
		return scalar.IsNull{Node: typed(t), Arg: draw(r,
			[]sqltype.Kind{sqltype.Boolean, sqltype.Int, sqltype.Varchar}[r.IntN(3)], r.IntN(depth)), Negate: r.IntN(2) == 0}
	case 4:
		return scalar.IsTruth{Node: typed(t), Arg: sub(k), Want: r.IntN(2) == 0, Negate: r.IntN(2) == 0}
	case 5:
		return scalar.In{Node: typed(t), Arg: sub(sqltype.Int), Negate: r.IntN(2) == 0,
			List: []scalar.Const{{Node: typed(integer), Value: int64(1)}, {Node: typed(integer), Value: int64(-2)}}}
	}
	op := []string{"=", "<", ">=", "is distinct from"}[r.IntN(4)]
	return scalar.Call{Node: typed(t), Overload: op + "(INT,INT)", Args: []scalar.Expr{sub(sqltype.Int), sub(sqltype.Int)}}
}

var errRow = errors.New("row error")

// reference evaluates e for one row by definition, lazily, left to right.
func reference(e scalar.Expr, b *zset.Batch, i int) (any, error) {
	sub := func(x scalar.Expr) (any, error) { return reference(x, b, i) }
	switch e := e.(type) {
	case scalar.Const:
		return e.Value, nil
	case scalar.Col:
		return vec.Flatten(b.Cols[e.Index]).Value(i), nil
	case scalar.And:
		return connect(e.Args, false, sub)
	case scalar.Or:
		return connect(e.Args, true, sub)
	case scalar.Case:
		for _, w := range e.Whens {
			c, err := sub(w.Cond)
			if err != nil {
				return nil, err
			}
			if c == true {
				return sub(w.Then)
			}
		}
		return sub(e.Else)
	case scalar.Coalesce:
		for _, a := range e.Args {
			if v, err := sub(a); v != nil || err != nil {
				return v, err
			}
		}
		return nil, nil
	case scalar.Call:
		return referenceCall(e, sub)
	}
	v, err := sub(scalar.Children(e)[0])
	if err != nil {
		return nil, err
	}
	switch e := e.(type) {
	case scalar.IsNull:
		return (v == nil) != e.Negate, nil
	case scalar.IsTruth:
		return (v == e.Want) != e.Negate, nil
	}
	if v == nil {
		return nil, nil
	}
	switch e := e.(type) {
	case scalar.Not:
		return !v.(bool), nil
	case scalar.In:
		return (v == e.List[0].Value || v == e.List[1].Value) != e.Negate, nil
	}
	return fmt.Sprint(v), nil // the cast to STRING
}

func connect(args []scalar.Expr, decisive bool, sub func(scalar.Expr) (any, error)) (any, error) {
	null := false
	for _, a := range args {
		v, err := sub(a)
		if err != nil {
			return nil, err
		}
		if v == decisive {
			return decisive, nil
		}
		null = null || v == nil
	}
	if null {
		return nil, nil
	}
	return !decisive, nil
}

func referenceCall(e scalar.Call, sub func(scalar.Expr) (any, error)) (any, error) {
	var args []any
	for _, a := range e.Args {
		v, err := sub(a)
		if err != nil {
			return nil, err
		}
		args = append(args, v)
	}
	if e.Overload == "is distinct from(INT,INT)" {
		return args[0] != args[1], nil
	}
	for _, a := range args {
		if a == nil {
			return nil, nil
		}
	}
	if e.Overload == "upper(STRING)" {
		return strings.ToUpper(args[0].(string)), nil
	}
	x, y := args[0].(int64), args[1].(int64)
	switch e.Overload[0] {
	case '+':
		return x + y, nil
	case '*':
		return x * y, nil
	case '=':
		return x == y, nil
	case '<':
		return x < y, nil
	case '>':
		return x >= y, nil
	}
	if y == 0 {
		return nil, errRow
	}
	return x / y, nil
}

// TestAgainstReference compares random expressions, several in one program so that parts are shared, with the
// definition: values, NULLs, and the first row in error. Rows in error are dropped one by one until the rest succeeds.
func TestAgainstReference(t *testing.T) {
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 99))
		b := randomBatch(r, []int{0, 1, 63, 64, 65, 130}[r.IntN(6)])
		var exprs []scalar.Expr
		for range 1 + r.IntN(3) {
			exprs = append(exprs, draw(r, []sqltype.Kind{sqltype.Boolean, sqltype.Int, sqltype.Varchar}[r.IntN(3)], 1+r.IntN(4)))
		}
		p, err := Compile(exprs, input, nil)
		if err != nil {
			if diag.CodeOf(err) != diag.BadConstant {
				t.Fatalf("seed %d: %v", seed, err)
			}
			continue
		}
		if !checkProgram(t, p, exprs, b) {
			t.Fatalf("seed %d: %v", seed, exprs)
		}
	}
}

func checkProgram(t *testing.T, p *Program, exprs []scalar.Expr, b *zset.Batch) bool {
	t.Helper()
	active := vec.FullBitmap(b.N)
	for {
		cols, rowErr := p.Eval(b, active)
		if rowErr != nil {
			_, err := p.Eval(b, onlyRow(rowErr.Row, b.N))
			if !anyError(exprs, b, rowErr.Row) || err == nil || !active.Get(rowErr.Row) {
				t.Errorf("row %d fails, by definition it does not: %v", rowErr.Row, rowErr)
				return false
			}
			active.Clear(rowErr.Row)
			continue
		}
		for i := range b.N {
			for k, e := range exprs {
				want, err := reference(e, b, i)
				if !active.Get(i) {
					continue
				}
				got := vec.Flatten(cols[k]).Value(i)
				if err != nil || got != want {
					t.Errorf("%s at row %d of %d: %v, want %v %v", e, i, b.N, got, want, err)
					return false
				}
			}
		}
		return true
	}
}

func onlyRow(i, n int) vec.Bitmap {
	b := make(vec.Bitmap, vec.Words(n))
	b.Set(i)
	return b
}

func anyError(exprs []scalar.Expr, b *zset.Batch, row int) bool {
	for _, e := range exprs {
		if _, err := reference(e, b, row); err != nil {
			return true
		}
	}
	return false
}

func TestConstantErrorHasItsSpan(t *testing.T) {
	div := scalar.Call{Node: spanned(integer, 10, 15), Overload: "/(INT,INT)", Args: []scalar.Expr{
		scalar.Const{Node: typed(integer), Value: int64(1)}, scalar.Const{Node: typed(integer), Value: int64(0)}}}
	sum := scalar.Call{Node: spanned(integer, 5, 15), Overload: "+(INT,INT)",
		Args: []scalar.Expr{scalar.Col{Node: typed(integer), Index: 5}, div}}
	_, err := Compile([]scalar.Expr{sum}, input, nil)
	var d *diag.Error
	if !errors.As(err, &d) || d.Code != diag.BadConstant || d.Span != (diag.Span{Start: 10, End: 15}) {
		t.Fatal(err)
	}
	// Lazily constant: the division is never reached.
	lazy := scalar.Case{Node: typed(integer),
		Whens: []scalar.When{{Cond: scalar.Const{Node: typed(boolean), Value: false}, Then: div}},
		Else:  scalar.Const{Node: typed(integer), Value: int64(3)}}
	p, err := Compile([]scalar.Expr{lazy}, input, nil)
	if err != nil {
		t.Fatal(err)
	}
	cols, rowErr := p.Eval(&zset.Batch{Schema: input, N: 2, Cols: make([]*vec.Vec, len(input))}, nil)
	if rowErr != nil || cols[0].Value(1) != int64(3) {
		t.Fatal(rowErr)
	}
}

func TestRowErrorHasItsSpan(t *testing.T) {
	cast := scalar.Cast{Node: spanned(integer, 20, 30), Arg: scalar.Col{Node: typed(text), Index: 10}}
	sum := scalar.Call{Node: spanned(integer, 1, 40), Overload: "+(INT,INT)", Args: []scalar.Expr{cast, cast}}
	p, err := Compile([]scalar.Expr{sum}, input, nil)
	if err != nil {
		t.Fatal(err)
	}
	b := randomBatch(rand.New(rand.NewPCG(1, 1)), 3)
	b.Cols[10] = vec.Make(text, "1", nil, "x")
	_, rowErr := p.Eval(b, nil)
	if rowErr == nil || rowErr.Row != 2 || rowErr.Span != (diag.Span{Start: 20, End: 30}) ||
		rowErr.Code != diag.CastFailed {
		t.Fatal(rowErr)
	}
	if got := p.Inputs(); len(got) != 1 || got[0] != 10 {
		t.Fatal(got)
	}
}

func TestBadConstantPattern(t *testing.T) {
	like := scalar.Call{Node: spanned(boolean, 3, 9), Overload: "regexp(STRING,STRING)", Args: []scalar.Expr{
		scalar.Col{Node: typed(text), Index: 10}, scalar.Const{Node: typed(text), Value: "("}}}
	_, err := Compile([]scalar.Expr{like}, input, nil)
	var d *diag.Error
	if !errors.As(err, &d) || d.Code != diag.BadPattern || d.Span.Start != 3 {
		t.Fatal(err)
	}
}

func TestClockIsFixedPerEval(t *testing.T) {
	now := time.Date(1969, 12, 31, 23, 59, 59, 999_999_000, time.UTC)
	exprs := []scalar.Expr{scalar.Clock{Node: typed(sqltype.TimestampLTZType(3))},
		scalar.Clock{Node: typed(sqltype.DateType)},
		scalar.Clock{Node: typed(sqltype.TimestampType(6))}}
	p, err := Compile(exprs, nil, &Epoch{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		cols, rowErr := p.Eval(&zset.Batch{N: 65}, nil)
		if rowErr != nil || cols[0].Value(64) != now.Truncate(time.Millisecond).UnixMicro() ||
			cols[2].Value(64) != now.UnixMicro() ||
			cols[1].Value(0) != int64(map[bool]int{true: -1, false: 0}[now.Year() == 1969]) {
			t.Fatal(rowErr, cols[0].Value(64), cols[1].Value(0), cols[2].Value(64))
		}
		now = now.Add(time.Second)
	}
	if _, err := Compile(exprs, nil, nil); err == nil {
		t.Fatal("a clock without an epoch")
	}
}

// TestSharing: equal expressions are one cell; a failing part that is shared under different masks fails for the right
// rows.
func TestSharing(t *testing.T) {
	div := scalar.Call{Node: typed(integer), Overload: "/(INT,INT)",
		Args: []scalar.Expr{scalar.Col{Node: typed(integer), Index: 5}, scalar.Col{Node: typed(integer), Index: 6}}}
	p, err := Compile([]scalar.Expr{div, scalar.IsNull{Node: typed(boolean), Arg: div}}, input, nil)
	if err != nil {
		t.Fatal(err)
	}
	if p.cells[0].uses != 2 {
		t.Fatalf("the division is used %d times", p.cells[0].uses)
	}
	// CASE WHEN b0 THEN CAST(a/b AS STRING) WHEN b5 THEN '' ELSE CAST(a/b AS STRING): computed under two masks.
	str := scalar.Call{Node: typed(text), Overload: "upper(STRING)",
		Args: []scalar.Expr{scalar.Cast{Node: typed(text), Arg: div}}}
	view := scalar.Cast{Node: typed(sqltype.Type{Kind: sqltype.Varchar, P: sqltype.MaxLength, NotNull: true}), Arg: str}
	e := scalar.Case{Node: typed(text), Whens: []scalar.When{
		{Cond: scalar.Col{Node: typed(boolean), Index: 0}, Then: view},
		{Cond: scalar.Call{Node: typed(boolean), Overload: "=(INT,INT)",
			Args: []scalar.Expr{scalar.Col{Node: typed(integer), Index: 6},
				scalar.Const{Node: typed(integer), Value: int64(0)}}}, Then: scalar.Const{Node: typed(text), Value: "zero"}},
	}, Else: str}
	if p, err = Compile([]scalar.Expr{e}, input, nil); err != nil {
		t.Fatal(err)
	}
	b := randomBatch(rand.New(rand.NewPCG(4, 4)), 200)
	bits := make([]any, 200)
	a, d := make([]any, 200), make([]any, 200)
	for i := range bits {
		bits[i], a[i], d[i] = i%3 == 0, int64(i*1000), int64(i%3-1)
		if i%3 == 0 {
			d[i] = int64(2)
		}
	}
	b.Cols[0], b.Cols[5], b.Cols[6] = vec.Make(boolean, bits...), vec.Make(integer, a...), vec.Make(integer, d...)
	cols, rowErr := p.Eval(b, nil)
	if rowErr != nil {
		t.Fatal(rowErr)
	}
	for i := range 200 {
		want := "zero"
		if d[i] != int64(0) {
			want = fmt.Sprint(a[i].(int64) / d[i].(int64))
		}
		if got := cols[0].Value(i); got != want {
			t.Fatalf("row %d: %v, want %s", i, got, want)
		}
	}
}

func TestInLists(t *testing.T) {
	for _, typ := range []sqltype.Type{boolean, sqltype.TinyIntType, integer, sqltype.BigIntType, sqltype.DoubleType,
		text, sqltype.DecimalType(30, 0)} {
		for _, size := range []int{1, 3, 20} {
			var list []scalar.Const
			in := map[any]bool{}
			for i := range size {
				v := memberOf(typ, i*2)
				list, in[v] = append(list, scalar.Const{Node: typed(typ), Value: v}), true
			}
			values := make([]any, 100)
			for i := range values {
				if i%7 != 0 {
					values[i] = memberOf(typ, i)
				}
			}
			schema := sqltype.Schema{{Name: "x", Type: typ}}
			for _, negate := range []bool{false, true} {
				f, err := CompileFilter(scalar.In{Node: typed(boolean), Arg: scalar.Col{Node: typed(typ)}, List: list,
					Negate: negate}, schema, nil)
				if err != nil {
					t.Fatal(err)
				}
				cols := []*vec.Vec{vec.Make(typ, vecValues(values)...)}
				mask, rowErr := f.Mask(&zset.Batch{Schema: schema, N: 100, Cols: cols}, nil)
				if rowErr != nil {
					t.Fatal(rowErr)
				}
				for i, v := range values {
					if want := v != nil && in[v] != negate; mask.Get(i) != want {
						t.Fatalf("%s: %v among %d, negate %v: %v", typ, v, size, negate, mask.Get(i))
					}
				}
			}
		}
	}
}

func memberOf(t sqltype.Type, i int) any {
	switch t.Phys() {
	case sqltype.PhysBool:
		return i%3 == 0
	case sqltype.PhysF64:
		return float64(i) / 2
	case sqltype.PhysBytes:
		return fmt.Sprint("v", i)
	case sqltype.PhysI128:
		return scalar.Int128{Hi: int64(i % 2), Lo: uint64(i)}
	}
	return int64(i)
}

func vecValues(values []any) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = value(scalar.Const{Value: v})
	}
	return out
}
