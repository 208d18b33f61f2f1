package golden

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"streamsql/internal/progress"

	"streamsql/internal/fault"
)

// variant is one run of a file through the matrix.
type variant struct {
	name       string
	lanes      int
	chunkRows  int
	crashFS    bool   // local storage on the crash-simulating file system
	restarts   bool   // close and open after every trigger
	crashAt    string // die at this fault point (first passage in every trigger that reaches it)
	lossSeed   uint64 // which unsynced bytes a crash keeps
	keep       int    // percent of unsynced data that a crash keeps
	oneEpoch   bool   // feed everything before the first epoch
	epochRows  int    // rows per epoch (0 = as written)
	partitions int    // over how many partitions the rows of a table are spread (0, 1 = as written)
	spread     uint64 // seed of that
	order      uint64 // seed of the order in which partitions and tables arrive; 0 = as written
}

// traits are what decides which axes a file can be run along.
type traits struct {
	name   string
	off    map[string]bool // axes that the file leaves out
	named  bool            // a feed names its partition
	tables int             // that are fed
	late   bool            // rows were late in the plain run
	open   bool            // the plain run may have left windows open: it had a watermark and was not finished
}

// traits looks at the file and at what its plain run did.
func (s *session) traits() traits {
	x := traits{name: s.file.name, off: map[string]bool{}}
	tables, finished := map[string]bool{}, false
	for _, st := range s.file.steps {
		switch st.command {
		case "axes":
			for _, a := range st.args {
				x.off[strings.TrimPrefix(a, "-")] = true
			}
		case "feed":
			table, _, named, _ := st.feeding()
			tables[table] = true
			x.named = x.named || named
			finished = false
		case "finish":
			finished = true
		}
	}
	x.tables = len(tables)
	x.open = len(s.marks) > 0 && !finished
	for _, e := range s.events {
		for _, l := range e.Late {
			x.late = x.late || l.Reason == "late" || l.Reason == progress.PartlyLate
		}
	}
	return x
}

// spreads reports whether the rows of a table may be spread over partitions. A row that is late, or partly late, in
// one partition need not be late in its own, whose watermark other rows do not move; a window whose end the watermark
// of one partition has passed may wait for the slower one of two, unless the input ends. And where a file names
// partitions, they are what it is about.
func (x traits) spreads() bool {
	return !x.off["partitions"] && !x.named && !x.late && !x.open && x.tables > 0
}

// orders reports whether partitions and tables may arrive in another order: the epochs of the tables are then apart.
func (x traits) orders() bool { return !x.off["order"] && !x.off["epochs"] && x.tables > 0 }

// matrix lists the variants of a file: each value of each axis alone, then seeded combinations.
func matrix(x traits, o Options) []variant {
	var out []variant
	add := func(axis string, v variant) {
		if !x.off[axis] {
			v.name = axis + " " + v.name
			out = append(out, v)
		}
	}
	add("epochs", variant{name: "all in one", oneEpoch: true})
	add("epochs", variant{name: "one row each", oneEpoch: true, epochRows: 1})
	add("epochs", variant{name: "three rows each", oneEpoch: true, epochRows: 3})
	add("restart", variant{name: "after each", restarts: true})
	add("lanes", variant{name: "2", lanes: 2})
	add("lanes", variant{name: "4", lanes: 4})
	add("batch", variant{name: "1 row", chunkRows: 1})
	add("batch", variant{name: "3 rows", chunkRows: 3})
	add("storage", variant{name: "local", crashFS: true})
	if x.spreads() {
		add("partitions", variant{name: "2", partitions: 2, spread: o.Seed})
		v := variant{name: "3", partitions: 3, spread: o.Seed + 1}
		if !x.off["epochs"] {
			v.oneEpoch, v.epochRows = true, 1
		}
		add("partitions", v)
	}
	if x.orders() && (x.named || x.spreads() || x.tables > 1) {
		v := variant{name: "drawn", order: o.Seed + 1, chunkRows: 1}
		if x.spreads() {
			v.partitions, v.spread = 3, o.Seed+2
		}
		add("order", v)
	}
	for i, p := range crashPoints {
		add("crash", variant{
			name: p, crashAt: p, restarts: !x.off["restart"], keep: []int{0, 50, 100}[i%3], lossSeed: o.Seed + uint64(i),
		})
	}
	rnd := rand.New(rand.NewPCG(o.Seed, uint64(len(x.name))))
	for range 6 + o.Extra {
		out = append(out, combination(x, rnd))
	}
	return out
}

// combination draws a value of each axis.
func combination(x traits, rnd *rand.Rand) variant {
	v := variant{
		lanes: 1 + rnd.IntN(4), chunkRows: []int{0, 1, 3, 1024}[rnd.IntN(4)],
		restarts: rnd.IntN(2) == 0 && !x.off["restart"], crashFS: rnd.IntN(2) == 0,
		keep: []int{0, 50, 100}[rnd.IntN(3)], lossSeed: rnd.Uint64(),
	}
	if rnd.IntN(2) == 0 && !x.off["crash"] {
		v.crashAt = crashPoints[rnd.IntN(len(crashPoints))]
	}
	if !x.off["epochs"] && rnd.IntN(2) == 0 {
		v.oneEpoch, v.epochRows = true, 1+rnd.IntN(5)
	}
	if x.off["lanes"] {
		v.lanes = 1
	}
	if seed := rnd.Uint64(); x.spreads() {
		v.partitions, v.spread = 1+int(seed%3), seed
	}
	if seed := rnd.Uint64(); x.orders() && seed%2 == 0 {
		v.order = 1 + seed
	}
	v.name = fmt.Sprintf("combination lanes=%d batch=%d restarts=%t crash=%s epochRows=%d keep=%d seed=%d partitions=%d "+
		"spread=%d order=%d", v.lanes, v.chunkRows, v.restarts, v.crashAt, v.epochRows, v.keep, v.lossSeed, v.partitions,
		v.spread, v.order)
	return v
}

// crashPoints are the points that one process on the test connectors can pass.
var crashPoints = []string{
	fault.WALOffsetsSynced, fault.WALOffsetsLooked, fault.WALOffsetsLinked, fault.FlowMorsel, fault.FlowAdvance,
	fault.StateCaptured, fault.StateWritten, fault.WALCommitsSynced, fault.WALCommitsLooked, fault.WALCommitsLinked,
	fault.RecoverSinks, fault.TakeoverTerm, fault.TakeoverFenced, fault.MetadataWritten, fault.QueryTextWritten,
	fault.RestoreHalf, fault.SinkBetween,
}
