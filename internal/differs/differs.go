// Package differs is the declared list of places where a query that Flink also takes gives something else here.
//
// docs/sql/differences.md is printed from it (`go test ./internal/differs -update`), and a test of the binary runs what
// the examples say of us. What they say of Flink was read off Flink 2.3, one value at a time, through its own runtime.
//
// A row belongs here when Flink's behaviour is a fault (a wrong value, a silent loss), when it depends on the machine,
// or when a replay could not repeat it. Everything else follows Flink and has no row.
package differs

import (
	"fmt"
	"strings"
)

// Area is a chapter of the page.
type Area struct {
	Title string
	Intro string // before the table; may be empty
	Rows  []Row
}

// Row is one difference. Its texts are Markdown.
type Row struct {
	Here     string // what happens here
	Why      string // the reason, and what Flink does where the reason does not say it
	Examples []Example
}

// Example is an expression with both results, as a table on the terminal shows them.
type Example struct {
	SQL   string
	Here  string // '' for an empty text; `error[code]` when the query or the row is refused
	Flink string // `error` when the query fails
}

// Areas lists the chapters in the order of the page.
func Areas() []Area {
	return []Area{types, numbers, texts, times, expressions, aggregates, tables, json, csv}
}

const head = `# Where we differ from Flink SQL

A query that Flink takes either means the same here or is refused. This page lists the exceptions, and the places where
Flink leaves something to chance that is fixed here. Left: what you see here. Right: why. In an example, the result here
follows ` + "`→`" + `, and Flink's (2.3) comes after it.

The rule behind most of them: **a result is a function of the input**. The same files give the same rows, whatever was
killed, however the input was cut into epochs, and on however many lanes; and nothing is lost silently on the way.

This page is printed from ` + "`internal/differs`" + `, and its examples are run by a test.
`

// Page is docs/sql/differences.md.
func Page() string {
	var b strings.Builder
	b.WriteString(head)
	for _, a := range Areas() {
		fmt.Fprintf(&b, "\n## %s\n\n", a.Title)
		if a.Intro != "" {
			b.WriteString(a.Intro + "\n\n")
		}
		b.WriteString("| here | why |\n|---|---|\n")
		for _, r := range a.Rows {
			fmt.Fprintf(&b, "| %s | %s |\n", cell(r.Here+examples(r.Examples)), cell(r.Why))
		}
	}
	return b.String()
}

func examples(list []Example) string {
	var b strings.Builder
	for _, e := range list {
		fmt.Fprintf(&b, "<br>`%s` → `%s`; Flink `%s`", e.SQL, e.Here, e.Flink)
	}
	return b.String()
}

// cell escapes what would end a cell of a Markdown table.
func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
