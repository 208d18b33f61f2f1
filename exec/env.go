package exec

import (
	"time"

	"streamsql/internal/budget"
	"streamsql/internal/clock"
	"streamsql/internal/fault"
	"streamsql/internal/progress"
	"streamsql/internal/store"
	"streamsql/planner"
	"streamsql/sinks"
	"streamsql/sources"
	"streamsql/wal"
)

// Env is everything a query needs from outside. Whoever fills it decides what is real: tests put a memory store, a
// manual clock and connectors of their own.
type Env struct {
	Store   store.Store
	Clock   clock.Clock
	Sources map[string]sources.Factory
	Sinks   map[string]sinks.Factory
	// Print makes the sink of a bare SELECT.
	Print  sinks.Factory
	Faults *fault.Set
	Budget *budget.Budget
	Lanes  int    // 0 = 1
	Base   string // directory that relative paths in the query start from

	// Ends fixes the end of every input at the start, for the triggers that end with what existed then (Trigger.Ends).
	Ends bool

	// Takeover takes the state from a live owner without asking.
	Takeover bool
	// AcceptSinks names sinks whose marker is believed although it does not fit the log.
	AcceptSinks map[string]bool
	// SkipFiles names files that sources leave out although they were logged: what a person decides about a lost file.
	SkipFiles []string
	// Recompile plans the text that an open epoch was logged under (its placeholders filled from the present file).
	Recompile func(text string) (*planner.Program, error)

	// Say prints one line for people; nil is silence.
	Say func(format string, args ...any)
	// OnProgress sees every committed epoch.
	OnProgress func(progress.Event)

	MaxRows    int64 // caps scan.max-rows-per-trigger of every table; 0 = no cap
	ChunkRows  int   // rows per morsel, at most; 0 = 8192
	AheadBytes int64 // memory of chunks read ahead of the operators, per table; 0 = 16 MiB

	KeepEpochs int           // commits kept; 0 = as wal.DefaultPolicy
	KeepAge    time.Duration // commits kept; 0 = as wal.DefaultPolicy
}

func (e Env) withDefaults() Env {
	if e.Lanes <= 0 {
		e.Lanes = 1
	}
	if e.Clock == nil {
		e.Clock = clock.System{}
	}
	if e.Budget == nil {
		e.Budget = &budget.Budget{}
	}
	if e.Say == nil {
		e.Say = func(string, ...any) {}
	}
	if e.OnProgress == nil {
		e.OnProgress = func(progress.Event) {}
	}
	if e.ChunkRows <= 0 {
		e.ChunkRows = 8192
	}
	if e.AheadBytes <= 0 {
		e.AheadBytes = 16 << 20
	}
	if e.KeepEpochs <= 0 {
		e.KeepEpochs = int(wal.DefaultPolicy.Epochs)
	}
	if e.KeepAge <= 0 {
		e.KeepAge = wal.DefaultPolicy.Age
	}
	return e
}
