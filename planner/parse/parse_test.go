package parse

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"streamsql/internal/diag"
	"streamsql/planner/ast"
)

// corpus is a file of statements that together use every node; each must survive parse → print → parse.
func corpus(t testing.TB) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "corpus.sql"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(text), "\n\n")
}

// TestRoundTrip: what Print writes parses to the same tree, and prints the same again.
func TestRoundTrip(t *testing.T) {
	for _, text := range corpus(t) {
		first, err := File(text)
		if err != nil {
			t.Errorf("%s\n%v", text, err)
			continue
		}
		printed := ast.PrintFile(first)
		second, err := File(printed)
		if err != nil {
			t.Errorf("%s\nprinted as\n%s\n%v", text, printed, err)
			continue
		}
		if again := ast.PrintFile(second); again != printed {
			t.Errorf("printed as\n%s\nand then as\n%s", printed, again)
		}
		if diff := sameTree(reflect.ValueOf(first), reflect.ValueOf(second), "file"); diff != "" {
			t.Errorf("%s\nprinted as\n%s\ndiffers at %s", text, printed, diff)
		}
	}
}

// sameTree compares two trees without their places, without the spelling of quotes and of TABLE(…), and returns where
// they differ first.
func sameTree(a, b reflect.Value, path string) string {
	if a.Kind() != b.Kind() || a.Kind() == reflect.Interface && a.IsNil() != b.IsNil() {
		return path
	}
	switch a.Kind() {
	case reflect.Interface, reflect.Pointer:
		if a.IsNil() || b.IsNil() {
			if a.IsNil() != b.IsNil() {
				return path
			}
			return ""
		}
		if a.Elem().Type() != b.Elem().Type() {
			return path + fmt.Sprintf(": %s, %s", a.Elem().Type(), b.Elem().Type())
		}
		return sameTree(a.Elem(), b.Elem(), path)
	case reflect.Slice:
		if a.Len() != b.Len() {
			return path
		}
		for i := range a.Len() {
			if d := sameTree(a.Index(i), b.Index(i), fmt.Sprintf("%s[%d]", path, i)); d != "" {
				return d
			}
		}
		return ""
	case reflect.Struct:
		for i := range a.NumField() {
			switch f := a.Type().Field(i); f.Name {
			case "At", "OpSpan", "GroupAt", "KindAt", "Quoted", "Func", "Wrapped", "Named":
			default:
				if d := sameTree(a.Field(i), b.Field(i), path+"."+f.Name); d != "" {
					return d
				}
			}
		}
		return ""
	}
	if !a.Equal(b) {
		return path
	}
	return ""
}

// TestCorpusUsesEveryNode keeps the corpus complete as the tree grows.
func TestCorpusUsesEveryNode(t *testing.T) {
	seen := map[string]bool{}
	for _, text := range corpus(t) {
		stmts, _ := File(text)
		collect(reflect.ValueOf(stmts), seen)
	}
	for _, n := range []any{ast.SetOption{}, ast.ResetOption{}, ast.CreateTable{}, ast.CreateView{},
		ast.Drop{}, ast.Insert{},
		ast.StatementSet{}, ast.Explain{}, ast.QueryStatement{}, ast.Metadata{}, ast.PrimaryKey{},
		ast.Watermark{}, ast.Like{},
		ast.Select{}, ast.SetOp{}, ast.Values{}, ast.Nested{}, ast.CTE{}, ast.NamedWindow{}, ast.Hint{},
		ast.TableRef{}, ast.Derived{}, ast.WindowTVF{}, ast.Join{}, ast.Unnest{}, ast.TableFunc{},
		ast.Name{}, ast.Star{}, ast.Number{}, ast.String{}, ast.Bool{}, ast.Null{}, ast.DateTime{},
		ast.Interval{}, ast.Unary{},
		ast.Binary{}, ast.Is{}, ast.Between{}, ast.InList{}, ast.InQuery{}, ast.Exists{}, ast.Subquery{}, ast.LikeExpr{},
		ast.Case{}, ast.Cast{}, ast.Call{}, ast.WindowSpec{}, ast.Frame{}, ast.NamedArg{}, ast.Keyword{}, ast.Index{},
		ast.Field{}, ast.Array{}, ast.Row{}, ast.GroupingSets{}} {
		if name := reflect.TypeOf(n).Name(); !seen[name] {
			t.Errorf("no statement of the corpus has a %s", name)
		}
	}
}

// collect notes the names of all types within v.
func collect(v reflect.Value, seen map[string]bool) {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if !v.IsNil() {
			collect(v.Elem(), seen)
		}
	case reflect.Slice:
		for i := range v.Len() {
			collect(v.Index(i), seen)
		}
	case reflect.Struct:
		seen[v.Type().Name()] = true
		for i := range v.NumField() {
			collect(v.Field(i), seen)
		}
	}
}

// TestPrint pins the form of the printed text.
func TestPrint(t *testing.T) {
	cases := []struct{ text, want string }{
		{"select a,b c from t where (a=1)and not(b=2 or c is null)group by a having count(*)>1",
			"SELECT a, b AS c\nFROM t\nWHERE a = 1 AND NOT (b = 2 OR c IS NULL)\nGROUP BY a\nHAVING count(*) > 1"},
		{"create table t(a int not null,b as a+1,watermark for ts as ts-interval '5' seconds)with('connector'='x')",
			"CREATE TABLE t (\n  a INT NOT NULL,\n  b AS a + 1,\n  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND\n)" +
				" WITH (\n  'connector' = 'x'\n)"},
		{"insert into o select window_start from tumble(timecol=>descriptor(ts),data=>table t,size=>interval '1' minute) w",
			"INSERT INTO o\nSELECT window_start\nFROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) AS w"},
		{"select * from (select 1 x) y", "SELECT *\nFROM (\n  SELECT 1 AS x\n) AS y"},
		{"select `a`, `order`, -(1), - -x, (a+b)*c, a-(b-c), (a||b)||c from t",
			"SELECT `a`, `order`, -(1), -(-x), (a + b) * c, a - (b - c), a || b || c\nFROM t"},
	}
	for _, c := range cases {
		stmts, err := File(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if got := ast.Print(stmts[0]); got != c.want {
			t.Errorf("got\n%s\nwant\n%s", got, c.want)
		}
	}
}

// TestFaults: each code of the lexer and the parser, at its place. ‹› mark the span in the text.
func TestFaults(t *testing.T) {
	cases := []struct {
		code diag.Code
		text string
	}{
		{diag.Syntax, "SELECT a FROM‹›"},
		{diag.Syntax, "‹FOO› 1"},
		{diag.Syntax, "SELECT a FROM t x ‹y›"},
		{diag.Syntax, "SELECT ‹,› FROM t"},
		{diag.Syntax, "CREATE TABLE t (a INT ‹b›)"},
		{diag.Syntax, "CREATE TABLE t (a INT) WITH (‹connector› = 'x')"},
		{diag.Syntax, "CREATE TABLE t (a INT) WITH ('connector' = ‹x›)"},
		{diag.Syntax, "SET ‹a› = 'b'"},
		{diag.Syntax, "INSERT INTO t ‹SET› 1"},
		{diag.Syntax, "EXPLAIN ‹DROP› TABLE t"},
		{diag.Syntax, "SELECT ‹``› FROM t"},
		{diag.Syntax, "SELECT CAST(a AS ‹1›) FROM t"},
		{diag.Syntax, "SELECT a FROM t JOIN‹›"},
		{diag.Syntax, "SELECT a FROM t LEFT ‹x›"},
		{diag.Syntax, "SELECT a FROM f(b) ‹1›"},
		{diag.Syntax, "SELECT a FROM TABLE(‹1› + 1)"},
		{diag.ReservedWord, "SELECT a FROM t WHERE ‹order› = 1"},
		{diag.ReservedWord, "SELECT a AS ‹select› FROM t"},
		{diag.ReservedWord, "SELECT ‹FROM› t"},
		{diag.ReservedWord, "CREATE TABLE t (‹time› INT)"},
		{diag.ReservedWord, "SELECT a + ‹from› t"},
		{diag.UnterminatedString, "SELECT ‹'›abc FROM t"},
		{diag.UnterminatedName, "SELECT ‹`›abc FROM t"},
		{diag.UnterminatedComment, "SELECT a ‹/*› abc"},
		{diag.UnterminatedComment, "SELECT a FROM t ‹/*+› abc"},
		{diag.IllegalCharacter, "SELECT a ‹#› b FROM t"},
		{diag.IllegalCharacter, "SELECT ‹$›, b FROM t"},
		{diag.InvalidUTF8, "SELECT ‹'\xff'› FROM t"},
		{diag.BadNumber, "SELECT ‹1st› FROM t"},
		{diag.UnclosedBracket, "SELECT f‹(›a FROM t"},
		{diag.UnclosedBracket, "SELECT a‹)› FROM t"},
		{diag.UnclosedBracket, "SELECT ‹CASE› WHEN a THEN b FROM t"},
		{diag.UnclosedBracket, "‹EXECUTE STATEMENT SET› BEGIN INSERT INTO a SELECT 1;"},
		{diag.NeedsParentheses, "SELECT a = b ‹=› c FROM t"},
		{diag.DuplicateClause, "CREATE TABLE t (a INT) WITH ('a' = '1', ‹'a'› = '2')"},
		{diag.DuplicateClause, "CREATE TABLE t (PRIMARY KEY (a) NOT ENFORCED, ‹PRIMARY KEY (b) NOT ENFORCED›)"},
		{diag.DuplicateClause, "CREATE TABLE t (WATERMARK FOR a AS a, ‹WATERMARK FOR b AS b›)"},
		{diag.DuplicateClause, "SELECT a FROM t LIMIT 1 ‹LIMIT› 2"},
		{diag.WindowArguments, "SELECT a FROM ‹TUMBLE›(TABLE t, DESCRIPTOR(ts))"},
		{diag.WindowArguments, "SELECT a FROM TUMBLE(TABLE t, DESCRIPTOR(ts), a, b, ‹c›)"},
		{diag.WindowArguments, "SELECT a FROM TUMBLE(TABLE t, DESCRIPTOR(ts), ‹SIZE => b›)"},
		{diag.WindowArguments, "SELECT a FROM TUMBLE(DATA => TABLE t, ‹SLIDE› => b)"},
		{diag.WindowArguments, "SELECT a FROM TUMBLE(DATA => TABLE t, ‹DATA => TABLE u›)"},
		{diag.WindowArguments, "SELECT a FROM TUMBLE(‹t›, DESCRIPTOR(ts), INTERVAL '1' DAY)"},
		{diag.WindowArguments, "SELECT a FROM TUMBLE(TABLE t, ‹ts›, INTERVAL '1' DAY)"},
		{diag.UnsupportedSyntax, "‹SHOW› TABLES"},
		{diag.UnsupportedSyntax, "CREATE ‹CATALOG› f"},
		{diag.UnsupportedSyntax, "SELECT LISTAGG(a) ‹WITHIN› GROUP (ORDER BY a) FROM t"},
		{diag.NestingTooDeep, "SELECT " + strings.Repeat("(", 150) + "‹(›1" + strings.Repeat(")", 151)},
		{diag.NestingTooDeep, "CREATE TABLE t (a " + strings.Repeat("ARRAY<", 151) + "‹INT›" +
			strings.Repeat(">", 151) + ")"},
		{diag.StatementTooLarge, "‹SELECT› 1" + strings.Repeat(", 1", 20_000) + " UNION SELECT 1"},
		{diag.StatementTooLarge, "‹SELECT› *" + strings.Repeat(", *", 10_000) + " FROM t"},
		{diag.TooManyJoins, "SELECT a FROM t" + strings.Repeat(", t", 100) + "‹,› t"},
		{diag.TooManyJoins, "SELECT a FROM t" + strings.Repeat(" JOIN t ON a", 100) + " ‹LEFT JOIN› t ON a"},
	}
	for _, c := range cases {
		start := strings.Index(c.text, "‹")
		end := strings.Index(c.text, "›") - len("‹")
		text := strings.NewReplacer("‹", "", "›", "").Replace(c.text)
		_, err := File(text)
		var list diag.List
		if !errors.As(err, &list) {
			t.Errorf("%.90s: accepted", c.text)
			continue
		}
		if f := list[0]; f.Code != c.code || int(f.Span.Start) != start || int(f.Span.End) != end || len(list) > 1 {
			t.Errorf("%.90s: got %v at %v, want %s at {%d %d}", c.text, list, f.Span, c.code, start, end)
		}
	}
}

// TestTextTooLong is apart: its fault has no place.
func TestTextTooLong(t *testing.T) {
	if _, err := File(strings.Repeat(" ", 1<<20)); err != nil {
		t.Errorf("1 MiB: %v", err)
	}
	if _, err := File(strings.Repeat(" ", 1<<20+1)); diag.CodeOf(err) != diag.TextTooLong {
		t.Errorf("more than 1 MiB: %v", err)
	}
}

// TestAllFaultsInOrder: the statements around a faulty one are read, and the faults come in source order.
func TestAllFaultsInOrder(t *testing.T) {
	text := `SELECT a = b = c, 1 +, f(x y) FROM t WHERE order; SELECT 1;
		SELECT 'a' FROM; SELECT ? ; CREATE TABLE t (a INT, b AS c d) WITH ('a' = '1', 'a' = '2'); SELECT 2`
	stmts, err := File(text)
	if len(stmts) != 2 {
		t.Errorf("%d statements are left", len(stmts))
	}
	var list diag.List
	if !errors.As(err, &list) {
		t.Fatal(err)
	}
	var got []string
	for _, f := range list {
		got = append(got, fmt.Sprintf("%s %q", f.Code, text[f.Span.Start:f.Span.End]))
	}
	want := []string{`needs-parentheses "="`, `syntax ","`, `syntax "y"`, `reserved-word "order"`, `syntax ";"`,
		`illegal-character "?"`, `syntax "d"`, `duplicate-clause "'a'"`}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestHugeTexts: what fills the text limit ends, with few faults.
func TestHugeTexts(t *testing.T) {
	for _, piece := range []string{"FOO;", "SELECT 1;", "a,", "(", "SELECT (", "a + ", "CASE ",
		"f(x).a + ", "((SELECT 1) UNION ",
		"/*+ A */ ", "NOT ", "- ", "a.", "x AS ", "[", "SELECT a FROM t JOIN "} {
		for _, before := range []string{"", "SELECT ", "SELECT a FROM ", "CREATE TABLE t (a ", "VALUES "} {
			_, err := File((before + strings.Repeat(piece, 50_000/len(piece))))
			var list diag.List
			if errors.As(err, &list) && len(list) > 100 {
				t.Errorf("%d faults of %q", len(list), piece)
			}
		}
	}
}

// TestStatementSet: both spellings; the span ends at END.
func TestStatementSet(t *testing.T) {
	for _, text := range []string{
		"EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT 1; INSERT INTO b SELECT CASE WHEN x THEN 1 END FROM t; END; " +
			"SELECT 1",
		"BEGIN STATEMENT SET; INSERT INTO a SELECT 1; INSERT INTO b SELECT 2; END; SELECT 1",
	} {
		stmts, err := File(text)
		if err != nil || len(stmts) != 2 {
			t.Errorf("%s: %d statements, %v", text, len(stmts), err)
			continue
		}
		if set := stmts[0].(*ast.StatementSet); len(set.Inserts) != 2 || !strings.HasSuffix(text[:set.Span.End], "END") {
			t.Errorf("%s: %d inserts up to %q", text, len(set.Inserts), text[:set.Span.End])
		}
	}
}

func TestExpr(t *testing.T) {
	e, err := Expr("a + 1 IN (SELECT b FROM t)")
	if err != nil || ast.Print(e) != "a + 1 IN (SELECT b FROM t)" {
		t.Errorf("%v, %v", e, err)
	}
	for text, code := range map[string]diag.Code{"": diag.Syntax, "a b": diag.Syntax, "a, b": diag.Syntax,
		"a; b":   diag.Syntax,
		"a AS b": diag.ReservedWord, "'": diag.UnterminatedString, "a FROM b": diag.Syntax} {
		if _, err := Expr(text); diag.CodeOf(err) != code || err == nil {
			t.Errorf("%q: %v, want %s", text, err, code)
		}
	}
}

// TestAliases: an alias without AS is told from units, windows and paths.
func TestAliases(t *testing.T) {
	cases := map[string]string{
		"a b": "b", "a": "", "t.a": "", "t.a b": "b", "f(x) y": "y", "INTERVAL '1' DAY": "", "INTERVAL '1' DAY d": "d",
		"INTERVAL '1:1' HOUR TO MINUTE": "", "DATE '2020-01-01' d": "d", "f(x) OVER w": "", "f(x) OVER w v": "v",
		"CASE WHEN a THEN b END c": "c", "a IS NULL n": "n", "'x' `order`": "order", "a[1] b": "b", "1 one": "one",
		"a AS b": "b", "f(x) FILTER (WHERE y) z": "z", "INTERVAL '1' DAY(3) TO SECOND(3)": "", "CURRENT_DATE d": "d",
	}
	for item, want := range cases {
		stmts, err := File("SELECT " + item + " FROM t")
		if err != nil {
			t.Errorf("%s: %v", item, err)
			continue
		}
		got := stmts[0].(*ast.QueryStatement).Query.Body.(*ast.Select).Items[0]
		name := ""
		if got.Alias != nil {
			name = got.Alias.Name
		}
		if name != want {
			t.Errorf("%s: alias %q, want %q", item, name, want)
		}
	}
}

// FuzzFile: no text makes the parser panic or hang; what it accepts is printed and accepted again.
func FuzzFile(f *testing.F) {
	for _, text := range corpus(f) {
		f.Add(text)
	}
	f.Add("SELECT a = b = c; SELECT 'x")
	f.Fuzz(func(t *testing.T, text string) {
		stmts, err := File(text)
		if err != nil || len(stmts) == 0 {
			return
		}
		printed := ast.PrintFile(stmts)
		if len(printed) > 1<<19 {
			return
		}
		if _, err := File(printed); err != nil {
			t.Fatalf("%q is printed as\n%s\n%v", text, printed, err)
		}
	})
}
