package diag

import "sort"

// Code names a kind of fault. Its text is stable: scripts and goldens match on it.
type Code string

// Exit codes of the process, documented in docs/errors.md with "does a retry help".
const (
	ExitInternal = 1   // a bug of ours
	ExitDied     = 2   // the Go runtime died: it exits with 2 and nothing in the process can change that; never ours
	ExitSQL      = 3   // the SQL is rejected
	ExitConfig   = 4   // configuration, secret or file missing
	ExitSource   = 5   // a source failed; retry
	ExitSink     = 6   // a sink failed; retry
	ExitInUse    = 7   // the state is in use, or fencing was lost; retry later
	ExitState    = 8   // the state does not fit the query or is damaged
	ExitData     = 9   // bad data under policy fail
	ExitTest     = 10  // a test or an equivalence differs
	ExitDrain    = 15  // the drain deadline passed; safe to restart
	ExitUsage    = 64  // wrong flags or arguments (EX_USAGE)
	ExitStopped  = 130 // stopped at once by a second signal; safe to restart
)

// Info is what the registry knows about a code.
type Info struct {
	Code Code
	Exit int
	Doc  string // one sentence: when it is raised
}

var registry = map[Code]Info{}

// define registers a code; a duplicate is a bug found at start.
func define(code Code, exit int, doc string) Code {
	if _, dup := registry[code]; dup {
		panic("diag: code defined twice: " + string(code))
	}
	registry[code] = Info{code, exit, doc}
	return code
}

// Exit returns the process exit code that goes with c.
func (c Code) Exit() int {
	if i, ok := registry[c]; ok {
		return i.Exit
	}
	return ExitInternal
}

// Codes lists every declared code, sorted by exit code and name.
func Codes() []Info {
	out := make([]Info, 0, len(registry))
	for _, i := range registry {
		out = append(out, i)
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].Exit != out[j].Exit {
			return out[i].Exit < out[j].Exit
		}
		return out[i].Code < out[j].Code
	})
	return out
}

// Codes that belong to no single part of the program. The others live in codes_<part>.go beside this file.
var (
	Internal = define("internal", ExitInternal, "A bug in streamsql: please report it with the text shown.")
	Usage    = define("usage", ExitUsage, "A flag or argument of the command line is wrong.")
)
