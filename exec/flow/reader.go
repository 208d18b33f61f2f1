package flow

import (
	"context"
	"errors"
	"io"
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
	wake     func() // called, without locks, when something may be ready

	mu     sync.Mutex
	cond   *sync.Cond
	feed   sources.Feed
	queue  []*Morsel // fetched, not yet cut, in log order
	ahead  int64     // raw bytes in queue
	free   []*Morsel
	ended  bool  // the feed returned io.EOF
	err    error // the feed failed; reported by the cut that reaches it
	closed bool
	cancel context.CancelFunc
	wg     sync.WaitGroup
	next   sync.Mutex // serialises feed.Next so that the queue is in log order

	max map[string]clock.EventTime // running maximum per partition
}

// NewReader makes the reader of the scan node at index. maxAhead bounds the raw bytes that are decoded but not yet part
// of an epoch.
func NewReader(scan *Scan, index, workers int, maxAhead int64, wake func()) *Reader {
	r := &Reader{scan: scan, index: index, workers: max(workers, 1), maxAhead: maxAhead, wake: wake, max: map[string]clock.EventTime{}}
	r.cond = sync.NewCond(&r.mu)
	return r
}

// Start begins fetching and decoding from feed, which the reader closes.
func (r *Reader) Start(ctx context.Context, feed sources.Feed) error {
	ctx, r.cancel = context.WithCancel(ctx)
	r.feed = feed
	if ready := feed.Ready(); ready != nil {
		r.wg.Go(func() { r.watch(ctx, ready) })
	}
	for range r.workers {
		dec, err := r.scan.NewDecoder()
		if err != nil {
			return err
		}
		r.wg.Go(func() { r.work(ctx, dec) })
	}
	return nil
}

// watch passes the feed's announcements on: a cut that gathers may be waiting for the feed to have caught up.
func (r *Reader) watch(ctx context.Context, ready <-chan struct{}) {
	for {
		select {
		case <-ctx.Done():
			return
		case _, ok := <-ready:
			if !ok {
				return
			}
			r.mu.Lock()
			r.cond.Broadcast()
			r.mu.Unlock()
			r.wake()
		}
	}
}

// work takes chunks in order, decodes them beside the other workers.
func (r *Reader) work(ctx context.Context, dec Decoder) {
	for {
		m := r.fetch(ctx)
		if m == nil {
			return
		}
		m.err = decodeGuarded(dec, m, r.scan.Table)
		close(m.done)
		r.wake()
	}
}

// fetch appends the next chunk's morsel to the queue, or returns nil when the reader is done.
func (r *Reader) fetch(ctx context.Context) *Morsel {
	r.next.Lock()
	defer r.next.Unlock()
	r.mu.Lock()
	for r.ahead >= r.maxAhead && !r.closed {
		r.cond.Wait()
	}
	stop := r.closed || r.ended || r.err != nil
	r.mu.Unlock()
	if stop {
		return nil
	}
	chunk, err := r.feed.Next(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		if errors.Is(err, io.EOF) {
			r.ended = true
		} else {
			r.err = err
		}
		r.cond.Broadcast()
		r.wake()
		return nil
	}
	m := r.take()
	m.Chunk, m.scan, m.err, m.done = chunk, r.index, nil, make(chan struct{})
	m.Max, m.Base, m.Dead, m.Bad = clock.Min, clock.Min, m.Dead[:0], 0
	r.queue = append(r.queue, m)
	r.ahead += int64(len(chunk.Data))
	r.cond.Broadcast()
	return m
}

// take gives a morsel for reuse; the caller holds mu.
func (r *Reader) take() *Morsel {
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
	m.Chunk = nil
	r.mu.Lock()
	r.free = append(r.free, m)
	r.mu.Unlock()
}

// Limits bounds what one table gives to an epoch. Zero means no bound. At least one chunk is always taken.
type Limits struct{ Rows, Bytes, Files int64 }

// Cut is a table's share of an epoch.
type Cut struct {
	Morsels []*Morsel
	Records int64
	Bytes   int64
	Files   int64
	Ended   bool // the input has ended, and the cut holds its last chunk
	Limited bool // a limit stopped the cut; more was waiting
}

// Pending tells whether a cut would find something: a chunk, the end, or a failure.
func (r *Reader) Pending() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.queue) > 0 || r.ended || r.err != nil
}

// Cut takes what is waiting, within limits. With gather it waits until everything that exists now has been taken or a
// limit is reached.
func (r *Reader) Cut(ctx context.Context, lim Limits, gather bool) (Cut, error) {
	var c Cut
	r.mu.Lock()
	defer r.mu.Unlock()
	stop := context.AfterFunc(ctx, func() { r.mu.Lock(); r.cond.Broadcast(); r.mu.Unlock() })
	defer stop()
	for {
		if r.takeInto(&c, lim) {
			c.Limited = true
			return c, nil
		}
		switch {
		case r.err != nil:
			if len(c.Morsels) > 0 {
				return c, nil // first what came before the failure
			}
			return c, r.err
		case r.ended:
			c.Ended = true
			return c, nil
		case ctx.Err() != nil:
			return c, ctx.Err()
		case !gather || r.closed:
			return c, nil
		}
		if r.feed.CaughtUp() && len(r.queue) == 0 {
			return c, nil
		}
		r.cond.Wait()
	}
}

// CutReplay waits for the whole of a replayed range. A replay is never cut smaller: its range was logged.
func (r *Reader) CutReplay(ctx context.Context) (Cut, error) {
	var c Cut
	r.mu.Lock()
	defer r.mu.Unlock()
	stop := context.AfterFunc(ctx, func() { r.mu.Lock(); r.cond.Broadcast(); r.mu.Unlock() })
	defer stop()
	for {
		r.takeInto(&c, Limits{})
		switch {
		case r.err != nil:
			return c, r.err
		case r.ended:
			return c, nil
		case ctx.Err() != nil:
			return c, ctx.Err()
		}
		r.cond.Wait()
	}
}

// Again makes a reader that goes on where this closed one stood, for another feed.
func (r *Reader) Again() *Reader {
	next := NewReader(r.scan, r.index, r.workers, r.maxAhead, r.wake)
	next.max = r.max
	return next
}

// takeInto moves queued morsels into c until the queue is empty (false) or a limit stops it (true).
func (r *Reader) takeInto(c *Cut, lim Limits) bool {
	n := 0
	defer func() {
		if n > 0 {
			r.queue = append(r.queue[:0], r.queue[n:]...)
			r.cond.Broadcast()
		}
	}()
	for _, m := range r.queue {
		ch := m.Chunk
		files := c.Files
		if ch.NewFile {
			files++
		}
		if len(c.Morsels) > 0 && (over(c.Records+int64(ch.Records), lim.Rows) || over(c.Bytes+int64(len(ch.Data)), lim.Bytes) || over(files, lim.Files)) {
			return true
		}
		c.Morsels = append(c.Morsels, m)
		c.Records += int64(ch.Records)
		c.Bytes += int64(len(ch.Data))
		c.Files = files
		r.ahead -= int64(len(ch.Data))
		n++
	}
	return false
}

func over(v, limit int64) bool { return limit > 0 && v > limit }

// CaughtUp tells that everything that existed at the source's last look has been cut.
func (r *Reader) CaughtUp() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.queue) == 0 && (r.ended || r.feed.CaughtUp())
}

// Ended tells that the input has ended and every chunk was cut.
func (r *Reader) Ended() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.queue) == 0 && r.ended
}

// Maxima returns the running maximum per partition; SetMaxima restores it before Start.
func (r *Reader) Maxima() map[string]clock.EventTime { return r.max }

// SetMaxima restores the running maxima from the last commit.
func (r *Reader) SetMaxima(m map[string]clock.EventTime) {
	for k, v := range m {
		r.max[k] = v
	}
}

// enter gives a decoded morsel its base and moves the partition's maximum. Called in log order.
func (r *Reader) enter(m *Morsel) {
	cur, ok := r.max[m.Chunk.Partition]
	if !ok {
		cur = clock.Min
	}
	m.Base = cur
	if m.Max > cur {
		cur = m.Max
	}
	r.max[m.Chunk.Partition] = cur
}

// Close ends the workers and the feed.
func (r *Reader) Close() error {
	r.mu.Lock()
	r.closed = true
	r.cond.Broadcast()
	r.mu.Unlock()
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
			err = diag.New(diag.Internal, "reading table %q: %v (file %s, offset %d)", table, p, m.Chunk.File, m.Chunk.Position)
		}
	}()
	return dec.Decode(m)
}
