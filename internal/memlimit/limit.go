package memlimit

import (
	"math"
	"os"
	"runtime"
	"runtime/debug"
)

// Setting is the key under which a query says its limit (SET). The command line reads it: memory is a matter of the
// process, not of one query.
const Setting = "streamsql.memory"

// Least is the smallest limit that a query can be run under: buffers and their garbage take most of it.
const Least = 64 << 20

// sharePart / shareWhole is how much of the memory the process may use unless it is told otherwise. The rest is for
// what the runtime does not count: the binary's pages, the kernel's buffers for our files, and whoever else runs in the
// group.
const (
	sharePart  = 4
	shareWhole = 5
)

// Default is the limit when nobody gave one, and what it was derived from; 0 when nothing is known.
func Default() (bytes int64, from string) {
	bytes, from = available(os.DirFS("/"))
	return bytes / shareWhole * sharePart, from
}

// Apply sets the runtime's limit and begins to keep the headroom. 0 is no limit. A collector that was set with GOGC,
// and a limit that was set with GOMEMLIMIT when no other is given, stay as they are. It may be called again.
func Apply(bytes int64) {
	if bytes > 0 {
		debug.SetMemoryLimit(bytes)
	}
	if os.Getenv("GOGC") == "" {
		keep.start(HeadroomOf(InForce()))
	}
}

// InForce is the runtime's limit; 0 when it has none.
func InForce() int64 {
	if n := debug.SetMemoryLimit(-1); n != math.MaxInt64 {
		return n
	}
	return 0
}

// available is the memory that the process could use at most, and who sets that bound.
func available(root files) (bytes int64, from string) {
	bytes, from = machine(root), "the machine"
	if group, ok := cgroup(root); ok && (bytes == 0 || group < bytes) {
		return group, "the control group"
	}
	if bytes == 0 {
		return 0, runtime.GOOS + " does not say"
	}
	return bytes, from
}
