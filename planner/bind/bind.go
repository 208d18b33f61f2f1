package bind

import (
	"fmt"

	"streamsql/internal/diag"
	"streamsql/internal/option"
	"streamsql/planner/ast"
	"streamsql/planner/catalog"
	"streamsql/planner/logical"
)

// Options are what is given beside the text.
type Options struct {
	Connectors catalog.Connectors
	// Stand replaces every connector that Connectors does not have (tests); options that are not its own are ignored.
	Stand string
	// Set are settings from flags and environment; they go before the text's.
	Set map[string]string
	// Vars are the values of ${name}.
	Vars map[string]string
	// Secret resolves ${scheme:name}; nil refuses it.
	Secret func(scheme, name string) (string, error)
	// Base is where relative paths in options start from.
	Base string
	// Places are the values of ${table.option} in the text that a checkpoint keeps.
	Places map[string]string
}

// Result is a bound file.
type Result struct {
	Sinks    []*logical.Sink
	Inserts  bool
	Catalog  *catalog.Catalog
	Read     map[string]option.Values // checked options of the tables that are read
	Write    map[string]option.Values // of those that are written
	Dead     []*catalog.Table         // dead-letter tables, in order of first use
	Settings Settings
	Warnings []Warning
}

// Warning is something that the user should know and that stops nothing.
type Warning struct {
	Span diag.Span
	Msg  string
}

// File binds the statements of a file. The texts within them are completed in place (variables), so that printing them
// afterwards shows what was run. The error is a diag.List.
func File(statements []ast.Statement, opts Options) (*Result, error) {
	b := &binder{opts: opts, catalog: catalog.New(), told: map[string]bool{}, warned: map[Warning]bool{}, result: &Result{
		Read: map[string]option.Values{}, Write: map[string]option.Values{}, Settings: newSettings(),
	}}
	b.result.Catalog = b.catalog
	b.presets()
	for _, s := range statements {
		b.statement(s)
	}
	b.finish()
	b.faults.Sort()
	if err := b.faults.Err(); err != nil {
		return nil, err
	}
	return b.result, nil
}

type binder struct {
	opts    Options
	catalog *catalog.Catalog
	result  *Result
	faults  diag.List
	told    map[string]bool // faults by place and text: a view is bound at each use
	warned  map[Warning]bool
	lastID  logical.ColID
	depth   int // views and WITH queries being unfolded
	failed  int // queries that could not be bound
	first   diag.Span
	reads   []*catalog.Table
}

// fault records an error once.
func (b *binder) fault(e *diag.Error) *diag.Error {
	key := fmt.Sprintf("%d %d %s %s", e.Span.Start, e.Span.End, e.Code, e.Msg)
	if !b.told[key] {
		b.told[key] = true
		b.faults = append(b.faults, e)
	}
	return e
}

func (b *binder) all(list diag.List) {
	for _, e := range list {
		b.fault(e)
	}
}

// at makes and records an error; its result takes the hint.
func (b *binder) at(code diag.Code, span diag.Span, format string, args ...any) *diag.Error {
	return b.fault(diag.At(code, span, format, args...))
}

// refuse records that something of the dialect is not supported; what ends with the verb.
func (b *binder) refuse(span diag.Span, what, hint string) {
	b.at(diag.NotInThisRelease, span, "%s not supported", what).WithHint("%s", hint)
}

func (b *binder) warn(span diag.Span, format string, args ...any) {
	w := Warning{span, fmt.Sprintf(format, args...)}
	if b.warned[w] {
		return
	}
	b.warned[w] = true
	b.result.Warnings = append(b.result.Warnings, w)
}

// fresh makes a column identity.
func (b *binder) fresh() logical.ColID { b.lastID++; return b.lastID }

func (b *binder) statement(s ast.Statement) {
	switch s := s.(type) {
	case *ast.SetOption:
		b.set(s)
	case *ast.ResetOption:
		b.refuse(s.Span, "RESET is", "a file's settings hold for the whole file; leave the SET out instead")
	case *ast.CreateTable:
		b.createTable(s)
	case *ast.CreateView:
		b.createView(s)
	case *ast.Drop:
		b.refuse(s.Span, "DROP is", "declarations live as long as the query; leave the CREATE out instead")
	case *ast.Insert:
		b.insert(s)
	case *ast.StatementSet:
		for _, i := range s.Inserts {
			b.insert(i)
		}
	case *ast.Explain:
		b.refuse(s.Span, "EXPLAIN as a statement is", "use `streamsql explain FILE`")
	case *ast.QueryStatement:
		b.print(s)
	}
}

// finish checks what only the whole file can show.
func (b *binder) finish() {
	for _, t := range b.reads {
		b.deadLetters(t)
	}
	b.places()
	if len(b.result.Sinks) == 0 && b.failed == 0 && len(b.faults) == 0 {
		b.at(diag.NoQuery, diag.Span{}, "the text has no query").WithHint("add INSERT INTO … SELECT …, or a SELECT to print")
	}
}

// oneQuery sees to it that a file prints one query or inserts, not both.
func (b *binder) oneQuery(span diag.Span, insert bool) bool {
	if b.first.IsZero() {
		b.first, b.result.Inserts = span, insert
		return true
	}
	if insert && b.result.Inserts {
		return true
	}
	b.at(diag.MixedQueries, span,
		"a file prints one SELECT or has INSERT INTO statements; not both, and not several SELECT").
		WithHint("write the rows of each query to its own table: INSERT INTO … SELECT …; " +
			"a table with connector 'print' shows them")
	return false
}
