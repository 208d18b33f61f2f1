package flow

import (
	"math"
	"sync"

	"streamsql/internal/zset"
)

// place is a point in the order in which an epoch's batches are emitted.
type place struct {
	phase uint32
	seq   uint64
	way   uint32
}

// ended is the place of a lane that will emit nothing more.
var ended = place{math.MaxUint32, math.MaxUint64, math.MaxUint32}

// start is the place of a stage's first emission: nodes come after it, and all that earlier stages emit before.
func start(stage int) place { return place{phase: 1 + uint32(stage)<<16} }

func placeOf(o zset.Order) place { return place{o.Phase, o.Seq, o.Way} }

// before reports whether place p on lane l comes before place q on lane m.
func before(p place, l int, q place, m int) bool {
	if p.phase != q.phase {
		return p.phase < q.phase
	}
	if p.seq != q.seq {
		return p.seq < q.seq
	}
	if p.way != q.way {
		return p.way < q.way
	}
	return l < m
}

// turns lets the lanes write to the sinks in one order while they all work: by place, and by lane at the same place. It
// knows for each lane the place that it has reached: what the lane emits from now on is not before it. A block is due
// when no lane can still emit, or holds for the same sink, anything before it.
//
// A lane whose blocks are not due continues and holds them, up to limit; then it waits. That cannot lock up, for any
// number of sinks: take the lane with the least place among those that have not ended, and the sink it would wait for.
// The first block that anybody holds for this sink is not after the lane's own blocks, so it is before the place of
// every other lane: it is due, and whoever waits for the sink writes it. So the lane writes until it holds nothing. A
// lane that fails has ended like one that is done.
type turns struct {
	limit int64 // bytes of one sink that a lane may hold without waiting

	mu      sync.Mutex
	moved   sync.Cond // a lane has reached another place, or a block has been written
	waiting int
	at      []place // per lane
	apart   bool    // the lanes run at the same time; else waiting for another would never end
}

// maxHeld is the limit outside of tests: a lane that is 16 MiB ahead of the others gains nothing by more.
const maxHeld = 16 << 20

func newTurns(lanes int) *turns {
	t := &turns{limit: maxHeld, at: make([]place, lanes)}
	t.moved.L = &t.mu
	return t
}

// begin puts every lane at a place.
func (t *turns) begin(at place, apart bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.apart = apart && len(t.at) > 1
	for lane := range t.at {
		t.at[lane] = at
	}
}

// reach notes that a lane emits nothing before a place any more. One that it has passed already changes nothing.
func (t *turns) reach(lane int, at place) {
	if len(t.at) == 1 {
		return // nobody asks
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if before(t.at[lane], lane, at, lane) {
		t.at[lane] = at
		t.wake()
	}
}

// leave notes that a lane emits nothing more, whether it is done or has failed.
func (t *turns) leave(lane int) { t.reach(lane, ended) }

// due reports whether no other lane can still emit anything before a place of a lane. The caller holds mu.
func (t *turns) due(at place, lane int) bool {
	for m, p := range t.at {
		if m != lane && !before(at, lane, p, m) {
			return false
		}
	}
	return true
}

// wait returns when something has changed; the caller holds mu.
func (t *turns) wait() {
	t.waiting++
	t.moved.Wait()
	t.waiting--
}

// wake lets those who wait look again; the caller holds mu.
func (t *turns) wake() {
	if t.waiting > 0 {
		t.moved.Broadcast()
	}
}
