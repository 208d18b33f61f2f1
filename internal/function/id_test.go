package function

import (
	"testing"

	"streamsql/internal/sqltype"
)

// TestIDs pins the spelling: it is part of the state format since v1.
func TestIDs(t *testing.T) {
	str, i32 := sqltype.Varchar, sqltype.Int
	for _, c := range []struct{ got, want string }{
		{ID("SUBSTRING", str, i32, i32), "substring(STRING,INT,INT)"},
		{ID("+", sqltype.Decimal, sqltype.Decimal), "+(DECIMAL,DECIMAL)"},
		{ID("IS DISTINCT FROM", sqltype.Timestamp, sqltype.TimestampLTZ), "is distinct from(TIMESTAMP,TIMESTAMP_LTZ)"},
		{ID("E"), "e()"},
		{makeID("IFNULL", []Param{{Kind: sqltype.Null}, {Kind: sqltype.Null}}, false), "ifnull(ANY,ANY)"},
		{makeID("CONCAT", []Param{{Kind: str}}, true), "concat(STRING...)"},
		{makeID("EXTRACT", []Param{keyword("DAY"), {Kind: sqltype.Date}}, false), "extract(KEYWORD,DATE)"},
		{NameOf(ID("SUM", sqltype.BigInt)), "sum"},
		{NameOf(CountRows), "count"},
		{NameOf(countValues), "count"},
	} {
		if c.got != c.want {
			t.Errorf("%s, want %s", c.got, c.want)
		}
	}
	for _, o := range All() {
		if got := NameOf(o.ID); got != NameOf(ID(o.Name)) {
			t.Errorf("%s is named %s", o.ID, got)
		}
	}
}

// TestAppendOnly: an aggregate that cannot take rows back says so, whatever its argument.
func TestAppendOnly(t *testing.T) {
	want := map[string]bool{"COUNT": false, "SUM": false, "AVG": false, "MIN": true, "MAX": true}
	for _, a := range Aggregates() {
		r, err := ResolveAggregate(a.Name, []sqltype.Type{sqltype.BigIntType}, false)
		if err != nil {
			t.Fatal(err)
		}
		known, listed := want[a.Name]
		if !listed || AppendOnly(r.ID) != known {
			t.Errorf("%s: append-only %t, listed %t", r.ID, !known, listed)
		}
	}
	if AppendOnly(CountRows) || !AppendOnly("median(BIGINT)") {
		t.Error("COUNT(*) takes rows back; what is not known does not")
	}
}
