package expr

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"streamsql/internal/function"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

var update = flag.Bool("update", false, "write docs/sql/functions.md")

// literal makes the expression of an example's argument.
func literal(t *testing.T, a any) scalar.Expr {
	t.Helper()
	switch a := a.(type) {
	case nil:
		return scalar.Const{Node: scalar.Node{T: sqltype.NullType}}
	case string:
		return scalar.Const{Node: scalar.Node{T: sqltype.StringType.Required()}, Value: a}
	case int:
		return scalar.Const{Node: scalar.Node{T: sqltype.IntType.Required()}, Value: int64(a)}
	case float64:
		return scalar.Const{Node: scalar.Node{T: sqltype.DoubleType.Required()}, Value: a}
	case bool:
		return scalar.Const{Node: scalar.Node{T: sqltype.BooleanType.Required()}, Value: a}
	case function.Lit:
		if a.T.IsInterval() {
			return scalar.Const{Node: scalar.Node{T: a.T}, Value: interval(t, a)}
		}
		return scalar.Cast{Node: scalar.Node{T: a.T}, Arg: literal(t, a.Text)}
	}
	t.Fatalf("example argument %T", a)
	return nil
}

// interval reads `y-m` and `d HH:mm:ss`.
func interval(t *testing.T, l function.Lit) int64 {
	t.Helper()
	var a, h, m, s int64
	if l.T.Kind == sqltype.IntervalMonths {
		if _, err := fmt.Sscanf(l.Text, "%d-%d", &a, &m); err != nil {
			t.Fatal(err)
		}
		return a*12 + m
	}
	if _, err := fmt.Sscanf(l.Text, "%d %d:%d:%d", &a, &h, &m, &s); err != nil {
		t.Fatal(err)
	}
	return ((a*24+h)*60+m)*60_000_000 + s*1_000_000
}

// callOf resolves a call and inserts its casts, as the binder does.
func callOf(t *testing.T, name string, args ...scalar.Expr) scalar.Call {
	t.Helper()
	types := make([]sqltype.Type, len(args))
	for i, a := range args {
		types[i] = a.Type()
	}
	r, err := function.Resolve(name, types)
	if err != nil {
		t.Fatal(err)
	}
	for i, a := range args {
		if !a.Type().Same(r.Args[i]) {
			args[i] = scalar.Cast{Node: scalar.Node{T: r.Args[i], At: a.Span()}, Arg: a}
		}
	}
	return scalar.Call{Node: scalar.Node{T: r.Result}, Overload: r.Overload.ID, Args: args}
}

// bound adds the cast with which the binder ends ROUND and TRUNCATE of a DECIMAL to the digits of the example.
func bound(call scalar.Call, digits scalar.Expr) scalar.Expr {
	c, ok := digits.(scalar.Const)
	if n, isInt := c.Value.(int64); ok && isInt && strings.HasSuffix(call.Overload, "(DECIMAL,INT)") {
		return scalar.Cast{Node: scalar.Node{T: function.RoundedDecimal(call.Args[0].Type(), n)}, Arg: call}
	}
	return call
}

func lastOf(args []scalar.Expr) scalar.Expr {
	if len(args) == 0 {
		return nil
	}
	return args[len(args)-1]
}

// show is a value as a query prints it; an empty text as the page shows it.
func show(v *vec.Vec, i int) string {
	if s := vec.Text(vec.Flatten(v), i); s != "" {
		return s
	}
	return "''"
}

// TestExamples runs each example of the registry twice: folded as a constant, and over columns.
func TestExamples(t *testing.T) {
	for _, o := range function.All() {
		for _, x := range o.Examples {
			args := make([]scalar.Expr, len(x.Args))
			for i, a := range x.Args {
				args[i] = literal(t, a)
			}
			name := exampleSQL(o, x)
			call := callOf(t, o.Name, args...)
			if call.Overload != o.ID && !sameName(call.Overload, o.ID) {
				t.Errorf("%s resolves to %s, declared at %s", name, call.Overload, o.ID)
			}
			p, err := Compile([]scalar.Expr{bound(call, lastOf(call.Args))}, nil, nil)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			res, rowErr := p.Eval(&zset.Batch{N: 3}, nil)
			if rowErr != nil {
				t.Errorf("%s: %v", name, rowErr)
			} else if got := show(res[0], 2); got != x.Want {
				t.Errorf("%s = %s, want %s", name, got, x.Want)
			}
			overColumns(t, name, o, call, x.Want)
		}
	}
}

func sameName(a, b string) bool { return strings.SplitN(a, "(", 2)[0] == strings.SplitN(b, "(", 2)[0] }

// overColumns replaces the constant arguments by columns of 70 rows.
func overColumns(t *testing.T, name string, o *function.Overload, call scalar.Call, want string) {
	t.Helper()
	const n = 70
	batch := &zset.Batch{N: n}
	args := make([]scalar.Expr, len(call.Args))
	for i, a := range call.Args {
		args[i] = a
		p := o.Params[min(i, len(o.Params)-1)]
		if p.Keywords != nil || a.Type().Kind == sqltype.Null {
			continue
		}
		prog, err := Compile([]scalar.Expr{a}, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		v, rowErr := prog.Eval(batch, nil)
		if rowErr != nil {
			t.Fatal(rowErr)
		}
		args[i] = scalar.Col{Node: scalar.Node{T: a.Type()}, Index: len(batch.Cols)}
		batch.Schema = append(batch.Schema, sqltype.Field{Name: strconv.Itoa(i), Type: a.Type()})
		batch.Cols = append(batch.Cols, v[0])
	}
	digits := lastOf(call.Args)
	call.Args = args
	p, err := Compile([]scalar.Expr{bound(call, digits)}, batch.Schema, nil)
	if err != nil {
		t.Errorf("%s over columns: %v", name, err)
		return
	}
	res, rowErr := p.Eval(batch, nil)
	if rowErr != nil {
		t.Errorf("%s over columns: %v", name, rowErr)
	} else if got := show(res[0], n-1); got != want {
		t.Errorf("%s over columns = %s, want %s", name, got, want)
	}
}

func exampleSQL(o *function.Overload, x function.Example) string {
	if x.SQL != "" {
		return x.SQL
	}
	parts := make([]string, len(x.Args))
	for i, a := range x.Args {
		parts[i] = literalSQL(a)
	}
	if len(parts) == 2 && !strings.Contains(o.Signature(), "(") {
		return parts[0] + " " + o.Name + " " + parts[1]
	}
	return o.Name + "(" + strings.Join(parts, ", ") + ")"
}

func literalSQL(a any) string {
	switch a := a.(type) {
	case nil:
		return "NULL"
	case string:
		return "'" + strings.ReplaceAll(a, "'", "''") + "'"
	case float64:
		return strconv.FormatFloat(a, 'f', -1, 64) + "e0"
	case bool:
		return strings.ToUpper(strconv.FormatBool(a))
	case function.Lit:
		switch a.T.Kind {
		case sqltype.Decimal:
			return a.Text
		case sqltype.IntervalMonths:
			return "INTERVAL '" + a.Text + "' YEAR TO MONTH"
		case sqltype.IntervalMicros:
			return "INTERVAL '" + a.Text + "' DAY TO SECOND"
		case sqltype.Date:
			return "DATE '" + a.Text + "'"
		}
		return "TIMESTAMP '" + a.Text + "'"
	}
	return fmt.Sprint(a)
}

const docsPath = "../../docs/sql/functions.md"

// TestDocs compares docs/sql/functions.md with the registry.
func TestDocs(t *testing.T) {
	want := renderDocs()
	if *update {
		if err := os.MkdirAll("../../docs/sql", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(docsPath, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(docsPath)
	if err != nil || string(got) != want {
		t.Errorf("%s is not what the registry says (%v): run go test ./exec/expr -run Docs -update", docsPath, err)
	}
}

var chapters = []struct{ family, title string }{
	{"comparison", "Comparison"}, {"arithmetic", "Arithmetic"}, {"math", "Mathematics"},
	{"conditional", "Conditions"}, {"string", "Text"},
	{"regexp", "Regular expressions"}, {"hash", "Hashes"}, {"temporal", "Time"}, {"dateformat", "Time as text"},
}

func renderDocs() string {
	var b strings.Builder
	b.WriteString("# Functions and operators\n")
	for _, paragraph := range []string{
		"Generated from the registry (`internal/function`) by `go test ./exec/expr -run Docs -update`; every example is " +
			"run by the binary in a test. What follows `→` is what a table on the terminal shows; an empty text is " +
			"written ''.",
		"Names are case-insensitive. A NULL argument makes the result NULL unless a function says otherwise. INT widens " +
			"to BIGINT, DECIMAL, FLOAT, DOUBLE where needed, DATE to TIMESTAMP; nothing is converted to or from STRING " +
			"without CAST. Overflow of integers and DECIMAL is an error of the row.",
	} {
		fmt.Fprintf(&b, "\n%s\n", wrap(strings.Split(paragraph, " "), " "))
	}
	for _, c := range chapters {
		fmt.Fprintf(&b, "\n## %s\n", c.title)
		for _, name := range namesOf(c.family) {
			renderName(&b, c.family, name)
		}
	}
	b.WriteString("\n## Aggregates\n")
	for _, a := range function.Aggregates() {
		fmt.Fprintf(&b, "\n### %s\n%s\n", a.Name, wrap(strings.Split(a.Doc, " "), " "))
	}
	return b.String()
}

// wrap joins words by sep into lines of at most 120 characters.
func wrap(words []string, sep string) string {
	const width = 120
	end := strings.TrimRight(sep, " ")
	var b strings.Builder
	column := 0
	for i, w := range words {
		n := utf8.RuneCountInString(w)
		switch {
		case i == 0:
		case column+utf8.RuneCountInString(sep)+n+utf8.RuneCountInString(end) > width:
			b.WriteString(end + "\n")
			column = 0
		default:
			b.WriteString(sep)
			column += utf8.RuneCountInString(sep)
		}
		b.WriteString(w)
		column += n
	}
	return b.String()
}

// namesOf lists the names whose first overload is of a family.
func namesOf(family string) []string {
	first := map[string]string{}
	var out []string
	for _, o := range function.All() {
		if first[o.Name] == "" {
			first[o.Name] = o.Family
			if o.Family == family {
				out = append(out, o.Name)
			}
		}
	}
	return out
}

func renderName(b *strings.Builder, family, name string) {
	var doc string
	var sigs, lines []string
	for _, o := range function.All() {
		if o.Name != name {
			continue
		}
		if doc == "" {
			doc = o.Doc
		}
		sigs = append(sigs, "`"+o.Signature()+"`")
		for _, x := range o.Examples {
			lines = append(lines, exampleSQL(o, x)+" → "+x.Want)
		}
	}
	title := name
	if a := function.Aliases(name); len(a) > 0 {
		title += " (" + strings.Join(a, ", ") + ")"
	}
	if name == "neg" {
		title = "- (sign)"
	}
	fmt.Fprintf(b, "\n### %s\n%s\n\n%s\n", title, wrap(strings.Split(doc, " "), " "), wrap(sigs, " · "))
	if lines != nil {
		fmt.Fprintf(b, "```\n%s\n```\n", strings.Join(lines, "\n"))
	}
}
