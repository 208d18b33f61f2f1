package archtest

import "strings"

// The law, in the words of the architecture:
//
//	L0  diag sqltype option fault clock invariants budget memlimit progress elementary nonce   nothing of ours;
//	    free to all above
//	L1  vec · zset, scalar → vec · function · rowkey → vec · store · deadletter · exec/window (what planner and operators
//	    both know of windows)      free to all above
//	L2  format, state, wal, sources, sinks → L0, L1 (sources, sinks also format, store)   never planner, never exec
//	L3  planner/parse → block → ast → lex · bind → ast, catalog, logical · rules, physical → logical   beside L0 and L1
//	    only
//	L4  exec/kernel → L1 · agg → kernel, state · expr → kernel, scalar · op → those and state
//	L5  exec/flow → op · exec/decode → flow, op, format · exec/assemble → planner/physical, op, flow, decode
//	    assemble is the only meeting point of plan and operators
//	L6  exec → assemble, flow, planner's program, state, wal, sources, sinks
//	L4  internal/connector → sources, sinks, format, planner/catalog · its builtin → every connector (the list, for cmd)
//	L7  internal/golden → exec, planner · cmd's terminal → sinks/console · report → sources, state, wal · live → report ·
//	    session → those, exec, planner, connector/builtin · cmd → session, report, internal/golden
//
// A name means itself; with /... it means itself and all below it. The first room that a package fits is its room, and
// a package without a room is a fault: give it one.

// room is one package, or family of packages, and what it may import of ours beyond its free layers.
type room struct {
	name  string
	layer int
	may   []string
}

var rooms = []room{
	{"internal/diag", 0, nil},
	{"internal/sqltype", 0, nil},
	{"internal/option", 0, nil},
	{"internal/fault", 0, nil},
	{"internal/clock", 0, nil},
	{"internal/invariants", 0, nil},
	{"internal/budget", 0, nil},
	{"internal/memlimit", 0, nil},
	{"internal/progress", 0, nil},
	{"internal/elementary", 0, nil},
	{"internal/nonce", 0, nil},

	{"internal/vec", 1, nil},
	{"internal/zset", 1, []string{"internal/vec"}},
	{"internal/scalar", 1, []string{"internal/vec"}},
	{"internal/function", 1, nil},
	{"internal/deadletter", 1, nil},
	{"internal/javaregex", 1, nil},
	{"internal/rowkey", 1, []string{"internal/vec"}},
	{"internal/store/vfs", 1, nil},
	{"internal/store/...", 1, []string{"internal/store/..."}},

	{"internal/format/...", 2, []string{"internal/format/..."}},
	{"state", 2, nil},
	{"wal", 2, nil},
	{"sources/...", 2, []string{"sources/...", "internal/format/..."}},
	{"sinks/...", 2, []string{"sinks/...", "internal/format/..."}},

	{"planner/mistake", 3, nil},
	{"planner/lex", 3, []string{"planner/mistake"}},
	{"planner/ast", 3, []string{"planner/lex"}},
	{"planner/block", 3, []string{"planner/ast", "planner/lex", "planner/mistake"}},
	{"planner/parse", 3, []string{"planner/block", "planner/ast", "planner/lex", "planner/mistake"}},
	{"planner/catalog", 3, []string{"planner/ast", "planner/lex", "planner/mistake"}},
	{"planner/logical", 3, []string{"planner/catalog"}},
	{"planner/bind", 3, []string{"planner/ast", "planner/catalog", "planner/logical", "planner/mistake"}},
	{"planner/rules", 3, []string{"planner/logical", "planner/catalog"}},
	{"planner/physical", 3, []string{"planner/logical", "planner/catalog"}},
	{"planner", 3, []string{"planner/..."}},

	{"internal/connector", 4, []string{"planner/catalog", "sources", "sinks", "internal/format/..."}},
	{"internal/connector/builtin", 4, []string{"internal/connector", "sources/...", "sinks/..."}},

	{"exec/kernel", 4, nil},
	{"exec/window", 1, nil},
	{"exec/agg", 4, []string{"exec/kernel", "state"}},
	{"exec/expr", 4, []string{"exec/kernel"}},
	{"exec/op", 4, []string{"exec/kernel", "exec/window", "exec/agg", "exec/expr", "state"}},
	{"exec/flow", 5, []string{"exec/op"}},
	{"exec/decode", 5, []string{"exec/op", "exec/flow", "internal/format/..."}},
	{"exec/assemble", 5, []string{"planner/physical", "exec/op", "exec/flow", "exec/decode", "state"}},
	{"exec", 6, []string{"exec/assemble", "exec/flow", "planner", "state", "wal", "sources", "sinks"}},

	{"internal/golden", 7, []string{"exec", "planner/...", "state", "wal", "sources/...", "sinks/...",
		"internal/format/...", "internal/connector"}},

	{"cmd/streamsql/internal/terminal", 7, []string{"sinks/console"}},
	{"cmd/streamsql/internal/report", 7, []string{"planner/physical", "sources", "state", "wal"}},
	{"cmd/streamsql/internal/live", 7, []string{"cmd/streamsql/internal/report"}},
	{"cmd/streamsql/internal/session", 7, []string{
		"cmd/streamsql/internal/...", "exec", "planner", "wal", "sinks", "sinks/console", "internal/connector/...",
	}},
	{"cmd/streamsql", 7, []string{
		"cmd/streamsql/internal/session", "cmd/streamsql/internal/report", "cmd/streamsql/internal/terminal", "exec",
		"planner", "state", "wal", "internal/golden",
	}},

	{"queries", 7, nil},
	{"internal/differs", 7, nil},
	{"internal/testmain", 7, nil},
	{"internal/archtest", 7, nil},
	{"bench/...", 7, []string{"..."}},
}

// arrow is one import that the table above does not have and that was agreed to, with the reason.
type arrow struct{ from, to, why string }

var exceptions = []arrow{
	{"exec/assemble", "sinks", "it hands each lane its encoder"},
	{"exec/assemble", "internal/format", "it says which columns of a table its decoder gives"},
	{"exec/assemble", "sources", "a generated table brings its decoder (sources.Generating)"},
	{"exec/flow", "sources", "it drives the contract sources.Feed; no connector"},
	{"exec/flow", "sinks", "it drives the contracts sinks.Encoder and sinks.Tx; no connector"},
	{"exec", "exec/op", "op.EpochClock is what the logged clock becomes"},
	{"exec", "planner/physical", "a planner.Program is made of physical nodes; exec reads tables and sinks from them"},
}

// party is a module of others (or a part of one) and the packages that may import it. The longest prefix decides.
type party struct {
	prefix string
	may    []string // empty: nowhere
	why    string
}

var parties = []party{
	{"github.com/xwb1989/sqlparser", []string{"planner/block"}, "the grammar of one SELECT block stays replaceable"},
	{"github.com/google/btree", []string{"state"}, "order is a matter of containers"},
	{"github.com/apache/arrow/go/v15", []string{"internal/zset", "state"},
		"everything else sees raw views (internal/vec)"},
	{"github.com/apache/arrow/go/v15/arrow/compute", nil,
		"it links two megabytes and allocates per call; kernels are ours"},
	{"github.com/apache/arrow/go/v15/parquet/pqarrow", nil, "it links flight and grpc"},
	{"github.com/twmb/franz-go", []string{"sources/kafka", "sinks/kafka"}, "one connector, one client"},
	{"github.com/aws/aws-sdk-go-v2", []string{"internal/store/s3", "sources/s3", "sinks/s3"}, "one service, one client"},
	{"github.com/spf13/cobra", []string{"cmd/streamsql"}, "commands are what a session's users call it by"},
	{"github.com/rivo/uniseg", []string{"sinks/console"}, "the width of text on a terminal"},
	{"github.com/jedib0t/go-pretty", []string{"cmd/streamsql/internal/report"}, "tables for people"},
	{"golang.org/x/term", []string{"cmd/streamsql/internal/terminal"}, "one place knows of terminals"},
	{"github.com/klauspost/compress", []string{"internal/format/...", "sources/...", "sinks/...", "state", "wal"},
		"bytes of files"},
	{"golang.org/x/text", []string{"internal/diag", "sinks/console", "cmd/..."}, "the width of text on a terminal"},
	{"golang.org/x/text/cases", []string{"exec/kernel"}, "UPPER and LOWER by Unicode's full mapping"},
	{"golang.org/x/text/language", []string{"exec/kernel"}, "it names the mapping of no language"},
	{"golang.org/x/sys", []string{"internal/store/...", "cmd/...", "sources/...", "sinks/..."},
		"the operating system under files and terminals"},
	{"go.uber.org/goleak", []string{"internal/testmain"}, "a matter of tests"},
}

// fits reports whether the package pkg is what name means.
func fits(name, pkg string) bool {
	base, family := strings.CutSuffix(name, "...")
	if !family {
		return name == pkg
	}
	return strings.HasPrefix(pkg+"/", base)
}

func fitsAny(names []string, pkg string) bool {
	for _, n := range names {
		if fits(n, pkg) {
			return true
		}
	}
	return false
}

// roomOf finds the room of a package.
func roomOf(pkg string) (room, bool) {
	for _, r := range rooms {
		if fits(r.name, pkg) {
			return r, true
		}
	}
	return room{}, false
}

// ours judges an import of one of our packages by another; "" means allowed.
func ours(from, to string) string {
	f, ok := roomOf(from)
	if !ok {
		return "package " + from + " has no room in the import law"
	}
	t, ok := roomOf(to)
	switch {
	case !ok:
		return "" // reported where it is the importer
	case t.layer < f.layer && t.layer <= 1, fitsAny(f.may, to):
		return ""
	}
	for _, e := range exceptions {
		if fits(e.from, from) && fits(e.to, to) {
			return ""
		}
	}
	return from + " (L" + digit(f.layer) + ") may not import " + to + " (L" + digit(t.layer) + ")"
}

// theirs judges an import of a third party's package; "" means allowed.
func theirs(from, path string) string {
	var rule *party
	for i := range parties {
		p := &parties[i]
		if fits(p.prefix+"/...", path) && (rule == nil || len(p.prefix) > len(rule.prefix)) {
			rule = p
		}
	}
	switch {
	case rule == nil:
		return from + " imports " + path + ", which the import law does not know: say there who may"
	case fitsAny(rule.may, from):
		return ""
	case len(rule.may) == 0:
		return from + " imports " + path + ", which nobody may: " + rule.why
	}
	return from + " may not import " + path + ", only " + strings.Join(rule.may, ", ") + " may: " + rule.why
}

func digit(n int) string { return string(rune('0' + n)) }
