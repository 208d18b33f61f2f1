package catalog

import (
	"strings"
	"testing"

	"streamsql/internal/diag"
	"streamsql/internal/sqltype"
	"streamsql/planner/ast"
)

// written is a type as the parser gives it: the name at 10, parameter i at 20+i.
func written(name string, params ...int) *ast.TypeName {
	t := &ast.TypeName{At: ast.On(diag.Span{Start: 10, End: 11}), Name: name}
	for i, p := range params {
		at := diag.Span{Start: int32(20 + i), End: int32(21 + i)}
		t.Params = append(t.Params, ast.TypeParam{At: ast.On(at), Value: p})
	}
	return t
}

func TestTypes(t *testing.T) {
	for _, c := range []struct {
		in   *ast.TypeName
		want sqltype.Type
	}{
		{written("BOOLEAN"), sqltype.BooleanType},
		{written("TINYINT"), sqltype.TinyIntType},
		{written("SMALLINT"), sqltype.SmallIntType},
		{written("INT"), sqltype.IntType},
		{written("BIGINT"), sqltype.BigIntType},
		{written("FLOAT"), sqltype.FloatType},
		{written("DOUBLE"), sqltype.DoubleType},
		{written("STRING"), sqltype.StringType},
		{written("DATE"), sqltype.DateType},
		{written("DECIMAL"), sqltype.DecimalType(10, 0)},
		{written("DECIMAL", 5), sqltype.DecimalType(5, 0)},
		{written("DECIMAL", 38, 38), sqltype.DecimalType(38, 38)},
		{written("CHAR"), sqltype.Type{Kind: sqltype.Char, P: 1}},
		{written("CHAR", 7), sqltype.Type{Kind: sqltype.Char, P: 7}},
		{written("VARCHAR"), sqltype.StringType}, // text of any length, as Flink's parser has it
		{written("VARCHAR", 3), sqltype.Type{Kind: sqltype.Varchar, P: 3}},
		{written("VARCHAR", sqltype.MaxLength), sqltype.StringType},
		{written("TIMESTAMP"), sqltype.TimestampType(6)},
		{written("TIMESTAMP", 0), sqltype.TimestampType(0)},
		{written("TIMESTAMP", 3), sqltype.TimestampType(3)},
		{written("TIMESTAMP_LTZ", 6), sqltype.TimestampLTZType(6)},
	} {
		for _, required := range []bool{false, true} {
			c.in.NotNull = required
			got, err := Type(c.in)
			if err != nil || got != c.want.WithNull(!required) {
				t.Errorf("%s%v NOT NULL %v: %s, %v; want %s", c.in.Name, c.in.Params, required, got, err, c.want)
			}
		}
	}
}

// TestTypesThatDoNotExist: the fault is at the parameter where there is one, else at the type, and names what was
// meant.
func TestTypesThatDoNotExist(t *testing.T) {
	inner := written("INT")
	for _, c := range []struct {
		in    *ast.TypeName
		code  diag.Code
		start int32
		says  string
	}{
		{written("INT", 3), diag.TypeParameter, 10, "INT"},
		{written("STRING", 3), diag.TypeParameter, 10, "STRING"},
		{written("DECIMAL", 0), diag.TypeParameter, 20, "38"},
		{written("DECIMAL", 39), diag.TypeParameter, 20, "39"},
		{written("DECIMAL", 5, 6), diag.TypeParameter, 21, "0 and 5"},
		{written("DECIMAL", 5, 6, 7), diag.TypeParameter, 10, "2 parameters"},
		{written("CHAR", 0), diag.TypeParameter, 20, "length"},
		{written("VARCHAR", 0), diag.TypeParameter, 20, "length"},
		{written("TIMESTAMP", 10), diag.TypeParameter, 20, "10"},
		{written("TIMESTAMP", 9), diag.NotInThisRelease, 20, "TIMESTAMP(6)"},
		{written("TIMESTAMP_LTZ", 7), diag.NotInThisRelease, 20, "TIMESTAMP_LTZ(6)"},
		{written("TIMESTAMP", 3, 3), diag.TypeParameter, 10, "1 parameter"},
		{written("TIME"), diag.NotInThisRelease, 10, "TIME"},
		{written("BYTES"), diag.NotInThisRelease, 10, "BYTES"},
		{&ast.TypeName{At: inner.At, Name: "ARRAY", Args: []*ast.TypeName{inner}}, diag.NotInThisRelease, 10, "ARRAY"},
		{&ast.TypeName{At: inner.At, Name: "ROW", Fields: []ast.TypeField{{Type: inner}}}, diag.NotInThisRelease, 10, "ROW"},
		{written("BIGNIT"), diag.UnknownType, 10, "BIGINT"},
		{written("DECIMALS"), diag.UnknownType, 10, "DECIMAL"},
		{written("TEXT"), diag.UnknownType, 10, "STRING"},
		{written("GEOMETRY"), diag.UnknownType, 10, "GEOMETRY"},
	} {
		_, err := Type(c.in)
		if err == nil {
			t.Errorf("%s%v is taken", c.in.Name, c.in.Params)
			continue
		}
		if err.Code != c.code || err.Span.Start != c.start || !strings.Contains(err.Msg+" "+err.Hint, c.says) {
			t.Errorf("%s%v: %s at %d, want %s at %d that says %q", c.in.Name, c.in.Params, err, err.Span.Start, c.code,
				c.start, c.says)
		}
	}
}

// TestRefusedTypesHaveAKind: a column whose type was refused still has one, so that what follows can be looked at.
func TestRefusedTypesHaveAKind(t *testing.T) {
	for name, want := range map[string]string{
		"DECIMAL": "DECIMAL(10, 0)", "CHAR": "STRING", "TIMESTAMP": "TIMESTAMP(6)", "INT": "INT",
	} {
		if got, err := Type(written(name, 99, 98, 97)); err == nil || got.String() != want {
			t.Errorf("%s(99, 98, 97): %s, %v; want %s", name, got, err, want)
		}
	}
}
