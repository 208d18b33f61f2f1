package session

import (
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"streamsql/cmd/streamsql/internal/report"
	"streamsql/exec"
	"streamsql/internal/diag"
	"streamsql/planner"
)

// Query is a query's text and where relative paths in it start from.
type Query struct {
	Name string // for messages
	Text string
	Base string
	path string // as the user gave it; "" when it is not a file's
}

// Assign adds settings, as SET 'key'='value' at the top of every query, and variables for ${key}; each is "key=value".
func (s *Session) Assign(sets, vars []string) error {
	if err := assign("--set", sets, s.set); err != nil {
		return err
	}
	return assign("--var", vars, s.vars)
}

func assign(flag string, pairs []string, to map[string]string) error {
	for _, kv := range pairs {
		k, v, ok := strings.Cut(kv, "=")
		if !ok || k == "" {
			return diag.New(diag.Usage, "%s %q: want key=value", flag, kv)
		}
		to[k] = v
	}
	return nil
}

// Read loads a query: a file, - for the session's input, or the text itself when there is one.
func (s *Session) Read(text string, files []string) (Query, error) {
	switch {
	case text != "" && len(files) > 0:
		return Query{}, diag.New(diag.Usage, "give a file or -c, not both")
	case text != "":
		return Query{Name: "-c", Text: text, Base: s.Path(".")}, nil
	case len(files) != 1:
		return Query{}, diag.New(diag.Usage, "no query is given").
			WithHint("name a .sql file, - for standard input, or use -c 'SELECT …'")
	case files[0] == "-":
		b, err := io.ReadAll(s.In)
		return Query{Name: "stdin", Text: string(b), Base: s.Path(".")}, err
	}
	path := s.Path(files[0])
	b, err := os.ReadFile(path)
	if err != nil {
		return Query{}, diag.New(diag.QueryFile, "cannot read the query file").WithCause(err)
	}
	// Paths inside a file start from its own directory, so that a query and its data can be moved together and run from
	// anywhere.
	return Query{Name: files[0], Text: string(b), Base: filepath.Dir(path), path: files[0]}, nil
}

// Compile plans a query, and builds its operators for their faults alone.
func (s *Session) Compile(q Query) (*planner.Program, error) {
	opts := s.options()
	opts.Base = q.Base
	prog, err := planner.Compile(q.Name, q.Text, s.connectors.Catalog(), opts)
	if err == nil {
		err = exec.Check(prog)
	}
	if err != nil {
		return nil, q.located(err)
	}
	return prog, nil
}

// recompile plans the text that an open epoch was logged under, which replaces a placeholder by what prog was given.
func (s *Session) recompile(q Query, text string, prog *planner.Program) (*planner.Program, error) {
	return planner.Recompile(q.Name, text, prog, s.connectors.Catalog(), s.options())
}

func (s *Session) options() planner.Options {
	return planner.Options{Set: maps.Clone(s.set), Vars: maps.Clone(s.vars), Secret: s.secret}
}

// Look asks the sources for faults that the text cannot show: a path that does not exist. A start finds them anyway,
// one at a time; the error has them all.
func (s *Session) Look(q Query, prog *planner.Program) error {
	var faults diag.List
	for _, t := range prog.Plan.Tables {
		for _, e := range diag.Faults(s.connectors.Look(t.Connector, t.Name, t.Options, q.Base)) {
			if e.Span.IsZero() {
				e.Span = t.Span
			}
			faults = append(faults, e)
		}
	}
	faults.Sort()
	if err := faults.Err(); err != nil {
		return q.located(err)
	}
	return nil
}

// Warn says what is odd about a query that can run.
func (s *Session) Warn(prog *planner.Program) {
	for _, w := range prog.Warnings {
		s.Say("warning: %s", w)
	}
}

// located is an error with the query that it points into.
func (q Query) located(err error) error { return report.Located{Name: q.Name, Text: q.Text, Err: err} }
