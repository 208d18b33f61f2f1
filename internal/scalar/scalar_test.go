package scalar

import (
	"math"
	"testing"

	"streamsql/internal/diag"
	"streamsql/internal/sqltype"
)

func typed(t sqltype.Type) Node       { return Node{T: t} }
func col(i int) Col                   { return Col{typed(sqltype.IntType), i} }
func num(v int64) Const               { return Const{typed(sqltype.IntType), v} }
func lit(t sqltype.Type, v any) Const { return Const{typed(t), v} }

var truth = typed(sqltype.BooleanType)

// every is one expression of each form, with its canonical text and its direct operands.
var every = []struct {
	e    Expr
	text string
	kids string
}{
	{num(-7), "-7:INT", ""},
	{lit(sqltype.StringType, "a\"b\n"), `"a\"b\n":STRING`, ""},
	{lit(sqltype.BooleanType, true), "true:BOOLEAN", ""},
	{lit(sqltype.DoubleType, 0.1), "0.1:DOUBLE", ""},
	{lit(sqltype.DecimalType(20, 2), Int128{1, 2}), "{1 2}:DECIMAL(20, 2)", ""},
	{lit(sqltype.DateType, nil), "NULL:DATE", ""},
	{col(3), "$3", ""},
	{Call{truth, "lt(int,int)", []Expr{col(0), num(5)}}, "lt(int,int)[$0,5:INT]", "$0 5:INT"},
	{Cast{typed(sqltype.BigIntType), col(1), false}, "cast[$1 as BIGINT]", "$1"},
	{Cast{typed(sqltype.BigIntType), col(1), true}, "try_cast[$1 as BIGINT]", "$1"},
	{
		Case{typed(sqltype.IntType), []When{{col(0), col(1)}, {col(2), col(3)}}, col(4)},
		"case[$0->$1;$2->$3;$4]", "$0 $1 $2 $3 $4",
	},
	{Coalesce{typed(sqltype.IntType), []Expr{col(1), col(0)}}, "coalesce[$1,$0]", "$1 $0"},
	{And{truth, []Expr{col(0), col(1), col(2)}}, "and[$0,$1,$2]", "$0 $1 $2"},
	{Or{truth, []Expr{col(0), col(1)}}, "or[$0,$1]", "$0 $1"},
	{Not{truth, col(0)}, "not[$0]", "$0"},
	{IsNull{truth, col(0), false}, "isnull[$0]", "$0"},
	{IsNull{truth, col(0), true}, "not_isnull[$0]", "$0"},
	{IsTruth{truth, col(0), true, false}, "is_true[$0]", "$0"},
	{IsTruth{truth, col(0), false, true}, "not_is_false[$0]", "$0"},
	{In{truth, col(0), []Const{num(2), num(1)}, false}, "in[$0;2:INT,1:INT]", "$0"},
	{In{truth, col(0), []Const{num(2)}, true}, "not_in[$0;2:INT]", "$0"},
	{Clock{typed(sqltype.TimestampLTZType(3))}, "clock:TIMESTAMP_LTZ(3)", ""},
}

func TestCanonicalText(t *testing.T) {
	seen := map[string]int{}
	for i, c := range every {
		if got := c.e.String(); got != c.text {
			t.Errorf("prints %s, want %s", got, c.text)
		}
		if first, dup := seen[c.text]; dup {
			t.Errorf("%d and %d print the same: %s", first, i, c.text)
		}
		seen[c.text] = i
	}
}

// The text feeds fingerprints: what differs in meaning must differ in text, what differs in place or nullability must
// not.
func TestTextSeparates(t *testing.T) {
	for _, c := range []struct {
		name string
		a, b Expr
		same bool
	}{
		{"type", num(1), lit(sqltype.BigIntType, int64(1)), false},
		{"string and number", num(1), lit(sqltype.StringType, "1"), false},
		{
			"text that looks like an end", lit(sqltype.StringType, `a":STRING,"b`),
			And{truth, []Expr{lit(sqltype.StringType, "a"), lit(sqltype.StringType, "b")}}, false,
		},
		{"zeros", lit(sqltype.DoubleType, 0.0), lit(sqltype.DoubleType, math.Copysign(0, -1)), false},
		{"neighbours", lit(sqltype.DoubleType, 0.1), lit(sqltype.DoubleType, math.Nextafter(0.1, 1)), false},
		{"order", And{truth, []Expr{col(0), col(1)}}, And{truth, []Expr{col(1), col(0)}}, false},
		{
			"nesting", And{truth, []Expr{And{truth, []Expr{col(0), col(1)}}, col(2)}},
			And{truth, []Expr{col(0), col(1), col(2)}}, false,
		},
		{"null and empty", lit(sqltype.StringType, nil), lit(sqltype.StringType, "NULL"), false},
		{"place", Col{Node{sqltype.IntType, diag.Span{Start: 1, End: 2}}, 0}, col(0), true},
		{"nullability", lit(sqltype.IntType.Required(), int64(1)), num(1), true},
	} {
		if (c.a.String() == c.b.String()) != c.same {
			t.Errorf("%s: %s and %s", c.name, c.a, c.b)
		}
	}
}

func TestSpanAndType(t *testing.T) {
	at := diag.Span{Start: 3, End: 9}
	e := Not{Node{sqltype.BooleanType.Required(), at}, col(0)}
	if e.Span() != at || e.Type() != sqltype.BooleanType.Required() {
		t.Errorf("span %v, type %s", e.Span(), e.Type())
	}
}
