package flow

import (
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"sync"

	"streamsql/internal/clock"
	"streamsql/internal/diag"
	"streamsql/sources"
)

// Reader fetches one table's chunks and decodes them ahead of the operators. Goroutines: workers, started by Start,
// ended and awaited by Close.
type Reader struct {
	scan     *Scan
	index    int // node of the scan
	workers  int
	maxAhead int64
	wake     func() // called, without blocking, when something may be ready

	mu     sync.Mutex
	cond   *sync.Cond // there is room again, or the reader is closed
	feed   sources.Feed
	queue  []item // fetched, not yet cut, in log order
	ahead  int64  // memory that the chunks in queue hold
	free   []*Morsel
	ended  bool  // the feed returned io.EOF
	err    error // the feed failed; reported by the cut that reaches it
	closed bool
	cancel context.CancelFunc
	wg     sync.WaitGroup
	next   sync.Mutex // serialises feed.Next so that the queue is in log order

	caught bool // a caught-up mark was cut, and nothing after it
	look   int64
	atEnd  map[string]bool // partition → whether a mark said that nothing more existed, and nothing came after it

	max  map[string]clock.EventTime // running maximum per partition; its keys are the partitions that count
	gone map[string]bool            // of them, those that end with the epoch under way
}

// item is one event of the feed: a morsel, or a mark.
type item struct {
	morsel *Morsel
	mark   *sources.Mark
}

// NewReader makes the reader of the scan node at index. maxAhead bounds the memory of chunks that are fetched but not
// yet part of an epoch.
func NewReader(scan *Scan, index, workers int, maxAhead int64, wake func()) *Reader {
	r := &Reader{
		scan: scan, index: index, workers: max(workers, 1), maxAhead: maxAhead, wake: wake,
		look: -1, max: map[string]clock.EventTime{}, atEnd: map[string]bool{},
		gone: map[string]bool{},
	}
	r.cond = sync.NewCond(&r.mu)
	return r
}

// Start begins fetching and decoding from feed, which the reader closes.
func (r *Reader) Start(ctx context.Context, feed sources.Feed) error {
	ctx, r.cancel = context.WithCancel(ctx)
	r.feed = feed // before anything can fail: Close closes it
	for range r.workers {
		dec, err := r.scan.NewDecoder()
		if err != nil {
			return err
		}
		r.wg.Go(func() { r.work(ctx, dec) })
	}
	return nil
}

// work takes chunks in order and decodes them beside the other workers.
func (r *Reader) work(ctx context.Context, dec Decoder) {
	for {
		m, more := r.fetch(ctx)
		if !more {
			return
		}
		if m != nil {
			m.err = decodeGuarded(dec, m, r.scan.Table)
			// Closing publishes the error and the rows: a lane touches neither before it has received from done.
			close(m.done)
		}
	}
}

// fetch appends the feed's next event to the queue. It returns the morsel that must be decoded, nil for a mark, and
// whether the reader continues.
//
// The next lock is held from before Next until the event is in the queue: a second worker that called Next in between
// could queue the mark before the chunk that it speaks of.
func (r *Reader) fetch(ctx context.Context) (m *Morsel, more bool) {
	r.next.Lock()
	defer r.next.Unlock()
	if !r.room() {
		return nil, false
	}
	event, err := r.feed.Next(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	// For a mark, the end and an error too: a Gather that waits has nothing else to wake it.
	defer r.wake()
	switch {
	case errors.Is(err, io.EOF):
		r.ended = true
		return nil, false
	case err != nil:
		r.err = err
		return nil, false
	case event.Mark != nil:
		r.queue = append(r.queue, item{mark: event.Mark})
		return nil, true
	}
	m = r.reuse()
	// A new channel each time: that of a recycled morsel is closed, and a lane would take the rows before they are
	// decoded.
	m.Chunk, m.scan, m.err, m.done = event.Chunk, r.index, nil, make(chan struct{})
	m.Max, m.Base, m.Dead, m.Bad, m.Kinds, m.Ahead = clock.Min, clock.Min, m.Dead[:0], 0, m.Kinds[:0], 0
	r.queue = append(r.queue, item{morsel: m})
	r.ahead += held(m)
	return m, true
}

// room waits until the queue holds less than it may. It reports false when nothing more is to be fetched.
func (r *Reader) room() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	// Judged before the chunk is fetched, not after: a chunk larger than maxAhead would otherwise wait for room for
	// ever. The bound is exceeded by one chunk at most, since next admits one worker.
	for r.ahead >= r.maxAhead && !r.closed {
		r.cond.Wait()
	}
	return !r.closed && !r.ended && r.err == nil
}

// size is the memory that a morsel's chunk holds.
func size(m *Morsel) int64 { return max(m.Chunk.Size, int64(len(m.Chunk.Data))) }

// held is what a queued morsel holds: its chunk's memory, and its own, which outweighs a chunk of a few rows.
func held(m *Morsel) int64 { return size(m) + morselBytes }

// morselBytes is what the least morsel holds beside its chunk: vectors with room for 64 rows of a few columns.
const morselBytes = 8 << 10

// mostFree is how many idle morsels keep their buffers. More of them come and go only where chunks are tiny, and those
// are cheap to make again.
const mostFree = 128

// reuse gives an idle morsel; the caller holds mu.
func (r *Reader) reuse() *Morsel {
	if n := len(r.free); n > 0 {
		m := r.free[n-1]
		r.free = r.free[:n-1]
		return m
	}
	return &Morsel{}
}

// Recycle returns a morsel whose rows nobody uses any more.
func (r *Reader) Recycle(m *Morsel) {
	if m.Chunk != nil && m.Chunk.Release != nil {
		m.Chunk.Release()
	}
	// An idle morsel would keep the chunk's bytes, or the block that they are part of, alive.
	m.Chunk = nil
	r.mu.Lock()
	if len(r.free) < mostFree {
		r.free = append(r.free, m)
	}
	r.mu.Unlock()
}

// Pending reports whether a cut would find something: a chunk, the end, or a failure.
func (r *Reader) Pending() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.ended || r.err != nil || slices.ContainsFunc(r.queue, func(i item) bool { return i.morsel != nil })
}

// CaughtUp reports whether everything that existed at the source's last look has been cut.
func (r *Reader) CaughtUp() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	// A mark may have arrived after the cut that took the chunks before it. A feed that failed is not caught up: a run
	// that stops once everything has been read would end without an error, and without the rows that could not be
	// fetched.
	r.passMarks()
	return len(r.queue) == 0 && r.err == nil && (r.ended || r.caught)
}

// Ended reports whether the input has ended and every chunk was cut.
func (r *Reader) Ended() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.passMarks()
	return len(r.queue) == 0 && r.ended
}

// passMarks cuts the marks at the head of the queue: they belong to no epoch. The caller holds mu.
func (r *Reader) passMarks() {
	n := 0
	for ; n < len(r.queue) && r.queue[n].mark != nil; n++ {
		r.pass(r.queue[n].mark)
	}
	r.queue = slices.Delete(r.queue, 0, n)
}

func (r *Reader) pass(m *sources.Mark) {
	for _, p := range m.AtEnd {
		r.atEnd[p] = true
	}
	if m.CaughtUp {
		r.caught, r.look = true, max(r.look, m.Look)
		for p := range r.atEnd {
			r.atEnd[p] = true
		}
	}
	for _, p := range m.Away {
		r.atEnd[p] = false
	}
}

// AtEnd lists the partitions of which nothing more existed when the source last looked, sorted: whatever has been
// fetched of them is cut. A partition that waits for its turn, for room, or for a broker is not among them.
func (r *Reader) AtEnd() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.passMarks()
	var out []string
	for p, end := range r.atEnd {
		if end {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, sources.ComparePartitions)
	return out
}

// Partitions lists the partitions that count for the table's watermark, sorted. It is called between epochs.
func (r *Reader) Partitions() []string {
	return slices.SortedFunc(maps.Keys(r.max), sources.ComparePartitions)
}

// Again makes a reader that resumes where this closed one left off, with another feed.
func (r *Reader) Again() *Reader {
	next := NewReader(r.scan, r.index, r.workers, r.maxAhead, r.wake)
	// Without them every partition would count as new after a replay: it would hold the watermark back until its next
	// row, and that row's lateness would be judged by nothing.
	next.SetMaxima(r.max)
	return next
}

// Maxima returns the running maximum per partition; SetMaxima restores it before Start.
func (r *Reader) Maxima() map[string]clock.EventTime { return r.max }

// SetMaxima restores the running maxima from the last commit.
func (r *Reader) SetMaxima(m map[string]clock.EventTime) {
	for k, v := range m {
		r.max[k] = v
		r.atEnd[k] = false
	}
}

// enter gives a decoded morsel its base and moves the partition's maximum. Called in log order. A partition counts from
// its first chunk on, also when that has no rows: until it has some, it holds the table's watermark back.
func (r *Reader) enter(m *Morsel, limit clock.EventTime) {
	if m.Max > limit && m.err == nil && r.scan.Guard != nil {
		m.Ahead = r.scan.Guard(m, limit)
	}
	cur, ok := r.max[m.Chunk.Partition]
	if !ok {
		cur = clock.Min
	}
	m.Base = cur
	r.max[m.Chunk.Partition] = max(cur, m.Max)
	if m.Chunk.Gone {
		r.gone[m.Chunk.Partition] = true
	}
}

// least is the least maximum among the partitions that are not idle: what the epoch that was entered makes of the
// table's watermark. One that ends with the epoch holds nothing back while others remain. When none does, its maximum
// is all there is: the rows of a sender that came and went within an epoch would move nothing otherwise.
func (r *Reader) least(idle []string) clock.EventTime {
	remain, left := clock.Max, clock.Max
	any, ended := false, false
	for p, m := range r.max {
		switch {
		case r.gone[p]:
			left, ended = min(left, m), true
		case !slices.Contains(idle, p):
			remain, any = min(remain, m), true
		}
	}
	switch {
	case any:
		return remain
	case ended:
		return left
	}
	return clock.Min
}

// leave lets go of the partitions that ended with the epoch. They are not among the maxima that its commit records.
func (r *Reader) leave() {
	if len(r.gone) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for p := range r.gone {
		delete(r.max, p)
		delete(r.atEnd, p)
	}
	clear(r.gone)
}

// Close ends the workers and the feed.
func (r *Reader) Close() error {
	r.mu.Lock()
	r.closed = true
	r.cond.Broadcast()
	r.mu.Unlock()
	// Before the wait: a worker blocks in Next as long as the input is silent, and only these two make it return.
	if r.cancel != nil {
		r.cancel()
	}
	var err error
	if r.feed != nil {
		err = r.feed.Close()
	}
	r.wg.Wait()
	return err
}

// decodeGuarded turns a panic on hostile bytes into an error of the table.
func decodeGuarded(dec Decoder, m *Morsel, table string) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = diag.New(diag.Internal, "reading table %q: %v (file %s, offset %d)", table, p, m.Chunk.File,
				m.Chunk.Position)
		}
	}()
	return dec.Decode(m)
}
