package file

import (
	"context"
	"io"
	"runtime/debug"
	"sync"

	"streamsql/internal/diag"
	"streamsql/sources"
)

// feed hands events from the fetching goroutine to whoever reads. It implements sources.Feed. One goroutine fetches; it
// is started by start, ended and awaited by Close.
type feed struct {
	maxBytes int64
	ends     bool // one look, at the start
	pool     *blocks

	mu     sync.Mutex
	cond   *sync.Cond
	queue  []sources.Event
	bytes  int64 // memory held by the chunks in queue
	err    error // why fetching ended: io.EOF at the end of the input
	closed bool
	looks  int64 // the newest look that was asked for
	moved  bool  // a chunk was queued after the last mark

	asked  chan struct{} // a look was asked for
	cancel context.CancelFunc
	wg     sync.WaitGroup
}

func newFeed(sc sources.Scan) *feed {
	f := &feed{maxBytes: sc.MaxBytes, ends: sc.Ends, moved: true, asked: make(chan struct{}, 1)}
	if f.maxBytes <= 0 {
		f.maxBytes = 16 << 20
	}
	f.cond = sync.NewCond(&f.mu)
	f.pool = &blocks{held: func(n int64) { sc.Budget.Add(n) }}
	return f
}

// start runs fetch in a goroutine; its result is what Next returns after the last event.
func (f *feed) start(ctx context.Context, fetch func(context.Context) error) sources.Feed {
	ctx, f.cancel = context.WithCancel(ctx)
	f.wg.Go(func() {
		err := guarded(ctx, fetch)
		if err == nil {
			err = io.EOF
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		f.err = err
		f.cond.Broadcast()
	})
	return f
}

// guarded turns a panic (hostile bytes in an unpacker) into an error of the table.
func guarded(ctx context.Context, fetch func(context.Context) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = diag.New(diag.Internal, "reading files: %v\n%s", p, debug.Stack())
		}
	}()
	return fetch(ctx)
}

// put queues a chunk once there is room.
func (f *feed) put(ctx context.Context, c *sources.Chunk) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	stop := context.AfterFunc(ctx, f.wake)
	defer stop()
	for f.bytes > 0 && f.bytes+c.Size > f.maxBytes && ctx.Err() == nil {
		f.cond.Wait()
	}
	if ctx.Err() != nil {
		if c.Release != nil {
			c.Release()
		}
		return ctx.Err()
	}
	f.queue = append(f.queue, sources.Event{Chunk: c})
	f.bytes += c.Size
	f.moved = true
	f.cond.Broadcast()
	return nil
}

// look is the number of the look that the fetching goroutine begins now.
func (f *feed) look() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.looks
}

// mark queues the mark of a look once all that it showed is queued. A look that showed no file, brought no news for
// people and was not asked for has nothing to say: an idle table would fill the queue.
func (f *feed) mark(look int64, news bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.moved || news {
		f.queue = append(f.queue, sources.Event{Mark: &sources.Mark{AtEnd: []string{Partition}, CaughtUp: true,
			Look: look}})
		f.moved = f.looks > look // asked for meanwhile: the next look must answer
		f.cond.Broadcast()
	}
}

func (f *feed) wake() {
	f.mu.Lock()
	f.cond.Broadcast()
	f.mu.Unlock()
}

// Look implements sources.Feed.
func (f *feed) Look() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ends {
		return 0
	}
	f.looks++
	f.moved = true
	select {
	case f.asked <- struct{}{}:
	default:
	}
	return f.looks
}

// Next implements sources.Feed.
func (f *feed) Next(ctx context.Context) (sources.Event, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	stop := context.AfterFunc(ctx, f.wake)
	defer stop()
	for len(f.queue) == 0 && f.err == nil && !f.closed && ctx.Err() == nil {
		f.cond.Wait()
	}
	switch {
	case len(f.queue) > 0:
		e := f.queue[0]
		f.queue[0] = sources.Event{}
		f.queue = f.queue[1:]
		if e.Chunk != nil {
			f.bytes -= e.Chunk.Size
			f.cond.Broadcast()
		}
		return e, nil
	case f.err != nil:
		return sources.Event{}, f.err
	case ctx.Err() != nil:
		return sources.Event{}, ctx.Err()
	}
	return sources.Event{}, io.ErrClosedPipe
}

// Close implements sources.Feed.
func (f *feed) Close() error {
	f.cancel()
	f.mu.Lock()
	f.closed = true
	f.cond.Broadcast()
	f.mu.Unlock()
	f.wg.Wait()
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, e := range f.queue {
		if e.Chunk != nil && e.Chunk.Release != nil {
			e.Chunk.Release()
		}
	}
	f.queue, f.bytes = nil, 0
	return nil
}
