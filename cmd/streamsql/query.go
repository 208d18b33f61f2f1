package main

import (
	"github.com/spf13/cobra"

	"streamsql/cmd/streamsql/internal/session"
	"streamsql/planner"
)

// queryFlags are the flags of every command that plans a query.
type queryFlags struct {
	text string   // -c
	sets []string // --set k=v
	vars []string // --var k=v
}

func (f *queryFlags) register(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringVarP(&f.text, "command", "c", "", "the query text itself")
	fl.StringArrayVar(&f.sets, "set", nil, "key=value, as SET 'key'='value' at the top of the file; repeatable")
	fl.StringArrayVar(&f.vars, "var", nil, "key=value for ${key} in the file; repeatable")
}

// read loads the query that the flags and the arguments name.
func (f *queryFlags) read(s *session.Session, args []string) (session.Query, error) {
	q, err := s.Read(f.text, args)
	if err != nil {
		return q, err
	}
	return q, s.Assign(f.sets, f.vars)
}

// compile loads and plans it.
func (f *queryFlags) compile(s *session.Session, args []string) (session.Query, *planner.Program, error) {
	q, err := f.read(s, args)
	if err != nil {
		return q, nil, err
	}
	prog, err := s.Compile(q)
	return q, prog, err
}
