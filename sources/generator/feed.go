package generator

import (
	"context"
	"io"
	"sync"
	"time"

	"streamsql/internal/clock"
	"streamsql/sources"
)

// burst is how long a feed waits at least for the next row, and the time whose rows are there at once when it is
// opened. A pace of a million rows would otherwise wake the reader for each of them, and nobody sees the difference.
const burst = 10 * time.Millisecond

// mostChunkBytes is what the rows of a chunk take at most, unless a single row takes more.
const mostChunkBytes = 4 << 20

// unannounced is the position of a partition that has not been announced yet.
const unannounced = -1

// feed gives the spans of a table that are due. It implements sources.Feed and has no goroutine: what is due is a
// question of the clock, asked in Next.
type feed struct {
	s      *Source
	rows   int64
	bytes  int64 // of a row
	ends   []int64
	replay bool
	fixed  bool // Scan.Ends: what exists was decided at the start
	anchor *Anchor
	watch  stopwatch

	from []int64 // where each partition was when the feed was opened
	at   []int64
	turn int // the partition to look at first

	mu    sync.Mutex
	looks int64 // asked for
	moved bool  // a mark is due once everything has been given

	asked chan struct{} // a look was asked for
	once  sync.Once
	quit  chan struct{}
}

func (s *Source) newFeed(at position, sc sources.Scan) *feed {
	s.mu.Lock()
	defer s.mu.Unlock()
	if sc.Clock == nil {
		sc.Clock = clock.System{}
	}
	f := &feed{
		s: s, bytes: s.rowBytes,
		rows: max(min(int64(sc.ChunkRows), mostChunkBytes/s.rowBytes), 1), ends: append([]int64(nil), s.spec.Ends...),
		watch: newStopwatch(sc.Clock), moved: true, asked: make(chan struct{}, 1), quit: make(chan struct{}),
	}
	for _, name := range s.names {
		n, ok := at.Rows[name]
		// A table of one partition has nobody to be announced to.
		if !ok && len(s.names) > 1 {
			n = unannounced
		}
		f.at, f.from = append(f.at, n), append(f.from, max(n, 0))
	}
	return f
}

// fixEnds decides what exists: all of a table with an end, a second's rows of one without.
func (f *feed) fixEnds() {
	f.fixed = true
	for i, end := range f.ends {
		if end == Endless {
			f.ends[i] = f.from[i] + max(f.s.spec.Pace.within(time.Second), 1)
		}
	}
}

// due is the row of a partition before which all exist now.
func (f *feed) due(i int, elapsed time.Duration) int64 {
	if f.replay || f.fixed || f.s.spec.Unpaced {
		return f.ends[i]
	}
	rows := max(f.s.spec.Pace.within(elapsed)+1, f.s.spec.Pace.within(elapsed+burst))
	if rows > f.ends[i]-f.from[i] {
		return f.ends[i]
	}
	return f.from[i] + rows
}

// Next implements sources.Feed.
func (f *feed) Next(ctx context.Context) (sources.Event, error) {
	for {
		select {
		case <-f.quit:
			return sources.Event{}, io.ErrClosedPipe
		default:
		}
		event, ok, wait := f.look()
		if ok {
			return event, nil
		}
		if f.ended() {
			return sources.Event{}, io.EOF
		}
		var tick <-chan time.Time
		if wait > 0 {
			tick = f.watch.clock.After(wait)
		}
		select {
		case <-ctx.Done():
			return sources.Event{}, ctx.Err()
		case <-f.quit:
		case <-f.asked:
		case <-tick:
		}
	}
}

// look gives the next event. Without one, wait says how long it takes until there may be another; 0: for ever.
func (f *feed) look() (event sources.Event, ok bool, wait time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	elapsed := f.watch.read()
	if c := f.chunk(elapsed); c != nil {
		f.moved = true
		return sources.Event{Chunk: c}, true, 0
	}
	if f.moved && !f.ended() {
		f.moved = false
		return sources.Event{Mark: &sources.Mark{AtEnd: f.s.names, CaughtUp: true, Look: f.looks}}, true, 0
	}
	return sources.Event{}, false, f.pause(elapsed)
}

// chunk announces a partition, or gives the next due rows of one that has some.
func (f *feed) chunk(elapsed time.Duration) *sources.Chunk {
	for i, at := range f.at {
		if at == unannounced && f.ends[i] != unannounced {
			f.at[i] = 0
			return f.make(i, 0, 0)
		}
	}
	for k := range f.at {
		i := (f.turn + k) % len(f.at)
		from := f.at[i]
		if n := min(f.due(i, elapsed)-from, f.rows); n > 0 {
			f.turn = (i + 1) % len(f.at)
			f.at[i] = from + n
			return f.make(i, from, from+n)
		}
	}
	return nil
}

func (f *feed) make(i int, from, to int64) *sources.Chunk {
	c := &sources.Chunk{
		Partition: f.s.names[i], Records: int(to - from), File: f.s.spec.Connector, Position: from,
		Private: &given{to: to, anchor: f.anchor},
	}
	if from < to {
		span := Span{Partition: int64(i), From: from, To: to}
		if f.anchor != nil {
			span.Anchor = *f.anchor
		}
		c.Data = span.encode()
		c.Bytes = (to - from) * f.bytes
		c.Size = max(c.Bytes, int64(len(c.Data)))
	}
	return c
}

// ended reports whether the feed has given its last event before io.EOF.
func (f *feed) ended() bool {
	if !f.replay && f.s.spec.KeepAlive {
		return false
	}
	for i, at := range f.at {
		// Under Ends a table without end stops, but has not ended.
		if at < f.ends[i] || !f.replay && f.s.spec.Ends[i] == Endless {
			return false
		}
	}
	return true
}

// pause is the time until a row is due somewhere; 0 when none will be.
func (f *feed) pause(elapsed time.Duration) time.Duration {
	var least time.Duration
	for i, at := range f.at {
		if at >= f.ends[i] {
			continue
		}
		if d := f.s.spec.Pace.after(at-f.from[i]) - elapsed; least == 0 || d < least {
			least = max(d, burst)
		}
	}
	return least
}

// Look implements sources.Feed.
func (f *feed) Look() int64 {
	if f.fixed {
		return 0
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.looks++
	f.moved = true
	select {
	case f.asked <- struct{}{}:
	default:
	}
	return f.looks
}

// Close implements sources.Feed.
func (f *feed) Close() error {
	f.once.Do(func() { close(f.quit) })
	return nil
}
