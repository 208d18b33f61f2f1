package memlimit

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"sync/atomic"
)

// Headroom is how many bytes may be allocated beyond what is alive until a collection begins. Measured with bench
// queries q0, q1 and the channel tumble over 1.84 M bids: CPU time is the same within 3 % for 32, 64 and 128 MiB and
// for GOGC=200; the highest resident memory is 172, 204, 231 and 220 MB for q0, and 166, 191, 234 and 270 MB for the
// tumble.
const Headroom = 32 << 20

// HeadroomOf is the headroom under a limit: an eighth of it where that is less.
func HeadroomOf(limit int64) int64 {
	if limit > 0 {
		return min(Headroom, limit/8)
	}
	return Headroom
}

// keeper turns bytes into the percentage that the collector takes: after each collection, from what is alive then.
type keeper struct {
	mu      sync.Mutex
	bytes   atomic.Int64
	percent int
	running bool
}

var keep keeper

// start sets the headroom and begins to keep it.
func (k *keeper) start(bytes int64) {
	k.bytes.Store(bytes)
	k.mu.Lock()
	running := k.running
	k.running = true
	k.mu.Unlock()
	k.adjust()
	if !running {
		k.watch()
	}
}

// watch adjusts after every collection: an object that nobody holds is cleaned up by each, and the clean-up lays out
// the next one. It runs in the runtime's own goroutine, between collections, so no ticker and no goroutine of ours is
// needed.
func (k *keeper) watch() {
	type sentinel struct{ _ *byte } // with a pointer, else it would share a block with other small objects and live on
	runtime.AddCleanup(&sentinel{}, func(k *keeper) {
		k.adjust()
		k.watch()
	}, k)
}

// adjust sets the percentage when it is off by more than an eighth: setting it stops the world for a moment.
func (k *keeper) adjust() {
	k.mu.Lock()
	defer k.mu.Unlock()
	want := percentOf(k.bytes.Load(), alive())
	if d := want - k.percent; d > k.percent/8 || -d > k.percent/8 || k.percent == 0 {
		k.percent = want
		debug.SetGCPercent(want)
	}
}

// The bounds of the percentage. Below, a state of 10 million groups that is restored is collected dozens of times
// while it grows, and its pages are given back and faulted in again: restoring took half as long again at 1 per cent.
// Above, nothing is gained.
const (
	leastPercent = 25
	mostPercent  = 3200
)

// leastAlive replaces a heap that is too small to take a proportion of; the runtime's own smallest heap is 4 MiB
// at 100 per cent.
const leastAlive = 4 << 20

func percentOf(headroom, alive int64) int {
	return int(min(max(100*headroom/max(alive, leastAlive), leastPercent), mostPercent))
}

// alive is what the last collection left: the heap, and what else is scanned, which counts in the percentage too.
func alive() int64 {
	s := [3]metrics.Sample{
		{Name: "/gc/heap/live:bytes"}, {Name: "/gc/scan/stack:bytes"}, {Name: "/gc/scan/globals:bytes"},
	}
	metrics.Read(s[:])
	sum := int64(0)
	for _, m := range s {
		if m.Value.Kind() == metrics.KindUint64 {
			sum += int64(m.Value.Uint64())
		}
	}
	return sum
}
