package catalog

import (
	"slices"
	"strings"
	"testing"

	"streamsql/internal/diag"
	"streamsql/internal/option"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
)

// nameAt is where the tables of these tests have their name; option i has its key at 100+10·i and its value 5 later.
var nameAt = diag.Span{Start: 1, End: 2}

func keyAt(i int) diag.Span   { return diag.Span{Start: int32(100 + 10*i), End: int32(101 + 10*i)} }
func valueAt(i int) diag.Span { return diag.Span{Start: int32(105 + 10*i), End: int32(106 + 10*i)} }

// table has options, given as key, value, key, value, …
func table(options ...string) *Table {
	t := &Table{Name: "t", Span: nameAt}
	for i := 0; i < len(options); i += 2 {
		o := Option{Key: options[i], Value: options[i+1], KeySpan: keyAt(i / 2), Span: valueAt(i / 2)}
		t.Options = append(t.Options, o)
	}
	return t
}

// all are a connector that is read and written, one that is only written and has no format, and one that is only read.
func all() Connectors {
	path := option.Decl{Key: "path", Kind: option.String, Required: true, Where: true, Doc: "Where the files are."}
	return Connectors{
		"files": {
			Name: "files",
			Source: &SourceDecl{Formats: []string{"json", "csv"}, Options: option.Set{path,
				{Key: "monitor", Kind: option.Duration, Doc: "How often to look."}}},
			Sink: &SinkDecl{Formats: []string{"json", "changelog-json"}, Options: option.Set{path,
				{Key: "roll", Kind: option.Bytes, Min: 1024, Doc: "How large a file becomes."},
				{Key: "password", Kind: option.String, Secret: true}}},
			FormatOptions: map[string]FormatDecl{"changelog-json": {Updates: true}, "csv": {
				Options: option.Set{{Key: "csv.quote", Kind: option.String}, {Key: "csv.delimiter", Kind: option.String}},
				Headed:  func(v option.Values) bool { return v.String("csv.quote") == "h" },
				Check: func(v option.Values) []option.Problem {
					if v.String("csv.quote") == v.String("csv.delimiter") {
						return []option.Problem{{Key: "csv.quote", Msg: "quote and delimiter are one", Hint: "choose another"}}
					}
					return nil
				},
			}},
		},
		"screen": {Name: "screen", Sink: &SinkDecl{Updates: true}},
		"clock":  {Name: "clock", Source: &SourceDecl{Formats: []string{"json"}}},
	}
}

// want is what a fault must be: its code, where it is, and a part of its text or hint.
type want struct {
	code diag.Code
	at   diag.Span
	says string
}

func compareFaults(t *testing.T, what string, got diag.List, wants ...want) {
	t.Helper()
	if len(got) != len(wants) {
		t.Errorf("%s: %d faults, want %d:\n%v", what, len(got), len(wants), got)
		return
	}
	for i, w := range wants {
		if e := got[i]; e.Code != w.code || e.Span != w.at || !strings.Contains(e.Msg+" "+e.Hint, w.says) {
			t.Errorf("%s: %v at %v, want %s at %v that says %q", what, e, e.Span, w.code, w.at, w.says)
		}
	}
}

// TestConnect: what no use of a table could have is a fault at the word that is wrong, else at the table's name.
func TestConnect(t *testing.T) {
	for _, c := range []struct {
		name  string
		table *Table
		want  []want
	}{
		{"all is well", table("connector", "files", "format", "json", "path", "p", "roll", "1mb"), nil},
		{"an option of another format", table("connector", "files", "format", "json", "csv.quote", "x"),
			[]want{{diag.UnknownOption, keyAt(2), `'format' = 'csv'`}}},
		{"no connector", table(), []want{{diag.OptionMissing, nameAt, "clock, files, screen"}}},
		{"a connector misspelt", table("connector", "fils"), []want{{diag.UnknownConnector, valueAt(0), `"files"`}}},
		{"another connector", table("connector", "mainframe"),
			[]want{{diag.UnknownConnector, valueAt(0), "clock, files, screen"}}},
		{"an option misspelt", table("connector", "files", "format", "json", "moniter", "1s"),
			[]want{{diag.UnknownOption, keyAt(2), `"monitor"`}}},
		{"another option", table("connector", "screen", "width", "80"), []want{{diag.UnknownOption, keyAt(1), "connector"}}},
		{"several faults", table("a", "1", "connector", "files", "zz", "2"), []want{
			{diag.UnknownOption, keyAt(0), `"a"`}, {diag.UnknownOption, keyAt(2), `"zz"`}, {diag.OptionMissing, nameAt, "json"},
		}},
		{"no format", table("connector", "files", "path", "p"),
			[]want{{diag.OptionMissing, nameAt, "json, csv, changelog-json"}}},
		{"a format misspelt", table("connector", "files", "format", "jsn"),
			[]want{{diag.UnknownFormat, valueAt(1), `"json"`}}},
		{"another format", table("connector", "files", "format", "parquet"),
			[]want{{diag.UnknownFormat, valueAt(1), "changelog-json"}}},
		{"a format for a connector without", table("connector", "screen", "format", "json"),
			[]want{{diag.UnknownOption, keyAt(1), "format"}}},
	} {
		compareFaults(t, c.name, c.table.Connect(all(), ""), c.want...)
	}
}

// TestConnectInTests: the connector of tests takes the place of each table's own, whose options are then not looked at;
// a format may be left out, but not be wrong.
func TestConnectInTests(t *testing.T) {
	own := table("connector", "mainframe", "volume", "7")
	compareFaults(t, "without format", own.Connect(all(), "files"))
	if own.Connector.Name != "files" || own.Format != "json" {
		t.Errorf("connector %q, format %q", own.Connector.Name, own.Format)
	}
	compareFaults(t, "with a format", table("format", "xml").Connect(all(), "files"),
		want{diag.UnknownFormat, valueAt(0), "json"})
	compareFaults(t, "where there is none", table("format", "xml").Connect(all(), "screen"))
	compareFaults(t, "no such connector", own.Connect(all(), "nowhere"),
		want{diag.UnknownConnector, valueAt(0), "nowhere"})
}

// TestCheck: options are checked for the use that a table is put to.
func TestCheck(t *testing.T) {
	for _, c := range []struct {
		name  string
		table *Table
		use   Use
		want  []want
	}{
		{"read",
			table("connector", "files", "format", "csv", "path", "p", "monitor", "10 s", "csv.quote", "'"), Reading, nil},
		{"the other side's options are not checked",
			table("connector", "files", "format", "json", "path", "p", "roll", "much"), Reading, nil},
		{"but here they are", table("connector", "files", "format", "json", "path", "p", "roll", "much"), Writing,
			[]want{{diag.OptionValue, valueAt(3), "How large a file becomes."}}},
		{"too small",
			table("connector", "files", "format", "json", "path", "p", "roll", "1kb", "monitor", "?"), Writing, nil},
		{"smaller than the least", table("connector", "files", "format", "json", "path", "p", "roll", "1"), Writing,
			[]want{{diag.OptionValue, valueAt(3), `"roll"`}}},
		{"a required option", table("connector", "files", "format", "json"), Reading,
			[]want{{diag.OptionMissing, nameAt, "Where the files are."}}},
		{"a format for the other use", table("connector", "files", "format", "csv", "path", "p"), Writing,
			[]want{{diag.UnknownFormat, valueAt(1), "json, changelog-json"}}},
		{"and the reverse", table("connector", "files", "format", "changelog-json", "path", "p"), Reading,
			[]want{{diag.UnknownFormat, valueAt(1), "json, csv"}}},
		{"what a format finds",
			table("connector", "files", "format", "csv", "path", "p", "csv.quote", ";", "csv.delimiter", ";"),
			Reading, []want{{diag.OptionValue, valueAt(3), "choose another"}}},
		{"a format is not asked about faulty values",
			table("connector", "files", "format", "csv", "path", "p", "monitor", "?", "csv.quote", ";", "csv.delimiter", ";"),
			Reading, []want{{diag.OptionValue, valueAt(3), `"monitor"`}}},
		{"a header that the connector does not give",
			table("connector", "files", "format", "csv", "path", "p", "csv.quote", "h"),
			Reading, []want{{diag.OptionValue, valueAt(1), "without a header"}}},
		{"only written", table("connector", "screen"), Reading, []want{{diag.ConnectorUse, valueAt(0), "read"}}},
		{"only read", table("connector", "clock", "format", "json"), Writing,
			[]want{{diag.ConnectorUse, valueAt(0), "written"}}},
	} {
		compareFaults(t, c.name+": connect", c.table.Connect(all(), ""))
		values, faults := c.table.Check(c.use)
		compareFaults(t, c.name, faults, c.want...)
		if len(faults) == 0 && values.String("path") != "p" {
			t.Errorf("%s: path is %q", c.name, values.String("path"))
		}
	}
}

// TestCheckLeavesDeclarationsAlone: a set of options is shared by all tables of a connector; checking one for a format
// adds nothing to it.
func TestCheckLeavesDeclarationsAlone(t *testing.T) {
	connectors := all()
	before := len(connectors["files"].Source.Options)
	csv := table("connector", "files", "format", "csv", "path", "p", "csv.quote", "'")
	json := table("connector", "files", "format", "json", "path", "p")
	for _, x := range []*Table{csv, json} {
		compareFaults(t, x.Format, x.Connect(connectors, ""))
		_, faults := x.Check(Reading)
		compareFaults(t, x.Format, faults)
	}
	if n := len(connectors["files"].Source.Options); n != before {
		t.Errorf("the connector has %d options, before %d", n, before)
	}
	if common[0].Required != true {
		t.Error("'connector' is no longer required")
	}
}

// TestPrivate: addresses and secrets stay out of logs, also where a variable brought the secret in.
func TestPrivate(t *testing.T) {
	x := table("connector", "files", "format", "json", "path", "/data", "password", "p", "roll", "1mb")
	compareFaults(t, "connect", x.Connect(all(), ""))
	x.Options[4].Secret = true
	for i, private := range []bool{false, false, true, true, true} {
		if o := x.Options[i]; x.Private(o) != private {
			t.Errorf("%s is private: %v", o.Key, !private)
		}
	}
	if at := x.PlaceSpan(); at != valueAt(2) {
		t.Errorf("the place is told at %v", at)
	}
	without := table("connector", "screen")
	compareFaults(t, "connect", without.Connect(all(), ""))
	if at := without.PlaceSpan(); at != nameAt {
		t.Errorf("the place of a table without address is told at %v", at)
	}
}

// TestTakes: retractions are taken by a sink that says so, or through a format that carries them.
func TestTakes(t *testing.T) {
	for _, c := range []struct {
		table *Table
		want  bool
	}{
		{table("connector", "screen"), true},
		{table("connector", "files", "format", "json"), false},
		{table("connector", "files", "format", "changelog-json"), true},
		{table("connector", "clock", "format", "json"), false},
	} {
		_ = c.table.Connect(all(), "")
		if c.table.Takes() != c.want {
			t.Errorf("%s %s takes changes: %v", c.table.Connector.Name, c.table.Format, !c.want)
		}
	}
}

// TestNames: tables and views share one space; a broken declaration takes its name, but is neither.
func TestNames(t *testing.T) {
	c := New()
	c.AddTable(&Table{Name: "b"})
	c.AddView(&View{Name: "a"})
	c.AddTable(&Table{Name: "A"})
	c.Break("x")
	if got := c.Names(); !slices.Equal(got, []string{"A", "a", "b"}) {
		t.Errorf("names %v", got)
	}
	for name, has := range map[string]bool{"a": true, "A": true, "b": true, "x": true, "B": false} {
		if c.Has(name) != has {
			t.Errorf("has %s: %v", name, !has)
		}
	}
	if _, ok := c.Table("x"); ok || !c.Broken("x") || c.Broken("a") {
		t.Error("a broken name is found, or a whole one is broken")
	}
	if got := c.Tables(); len(got) != 2 || got[0].Name != "b" {
		t.Errorf("tables are not in the order of their declaration: %v", got)
	}
}

func TestSchemas(t *testing.T) {
	x := &Table{Columns: []Column{
		{Name: "a", Type: sqltype.IntType}, {Name: "twice", Type: sqltype.BigIntType, Computed: scalar.Const{}},
		{Name: "b", Type: sqltype.StringType},
	}}
	if got := x.Schema().String(); got != "(a INT, twice BIGINT, b STRING)" {
		t.Errorf("columns %s", got)
	}
	if got := x.Physical().String(); got != "(a INT, b STRING)" {
		t.Errorf("stored columns %s", got)
	}
}
