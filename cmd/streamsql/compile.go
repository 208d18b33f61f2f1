package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"streamsql/exec"
	"streamsql/internal/diag"
	"streamsql/planner"
)

// compileFlags are the flags of every command that plans a query.
type compileFlags struct {
	command string   // -c
	sets    []string // --set k=v
	vars    []string // --var k=v
}

// source is a query's text and where relative paths in it start from.
type source struct {
	name string // for messages
	text string
	base string
	path string // file path; "" for stdin and -c
}

// read loads the query: a file, - for standard input, or the text of -c.
func (f *compileFlags) read(args []string) (source, error) {
	switch {
	case f.command != "" && len(args) > 0:
		return source{}, diag.New(diag.Usage, "give a file or -c, not both")
	case f.command != "":
		return source{name: "-c", text: f.command, base: "."}, nil
	case len(args) != 1:
		return source{}, diag.New(diag.Usage, "which query?").WithHint("name a .sql file, - for standard input, or use -c 'SELECT …'")
	case args[0] == "-":
		b, err := io.ReadAll(os.Stdin)
		return source{name: "stdin", text: string(b), base: "."}, err
	}
	b, err := os.ReadFile(args[0])
	if err != nil {
		return source{}, diag.New(diag.QueryFile, "cannot read the query file").WithCause(err)
	}
	return source{name: args[0], text: string(b), base: baseOf(args[0]), path: args[0]}, nil
}

// baseOf is where relative paths inside a query file start: the file's own directory, so that a query and its data can
// be moved together and run from anywhere.
func baseOf(path string) string { return filepath.Dir(path) }

// compile plans the query.
func (f *compileFlags) compile(s source) (*planner.Program, error) {
	opts, err := f.options()
	if err != nil {
		return nil, err
	}
	opts.Base = s.base
	prog, err := planner.Compile(s.name, s.text, connectors().Catalog(), opts)
	if err == nil {
		err = exec.Check(prog)
	}
	if err != nil {
		return nil, located{s.name, s.text, err}
	}
	return prog, nil
}

func (f *compileFlags) options() (planner.Options, error) {
	opts := planner.Options{Set: map[string]string{}, Vars: map[string]string{}, Secret: secret}
	for _, pair := range []struct {
		flag string
		in   []string
		out  map[string]string
	}{{"--set", f.sets, opts.Set}, {"--var", f.vars, opts.Vars}} {
		for _, kv := range pair.in {
			k, v, ok := strings.Cut(kv, "=")
			if !ok || k == "" {
				return opts, diag.New(diag.Usage, "%s %q: want key=value", pair.flag, kv)
			}
			pair.out[k] = v
		}
	}
	return opts, nil
}

// secret resolves ${env:NAME} and ${file:PATH}. What it returns is never printed and never stored.
func secret(scheme, name string) (string, error) {
	switch scheme {
	case "env":
		if v, ok := os.LookupEnv(name); ok {
			return v, nil
		}
		return "", fmt.Errorf("environment variable %s is not set", name)
	case "file":
		b, err := os.ReadFile(name)
		return strings.TrimRight(string(b), "\r\n"), err
	}
	return "", fmt.Errorf("no such scheme %q; use env or file", scheme)
}
