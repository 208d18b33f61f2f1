package rules

import (
	"strings"
	"testing"
	"time"

	"streamsql/exec/window"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/planner/catalog"
	"streamsql/planner/logical"
)

// The columns of the tests: a and b of a table, s, e and w of a window.
var (
	colA = logical.Column{ID: 1, Name: "a", Type: sqltype.BigIntType}
	colT = logical.Column{ID: 2, Name: "ts", Type: sqltype.TimestampType(3), Rowtime: true}
	colS = logical.Column{ID: 3, Name: "s", Type: sqltype.TimestampType(3).Required()}
	colE = logical.Column{ID: 4, Name: "e", Type: sqltype.TimestampType(3).Required()}
	colW = logical.Column{ID: 5, Name: "w", Type: sqltype.TimestampType(3).Required(), Rowtime: true}
)

func scan() *logical.Scan {
	return &logical.Scan{Table: &catalog.Table{Name: "t"}, Cols: []logical.Column{colA, colT}, From: []int{0, 1}}
}

func overTime(in logical.Node) *logical.Window {
	return &logical.Window{
		In: in, TimeCol: colT.ID, Spec: window.Spec{Size: time.Second}, Start: colS, End: colE, Time: colW,
		Emit: []window.Col{window.ColStart, window.ColEnd, window.ColTime},
	}
}

func number(n int64) scalar.Expr {
	return scalar.Const{Node: scalar.Node{T: sqltype.BigIntType.Required()}, Value: n}
}

func call(id string, t sqltype.Type, args ...scalar.Expr) scalar.Expr {
	return scalar.Call{Node: scalar.Node{T: t}, Overload: id, Args: args}
}

func greater(l, r scalar.Expr) scalar.Expr {
	return call(">(BIGINT,BIGINT)", sqltype.BooleanType, l, r)
}

func divide(l, r scalar.Expr) scalar.Expr { return call("/(BIGINT,BIGINT)", sqltype.BigIntType, l, r) }

func filter(in logical.Node, cond scalar.Expr) *logical.Calc {
	return &logical.Calc{In: in, Filter: cond, Items: logical.PassAll(in.Columns())}
}

func TestPushFilter(t *testing.T) {
	a := logical.Ref(colA)
	afterWindow := call(">(TIMESTAMP,TIMESTAMP)", sqltype.BooleanType, logical.Ref(colE), logical.Ref(colS))
	for _, c := range []struct {
		name   string
		cond   scalar.Expr
		pushed string // the condition below the window; "" for none
		stays  string
	}{
		{"a column of the input", greater(a, number(3)), ">(BIGINT,BIGINT)[$1,3:BIGINT]", ""},
		{"what can fail would see late rows", greater(divide(number(1), a), number(3)), "", "/(BIGINT,BIGINT)"},
		{"a constant divisor cannot fail", greater(divide(a, number(7)), number(3)), "/(BIGINT,BIGINT)[$1,7:BIGINT]", ""},
		{"nor is a zero one constant enough", greater(divide(a, number(0)), number(3)), "", "/(BIGINT,BIGINT)"},
		{"a column of the window", afterWindow, "", ">(TIMESTAMP,TIMESTAMP)"},
		{"each for itself", conjunction([]scalar.Expr{afterWindow, greater(a, number(3))}), ">(BIGINT,BIGINT)[$1,3:BIGINT]",
			">(TIMESTAMP,TIMESTAMP)"},
	} {
		out := pushFilter(filter(overTime(scan()), c.cond)).(*logical.Calc)
		below, _ := out.In.Inputs()[0].(*logical.Calc)
		switch {
		case c.pushed == "" && below != nil:
			t.Errorf("%s: %s was pushed", c.name, below.Filter)
		case c.pushed != "" && (below == nil || !strings.Contains(below.Filter.String(), c.pushed)):
			t.Errorf("%s: not pushed:\n%s", c.name, logical.Print(out))
		}
		if c.stays == "" != (out.Filter == nil) || c.stays != "" && !strings.Contains(out.Filter.String(), c.stays) {
			t.Errorf("%s: %v stays, want %q", c.name, out.Filter, c.stays)
		}
	}
}

func TestMergeCalcs(t *testing.T) {
	double := logical.Column{ID: 9, Name: "d", Type: sqltype.BigIntType}
	lower := &logical.Calc{In: scan(), Filter: greater(logical.Ref(colA), number(0)),
		Items: []logical.Item{{Column: double,
			Expr: call("*(BIGINT,BIGINT)", sqltype.BigIntType, logical.Ref(colA), number(2))}}}
	upper := &logical.Calc{In: lower, Filter: greater(logical.Ref(double), number(9)),
		Items: []logical.Item{logical.Pass(double)}}
	out := mergeCalcs(upper).(*logical.Calc)
	want := "and[>(BIGINT,BIGINT)[$1,0:BIGINT],>(BIGINT,BIGINT)[*(BIGINT,BIGINT)[$1,2:BIGINT],9:BIGINT]]"
	if got := out.Filter.String(); got != want {
		t.Errorf("filter %s, want %s", got, want)
	}
	if _, isScan := out.In.(*logical.Scan); !isScan || out.Items[0].Column.ID != double.ID {
		t.Errorf("merged:\n%s", logical.Print(out))
	}
}

// TestMergeStops: views that each use a column of the one below twice would double their expressions at every level.
func TestMergeStops(t *testing.T) {
	var n logical.Node = scan()
	prev := colA
	for i := range 40 {
		next := logical.Column{ID: logical.ColID(100 + i), Name: "x", Type: sqltype.BigIntType}
		sum := call("+(BIGINT,BIGINT)", sqltype.BigIntType, logical.Ref(prev), logical.Ref(prev))
		n = &logical.Calc{In: n, Items: []logical.Item{{Column: next, Expr: sum}}}
		prev = next
	}
	total := 0
	logical.Walk(mergeCalcs(n), func(n logical.Node) {
		if c, ok := n.(*logical.Calc); ok {
			total += size(c.Items[0].Expr)
		}
	})
	if total > 10*mergeLimit {
		t.Errorf("%d expression nodes", total)
	}
}

func TestPruneColumns(t *testing.T) {
	n := logical.Column{ID: 20, Name: "n", Type: sqltype.BigIntType}
	m := logical.Column{ID: 21, Name: "m", Type: sqltype.BigIntType}
	w := overTime(scan())
	agg := &logical.Aggregate{In: w, Keys: []logical.Column{colA}, Over: &logical.Over{Window: w, Emit: w.Emit},
		Aggs: []logical.Agg{{Column: n, ID: "count(*)"}, {Column: m, ID: "max(TIMESTAMP)", Args: []logical.ColID{colS.ID}}}}
	top := &logical.Calc{In: agg, Items: []logical.Item{logical.Pass(n)}}
	got := logical.Print(pruneColumns(top))
	want := "Calc (n$20)\n  WindowAggregate by (a$1) in window () (n$20 := count(*))\n" +
		"    Window TUMBLE(ts$2, 1s) adds (e$4)\n      Scan t (a$1, ts$2)\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestDropCalcs(t *testing.T) {
	pass := &logical.Calc{In: overTime(scan()), Items: []logical.Item{logical.Pass(colE)}}
	same := &logical.Calc{In: scan(), Items: logical.PassAll(scan().Cols)}
	idle := &logical.Calc{In: same, Items: logical.PassAll(same.Columns())}
	for _, c := range []struct {
		name string
		top  logical.Node
		want logical.Node // what is left below it
	}{
		{"under an aggregate", &logical.Aggregate{In: pass}, pass.In},
		{"under a sink over a scan, which may deliver more columns", &logical.Sink{In: same}, same},
		{"under a sink over the same columns", &logical.Sink{In: idle}, same},
	} {
		if got, want := logical.Print(dropCalcs(c.top).Inputs()[0]), logical.Print(c.want); got != want {
			t.Errorf("%s:\n%swant\n%s", c.name, got, want)
		}
	}
}
