// Package planner turns the text of a query file into a Program: the plan that exec runs, and what is said about it.
//
//	text → lex → parse (+ block) → ast → bind → logical → rules → physical
//
// Compile is its public face. It reports every fault a pass can find, each with a code and a position, and never
// approximates: what it cannot run exactly, it refuses.
package planner

import (
	"time"

	"streamsql/planner/physical"
)

// Program is a compiled query.
type Program struct {
	Name     string // file name, for messages and the default state folder
	Text     string
	Redacted string // the text with secrets and addresses as placeholders; what query/N.sql keeps
	Plan     *physical.Plan
	Settings Settings
	Inserts  bool     // INSERT INTO: keeps state beside the query; a bare SELECT does not
	Warnings []string // one line each, already positioned

	logical string            // the trees after the rules, for Explain
	trace   string            // what the rules did
	rules   map[string]int    // the numbers of the rules
	places  map[string]string // secrets and addresses that Redacted has placeholders for
}

// Settings are the SET values that mean something to exec, after flags and environment were applied.
type Settings struct {
	PipelineName string            // pipeline.name
	ErrorMode    string            // streamsql.error-handling.mode
	IdleTimeout  time.Duration     // table.exec.source.idle-timeout
	MaxAhead     *time.Duration    // streamsql.watermark.max-ahead; nil: not given
	Raw          map[string]string // every SET, for the log's conf (no secrets)
}

// Rules are the numbers of the rules that the plan was made with, for Options.Rules of a later Compile.
func (p *Program) Rules() map[string]int { return p.rules }

// Bounded reports whether every scanned table ends.
func (p *Program) Bounded() bool {
	for _, t := range p.Plan.Tables {
		if !t.Bounded {
			return false
		}
	}
	return true
}
