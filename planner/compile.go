package planner

import (
	"fmt"
	"strings"

	"streamsql/internal/diag"
	"streamsql/planner/ast"
	"streamsql/planner/bind"
	"streamsql/planner/catalog"
	"streamsql/planner/logical"
	"streamsql/planner/parse"
	"streamsql/planner/physical"
	"streamsql/planner/rules"
)

// Options are what is given beside a query's text.
type Options struct {
	// Set are settings from flags and environment: they go before SET in the text.
	Set map[string]string
	// Vars are the values of ${name} in text values.
	Vars map[string]string
	// Secret resolves ${scheme:name} in values of WITH and SET. What it returns is never printed and never stored. nil
	// refuses such values.
	Secret func(scheme, name string) (string, error)
	// Rules are the rule numbers to plan with; 0 leaves a rule out. Rules that are not named have their own number.
	Rules map[string]int
	// Base is where relative paths in the options of tables start from.
	Base string
	// Connector stands in for the connector of every table (tests); options that are not its own are ignored.
	Connector string

	places map[string]string // values of ${table.option}, see Recompile
}

// Compile plans the text of a query file. name is what messages call it. The error is a diag.List with every fault that
// could be found, in source order.
func Compile(name, text string, cat catalog.Connectors, opts Options) (p *Program, err error) {
	defer func() { // a broken invariant of ours must not look like a crash of the user's query
		if r := recover(); r != nil {
			p, err = nil, diag.List{diag.New(diag.Internal, "planning failed: %v", r)}
		}
	}()
	return compile(name, text, cat, opts)
}

func compile(name, text string, cat catalog.Connectors, opts Options) (*Program, error) {
	statements, err := parse.File(text)
	if err != nil {
		return nil, err
	}
	bound, err := bind.File(statements, bind.Options{
		Connectors: cat, Stand: opts.Connector, Set: opts.Set, Vars: opts.Vars, Secret: opts.Secret,
		Base: opts.Base, Places: opts.places,
	})
	if err != nil {
		return nil, err
	}
	sinks, trace := rules.Run(bound.Sinks, opts.Rules)
	p := &Program{Name: name, Text: text, Inserts: bound.Inserts, trace: trace.String(), rules: rules.Numbers()}
	var trees strings.Builder
	for i, s := range sinks {
		fmt.Fprintf(&trees, "query %d:\n%s", i+1, logical.Print(s))
	}
	p.logical = trees.String()
	p.Plan = physical.Build(sinks,
		physical.Spec{Read: bound.Read, Write: bound.Write, Dead: bound.Dead, ErrorMode: bound.Settings.ErrorMode})
	p.Settings = Settings{PipelineName: bound.Settings.PipelineName, ErrorMode: bound.Settings.ErrorMode,
		IdleTimeout: bound.Settings.IdleTimeout, MaxAhead: bound.Settings.MaxAhead, Raw: bound.Settings.Raw}
	for _, w := range bound.Warnings {
		p.Warnings = append(p.Warnings, positioned(name, text, w.Span, w.Msg))
	}
	p.places = redact(statements, bound.Catalog)
	p.Redacted = ast.PrintFile(statements)
	return p, nil
}

// Recompile plans a text that a checkpoint kept (Program.Redacted): its placeholders get the values that the running
// query has for the same tables and options.
func Recompile(name, text string, running *Program, cat catalog.Connectors, opts Options) (*Program, error) {
	opts.places = running.places
	return Compile(name, text, cat, opts)
}

// redact puts placeholders in the place of secrets and addresses and returns their values.
func redact(statements []ast.Statement, cat *catalog.Catalog) map[string]string {
	places := map[string]string{}
	for _, s := range statements {
		c, ok := s.(*ast.CreateTable)
		if !ok {
			continue
		}
		t, ok := cat.Table(c.Name.Last().Name)
		if !ok || t.Span != c.Name.Span {
			continue
		}
		for i, o := range t.Options {
			if t.Private(o) {
				place := t.Name + "." + o.Key
				places[place] = o.Value
				c.Options[i].Value.Value = "${" + place + "}"
			}
		}
	}
	return places
}

// positioned writes a message after its place.
func positioned(name, text string, at diag.Span, msg string) string {
	if at.IsZero() {
		return name + ": " + msg
	}
	line, column := diag.Place(text, at.Start)
	return fmt.Sprintf("%s:%d:%d: %s", name, line, column, msg)
}
