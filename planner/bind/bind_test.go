package bind

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"streamsql/internal/diag"
	"streamsql/internal/option"
	"streamsql/internal/scalar"
	"streamsql/planner/catalog"
	"streamsql/planner/logical"
	"streamsql/planner/parse"
)

// tables are what the queries of these tests read and write.
const tables = `
CREATE TABLE bids (ts TIMESTAMP(3), channel STRING, price INT, rate DOUBLE, amount DECIMAL(10, 2), big BIGINT,
  flag BOOLEAN, day DATE, id BIGINT NOT NULL, WATERMARK FOR ts AS ts - INTERVAL '5' SECOND)
  WITH ('connector' = 'source');
CREATE TABLE asks (ts TIMESTAMP(3), channel STRING, ask INT) WITH ('connector' = 'source');
CREATE TABLE appended (channel STRING, n BIGINT) WITH ('connector' = 'append');
CREATE TABLE updated (channel STRING, n BIGINT) WITH ('connector' = 'update');
CREATE TABLE strict (id BIGINT NOT NULL, name STRING) WITH ('connector' = 'append');
`

func testConnectors() catalog.Connectors {
	at := option.Set{
		{Key: "at", Kind: option.String, Where: true},
		{Key: "error-handling.mode", Kind: option.Enum, Values: []string{"fail", "log", "dlq"}, Default: "fail"},
		{Key: "error-handling.dead-letter-table", Kind: option.String},
		{Key: "password", Kind: option.String, Secret: true},
	}
	place := func(v option.Values, base string) string {
		if v.String("at") == "" {
			return ""
		}
		return path.Join(base, v.String("at"))
	}
	return catalog.Connectors{
		"source": {Name: "source", Source: &catalog.SourceDecl{Options: at, Place: place}},
		"append": {Name: "append", Sink: &catalog.SinkDecl{Options: at}},
		"update": {Name: "update", Sink: &catalog.SinkDecl{Options: at, Updates: true}},
		"both": {
			Name: "both", Source: &catalog.SourceDecl{Options: at, Place: place},
			Sink: &catalog.SinkDecl{Options: at, Place: place},
		},
	}
}

// tryBind binds a text.
func tryBind(t testing.TB, text string, opts Options) (*Result, error) {
	t.Helper()
	statements, err := parse.File(text)
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	opts.Connectors = testConnectors()
	return File(statements, opts)
}

// bound binds a query after the tables.
func bound(t testing.TB, query string) *Result {
	t.Helper()
	r, err := tryBind(t, tables+query, Options{})
	if err != nil {
		t.Fatalf("%s\n%v", query, err)
	}
	return r
}

// describe prints the columns of a query with their types; * marks event time.
func describe(cols []logical.Column) string {
	out := make([]string, len(cols))
	for i, c := range cols {
		if out[i] = c.Name + " " + c.Type.String(); c.Rowtime {
			out[i] += "*"
		}
	}
	return strings.Join(out, ", ")
}

// values prints the expressions of a query's uppermost Calc that computes something; columns go by their names in it.
func values(t testing.TB, r *Result) []string {
	t.Helper()
	names := map[logical.ColID]string{}
	var top *logical.Calc
	logical.Walk(r.Sinks[0], func(n logical.Node) {
		if s, ok := n.(*logical.Scan); ok {
			for _, c := range s.Cols {
				names[c.ID] = c.Name
			}
		}
		c, ok := n.(*logical.Calc)
		if !ok || top != nil {
			return
		}
		if slices.ContainsFunc(c.Items, func(i logical.Item) bool { _, passed := logical.RefID(i.Expr); return !passed }) {
			top = c
		}
	})
	if top == nil {
		t.Fatalf("no Calc computes anything:\n%s", logical.Print(r.Sinks[0]))
	}
	var out []string
	for _, i := range top.Items {
		text := i.Expr.String()
		var ids []logical.ColID
		scalar.Walk(i.Expr, func(x scalar.Expr) {
			if id, ok := logical.RefID(x); ok {
				ids = append(ids, id)
			}
		})
		slices.Sort(ids)
		for _, id := range slices.Backward(ids) { // $12 before $1
			text = strings.ReplaceAll(text, fmt.Sprint("$", id), names[id])
		}
		out = append(out, text)
	}
	return out
}

// A refused text has each of its faults between « and »; says lists, in the order of the text, its code and a part of
// what it says or advises.
type refused struct {
	name, text string
	want       []fault
}

type fault struct {
	code diag.Code
	says string
}

// refuse checks that texts, after the tables, are refused with just the faults they are marked with.
func refuse(t *testing.T, cases []refused) {
	t.Helper()
	for _, c := range cases {
		text, spans := unmark(tables + c.text)
		_, err := tryBind(t, text, Options{})
		var got diag.List
		if err != nil && !errors.As(err, &got) {
			t.Fatalf("%s: %v", c.name, err)
		}
		if len(spans) != len(c.want) {
			t.Fatalf("%s: %d places for %d faults", c.name, len(spans), len(c.want))
		}
		for i := range max(len(got), len(c.want)) {
			switch {
			case i >= len(got):
				t.Errorf("%s: nothing at %q, want %s", c.name, cut(text, spans[i]), c.want[i].code)
			case i >= len(c.want):
				t.Errorf("%s: at %q also: %v", c.name, cut(text, got[i].Span), got[i])
			default:
				e, w := got[i], c.want[i]
				if e.Code != w.code || e.Span != spans[i] || !strings.Contains(e.Msg+" "+e.Hint, w.says) {
					t.Errorf("%s: at %q: %v\nwant at %q: %s that says %q", c.name, cut(text, e.Span), e,
						cut(text, spans[i]), w.code, w.says)
				}
			}
		}
	}
}

// unmark takes the marks out of a text and gives the places between them, by their beginning.
func unmark(text string) (string, []diag.Span) {
	var out strings.Builder
	var spans []diag.Span
	var open []int
	for _, c := range text {
		switch c {
		case '«':
			open = append(open, len(spans))
			spans = append(spans, diag.Span{Start: int32(out.Len())})
		case '»':
			spans[open[len(open)-1]].End = int32(out.Len())
			open = open[:len(open)-1]
		default:
			out.WriteRune(c)
		}
	}
	return out.String(), spans
}

func cut(text string, at diag.Span) string { return text[at.Start:at.End] }
