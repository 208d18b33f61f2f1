package function

import (
	"errors"
	"strings"
	"testing"

	"streamsql/internal/diag"
	"streamsql/internal/sqltype"
)

var (
	integer  = sqltype.IntType
	bigint   = sqltype.BigIntType
	tiny     = sqltype.TinyIntType
	double   = sqltype.DoubleType
	float    = sqltype.FloatType
	text     = sqltype.StringType
	null     = sqltype.NullType
	ts3      = sqltype.TimestampType(3)
	seconds  = sqltype.Type{Kind: sqltype.IntervalMicros}
	literal  = sqltype.Type{Kind: sqltype.Char, P: 3, NotNull: true}
	price    = sqltype.DecimalType(10, 2)
	required = sqltype.IntType.Required()
)

func TestResolve(t *testing.T) {
	for _, c := range []struct {
		name string
		args []sqltype.Type
		id   string
		res  string
	}{
		{"+", []sqltype.Type{integer, integer}, "+(INT,INT)", "INT"},
		{"+", []sqltype.Type{tiny, tiny}, "+(TINYINT,TINYINT)", "TINYINT"},
		{"+", []sqltype.Type{tiny, bigint}, "+(BIGINT,BIGINT)", "BIGINT"},
		{"+", []sqltype.Type{required, required}, "+(INT,INT)", "INT NOT NULL"},
		{"+", []sqltype.Type{required, integer}, "+(INT,INT)", "INT"},
		{"+", []sqltype.Type{null, integer}, "+(INT,INT)", "INT"},
		{"+", []sqltype.Type{integer, float}, "+(FLOAT,FLOAT)", "FLOAT"},
		{"+", []sqltype.Type{price, float}, "+(DOUBLE,DOUBLE)", "DOUBLE"},
		{"+", []sqltype.Type{integer, price}, "+(DECIMAL,DECIMAL)", "DECIMAL(13, 2)"},
		{"*", []sqltype.Type{bigint, sqltype.DecimalType(3, 3)}, "*(DECIMAL,DECIMAL)", "DECIMAL(23, 3)"},
		{"/", []sqltype.Type{sqltype.DecimalType(2, 1), sqltype.DecimalType(3, 0)}, "/(DECIMAL,DECIMAL)", "DECIMAL(7, 6)"},
		{"*", []sqltype.Type{sqltype.DecimalType(38, 10), sqltype.DecimalType(38, 10)}, "*(DECIMAL,DECIMAL)",
			"DECIMAL(38, 6)"},
		{"mod", []sqltype.Type{bigint, integer}, "%(BIGINT,BIGINT)", "BIGINT"},
		{"+", []sqltype.Type{ts3, seconds}, "+(TIMESTAMP,INTERVAL SECOND)", "TIMESTAMP(3)"},
		{"-", []sqltype.Type{sqltype.DateType, seconds}, "-(DATE,INTERVAL SECOND)", "DATE"},
		{"=", []sqltype.Type{literal, text}, "=(STRING,STRING)", "BOOLEAN"},
		{"=", []sqltype.Type{integer, double}, "=(DOUBLE,DOUBLE)", "BOOLEAN"},
		{"<", []sqltype.Type{float, float}, "<(DOUBLE,DOUBLE)", "BOOLEAN"},
		{"!=", []sqltype.Type{integer, integer}, "<>(INT,INT)", "BOOLEAN"},
		{"is distinct from", []sqltype.Type{integer, integer}, "is distinct from(INT,INT)", "BOOLEAN NOT NULL"},
		{"Substring", []sqltype.Type{text, tiny}, "substring(STRING,INT)", "STRING"},
		{"substr", []sqltype.Type{text.Required(), required, required}, "substring(STRING,INT,INT)", "STRING"},
		{"concat", []sqltype.Type{literal, text.Required(), text.Required()}, "concat(STRING...)", "STRING NOT NULL"},
		{"concat_ws", []sqltype.Type{literal, text}, "concat_ws(STRING,STRING...)", "STRING NOT NULL"},
		{"greatest", []sqltype.Type{integer, double, price}, "greatest(ANY...)", "DOUBLE"},
		{"if", []sqltype.Type{sqltype.BooleanType, required, null}, "if(BOOLEAN,ANY,ANY)", "INT"},
		{"coalesce", []sqltype.Type{integer, required}, "coalesce(ANY...)", "INT NOT NULL"},
		{"year", []sqltype.Type{sqltype.DateType}, "year(TIMESTAMP)", "BIGINT"},
		{"extract", []sqltype.Type{literal, ts3.Required()}, "extract(KEYWORD,TIMESTAMP)", "BIGINT NOT NULL"},
		{"floor", []sqltype.Type{ts3, literal}, "floor(TIMESTAMP,KEYWORD)", "TIMESTAMP(3)"},
		{"floor", []sqltype.Type{price}, "floor(DECIMAL)", "DECIMAL(10, 0)"},
		{"to_timestamp", []sqltype.Type{text.Required()}, "to_timestamp(STRING)", "TIMESTAMP(3)"},
		{"now", nil, "current_timestamp()", "TIMESTAMP_LTZ(3) NOT NULL"},
		{"sqrt", []sqltype.Type{integer}, "sqrt(DOUBLE)", "DOUBLE"},
	} {
		r, err := Resolve(c.name, c.args)
		if err != nil {
			t.Errorf("%s%v: %v", c.name, c.args, err)
			continue
		}
		if r.Overload.ID != c.id || r.Result.String() != c.res {
			t.Errorf("%s%v: %s → %s, want %s → %s", c.name, c.args, r.Overload.ID, r.Result, c.id, c.res)
		}
	}
}

func TestResolveCasts(t *testing.T) {
	r, err := Resolve("*", []sqltype.Type{bigint, price})
	if err != nil || r.Args[0].String() != "DECIMAL(19, 0)" || r.Args[1] != price {
		t.Fatalf("%v %v", r.Args, err)
	}
	r, err = Resolve("if", []sqltype.Type{sqltype.BooleanType, integer, price})
	if err != nil || r.Args[1].String() != "DECIMAL(12, 2)" || r.Args[2].String() != "DECIMAL(12, 2)" {
		t.Fatalf("%v %v", r.Args, err)
	}
}

func TestResolveErrors(t *testing.T) {
	for _, c := range []struct {
		name string
		args []sqltype.Type
		code diag.Code
		want []string
	}{
		{"uper", []sqltype.Type{text}, diag.UnknownFunction, []string{`"UPER"`, "did you mean UPPER?"}},
		{"cuont", nil, diag.UnknownFunction, []string{"did you mean COUNT?"}},
		{"frobnicate", nil, diag.UnknownFunction, []string{"functions.md"}},
		{"upper", []sqltype.Type{integer}, diag.NoOverload, []string{"UPPER does not take (INT)", "UPPER(STRING)", "CAST"}},
		{"+", []sqltype.Type{text, integer}, diag.NoOverload, []string{"(STRING, INT)", "INT + INT", "more"}},
		{"=", []sqltype.Type{text, integer}, diag.NoOverload, []string{"STRING = STRING"}},
		{"coalesce", []sqltype.Type{text, integer}, diag.NoOverload, nil},
		{"substring", []sqltype.Type{text}, diag.NoOverload, []string{"SUBSTRING(STRING, INT, INT)"}},
	} {
		_, err := Resolve(c.name, c.args)
		var d *diag.Error
		if !errors.As(err, &d) || d.Code != c.code {
			t.Errorf("%s%v: %v", c.name, c.args, err)
			continue
		}
		for _, w := range c.want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s%v: %q lacks %q", c.name, c.args, err, w)
			}
		}
	}
}

func TestResolveAggregate(t *testing.T) {
	for _, c := range []struct {
		name string
		arg  sqltype.Type
		want string
	}{
		{"sum", integer, "sum(INT) INT"}, {"Sum", required, "sum(INT) INT"}, {"SUM", price, "sum(DECIMAL) DECIMAL(38, 2)"},
		{"avg", bigint, "avg(BIGINT) BIGINT"}, {"avg", price, "avg(DECIMAL) DECIMAL(38, 6)"},
		{"avg", double, "avg(DOUBLE) DOUBLE"},
		{"min", literal, "min(STRING) CHAR(3)"}, {"max", ts3, "max(TIMESTAMP) TIMESTAMP(3)"},
		{"count", text, "count(x) BIGINT NOT NULL"},
	} {
		r, err := ResolveAggregate(c.name, []sqltype.Type{c.arg}, false)
		if got := r.ID + " " + r.Result.String(); err != nil || got != c.want {
			t.Errorf("%s(%s): %s %v, want %s", c.name, c.arg, got, err, c.want)
		}
	}
	if r, err := ResolveAggregate("count", nil, true); err != nil || r.ID != "count(*)" ||
		r.Result.String() != "BIGINT NOT NULL" {
		t.Errorf("COUNT(*): %v %v", r, err)
	}
	for _, c := range []struct {
		name string
		args []sqltype.Type
		star bool
	}{{"sum", nil, true}, {"sum", []sqltype.Type{text}, false}, {"sum", nil, false},
		{"max", []sqltype.Type{sqltype.BooleanType}, false}, {"mediam", nil, false}} {
		if _, err := ResolveAggregate(c.name, c.args, c.star); err == nil {
			t.Errorf("%s%v taken", c.name, c.args)
		}
	}
}

func TestCommonType(t *testing.T) {
	for _, c := range []struct {
		types []sqltype.Type
		want  string
	}{
		{[]sqltype.Type{required, required}, "INT NOT NULL"}, {[]sqltype.Type{required, null}, "INT"},
		{[]sqltype.Type{null}, "STRING"},
		{[]sqltype.Type{integer, price}, "DECIMAL(12, 2)"}, {[]sqltype.Type{price, float}, "DOUBLE"},
		{[]sqltype.Type{float, price}, "DOUBLE"},
		{[]sqltype.Type{literal, literal}, "CHAR(3) NOT NULL"}, {[]sqltype.Type{literal, text}, "STRING"},
		{[]sqltype.Type{sqltype.DateType, ts3}, "TIMESTAMP(3)"},
		{[]sqltype.Type{sqltype.TimestampType(6), ts3}, "TIMESTAMP(6)"},
		{[]sqltype.Type{text, integer}, ""}, {[]sqltype.Type{sqltype.BooleanType, integer}, ""},
	} {
		got, err := CommonType(c.types)
		if (err != nil) != (c.want == "") || (err == nil && got.String() != c.want) {
			t.Errorf("%v: %s %v, want %q", c.types, got, err, c.want)
		}
	}
}

func TestCanCast(t *testing.T) {
	for _, c := range []struct {
		from, to           sqltype.Type
		implicit, explicit bool
	}{
		{integer, bigint, true, true}, {bigint, integer, false, true}, {integer, price, false, true},
		{tiny, price, true, true},
		{text, integer, false, true}, {integer, text, false, true}, {sqltype.BooleanType, integer, false, true},
		{sqltype.DateType, ts3, true, true},
		{ts3, sqltype.DateType, false, true}, {integer, ts3, false, false}, {ts3, bigint, false, false},
		{seconds, bigint, false, false},
		{text, seconds, false, false}, {seconds, text, false, true}, {null, integer, true, true},
		{double, float, false, true},
		{ts3, sqltype.TimestampLTZType(3), true, true}, {sqltype.TimestampType(6), ts3, false, true},
		{sqltype.BooleanType, ts3, false, false},
	} {
		i, e := CanCast(c.from, c.to)
		if i != c.implicit || e != c.explicit {
			t.Errorf("%s → %s: implicit %v explicit %v", c.from, c.to, i, e)
		}
	}
}

// TestDeclarations: every name is documented once and has an example, every keyword is upper case.
func TestDeclarations(t *testing.T) {
	seen := map[string]bool{}
	for _, o := range All() {
		if !seen[o.Name] {
			if o.Doc == "" {
				t.Errorf("%s: no documentation at its first overload", o.ID)
			}
			if len(o.Examples) == 0 && o.Form == Call {
				t.Errorf("%s: no example at its first overload", o.ID)
			}
		}
		seen[o.Name] = true
		if o.Result == nil || (o.Variadic && len(o.Params) == 0) {
			t.Errorf("%s: malformed", o.ID)
		}
		for _, p := range o.Params {
			for _, k := range p.Keywords {
				if k != strings.ToUpper(k) {
					t.Errorf("%s: keyword %s", o.ID, k)
				}
			}
		}
	}
	if len(Keywords("extract", 2, 0)) == 0 || Keywords("upper", 1, 0) != nil {
		t.Error("Keywords")
	}
	if a := Aliases("ceil"); len(a) != 1 || a[0] != "CEILING" {
		t.Error("Aliases", a)
	}
}
