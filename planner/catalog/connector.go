package catalog

import (
	"slices"

	"streamsql/internal/option"
	"streamsql/internal/sqltype"
)

// Connectors are the connectors of a binary by name.
type Connectors map[string]Connector

// Connector is what the planner knows of one connector.
type Connector struct {
	Name   string
	Source *SourceDecl // nil: it cannot be read
	Sink   *SinkDecl   // nil: it cannot be written

	// FormatOptions are what a table may say about each of its formats, beside the connector's own options. A table that
	// is read and written says them once, so both uses take all of them.
	FormatOptions map[string]FormatDecl
}

// FormatDecl is what the planner knows of one format; see format.Format.
type FormatDecl struct {
	Options option.Set
	Headed  func(option.Values) bool                // streams begin with a record that is not a row; nil: never
	Check   func(option.Values) []option.Problem    // what no option shows by itself; may be nil
	Columns func(sqltype.Schema) (msg, hint string) // columns that it cannot hold; nil: it holds all
	Updates bool                                    // written rows say whether they come or go
}

// SourceDecl declares the reading side.
type SourceDecl struct {
	Options option.Set // everything WITH may say for reading, except 'connector' and 'format'
	Formats []string   // the first is taken when a test leaves 'format' out
	Heads   bool       // it gives the heads of streams
	Bounded func(option.Values) bool
	// Check and Place are those of sources.Declaration. nil: nothing is wrong, and tables share nothing.
	Check func(v option.Values, columns sqltype.Schema) []option.Problem
	Place func(v option.Values, base string) string
}

// SinkDecl declares the writing side.
type SinkDecl struct {
	Options option.Set
	Formats []string                                  // nil: it takes none
	Place   func(v option.Values, base string) string // see sinks.Declaration; nil: tables share nothing
	// Updates reports whether it takes retractions with any format; otherwise only through one with Updates.
	Updates bool
}

// Names lists the connectors, sorted.
func (c Connectors) Names() []string {
	out := make([]string, 0, len(c))
	for name := range c {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// options are all options of both sides; one that both declare occurs once.
func (c Connector) options() option.Set {
	out := slices.Clone(common)
	add := func(set option.Set) {
		for _, d := range set {
			if _, dup := out.Find(d.Key); !dup {
				out = append(out, d)
			}
		}
	}
	if c.Source != nil {
		add(c.Source.Options)
	}
	if c.Sink != nil {
		add(c.Sink.Options)
	}
	for _, name := range c.formats() {
		add(c.FormatOptions[name].Options)
	}
	return out
}

// formats are the formats of both sides.
func (c Connector) formats() []string {
	var out []string
	if c.Source != nil {
		out = append(out, c.Source.Formats...)
	}
	if c.Sink != nil {
		for _, f := range c.Sink.Formats {
			if !slices.Contains(out, f) {
				out = append(out, f)
			}
		}
	}
	return out
}

// common are the options of every table.
var common = option.Set{
	{Key: "connector", Kind: option.String, Required: true,
		Doc: "What holds the table's rows, for instance 'filesystem'."},
	{Key: "format", Kind: option.String, Doc: "How rows are written in it, for instance 'json'."},
}
