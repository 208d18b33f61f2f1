package exec

import (
	"errors"
	"time"

	"streamsql/internal/diag"
	"streamsql/internal/option"
)

// What may start an epoch, as the command line says it. run.go does it.

// Kind is what starts an epoch.
type Kind uint8

// The triggers.
const (
	Arrival      Kind = iota // as soon as rows wait
	Interval                 // on a grid of Every, aligned to 1970; missed ticks are not made up
	Once                     // one epoch, then the run ends
	AvailableNow             // everything that existed at the start, in as many epochs as the limits need
)

// Trigger is when epochs start.
type Trigger struct {
	Kind  Kind
	Every time.Duration // Interval only
}

// Ends reports whether a run under the trigger ends when everything that existed at its start is done; see Env.Ends.
//
// Under once that is one epoch, within the limits per trigger. When a bounded input ends in it, it is the final epoch:
// the windows that are still open fire and the query has finished. When a limit cuts it short, or when the table is
// watched, they stay open for the next run.
func (t Trigger) Ends() bool { return t.Kind == Once || t.Kind == AvailableNow }

// String prints the trigger as the command line takes it.
func (t Trigger) String() string {
	switch t.Kind {
	case Interval:
		return t.Every.String()
	case Once:
		return "once"
	case AvailableNow:
		return "available-now"
	}
	return "as data comes"
}

// ParseTrigger reads the command line's form: a duration, once, available-now, or "" for as data comes.
func ParseTrigger(text string) (Trigger, error) {
	switch text {
	case "":
		return Trigger{}, nil
	case "once":
		return Trigger{Kind: Once}, nil
	case "available-now":
		return Trigger{Kind: AvailableNow}, nil
	}
	d, err := parseEvery(text)
	if err != nil {
		return Trigger{}, diag.New(diag.Usage, "trigger %q: %v", text, err).
			WithHint("use a duration with a unit (500ms, 1s, 1m30s), once, or available-now")
	}
	return Trigger{Kind: Interval, Every: d}, nil
}

// parseEvery reads an interval. None would mean a tick without end.
func parseEvery(text string) (time.Duration, error) {
	d, err := option.ParseSpan(text)
	if err == nil && d == 0 {
		return 0, errors.New("a trigger's interval must be longer than zero")
	}
	return d, err
}
