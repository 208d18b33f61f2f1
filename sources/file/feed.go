package file

import (
	"context"
	"errors"
	"io"
	"runtime/debug"
	"sync"

	"streamsql/internal/diag"
	"streamsql/sources"
)

// feed hands chunks from the fetching goroutine to whoever reads. It implements sources.Feed. One goroutine fetches; it
// is started by start, ended and awaited by Close.
type feed struct {
	maxBytes int64
	pool     *blocks

	mu     sync.Mutex
	cond   *sync.Cond
	queue  []*sources.Chunk
	bytes  int64 // in queue
	idle   bool  // everything of the last listing is in queue or was taken
	err    error // why fetching ended: io.EOF at the end of the input
	closed bool

	ready  chan struct{}
	cancel context.CancelFunc
	wg     sync.WaitGroup
}

func newFeed(sc sources.Scan) *feed {
	f := &feed{maxBytes: sc.MaxBytes, ready: make(chan struct{}, 1)}
	if f.maxBytes <= 0 {
		f.maxBytes = 16 << 20
	}
	f.cond = sync.NewCond(&f.mu)
	f.pool = &blocks{held: func(n int64) { sc.Budget.Add(n) }}
	return f
}

// start runs fetch in a goroutine; its result is what Next returns after the last chunk.
func (f *feed) start(ctx context.Context, fetch func(context.Context) error) sources.Feed {
	ctx, f.cancel = context.WithCancel(ctx)
	f.wg.Go(func() {
		err := guarded(ctx, fetch)
		if err == nil {
			err = io.EOF
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		f.err, f.idle = err, true
		f.signal()
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

// signal wakes waiters; the caller holds mu.
func (f *feed) signal() {
	f.cond.Broadcast()
	select {
	case f.ready <- struct{}{}:
	default:
	}
}

// put queues a chunk once there is room.
func (f *feed) put(ctx context.Context, c *sources.Chunk) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	stop := context.AfterFunc(ctx, f.wake)
	defer stop()
	for f.bytes > 0 && f.bytes+int64(len(c.Data)) > f.maxBytes && ctx.Err() == nil {
		f.cond.Wait()
	}
	if ctx.Err() != nil {
		if c.Release != nil {
			c.Release()
		}
		return ctx.Err()
	}
	f.queue = append(f.queue, c)
	f.bytes += int64(len(c.Data))
	f.signal()
	return nil
}

func (f *feed) wake() {
	f.mu.Lock()
	f.cond.Broadcast()
	f.mu.Unlock()
}

// setIdle tells whether fetching has done everything the last listing showed.
func (f *feed) setIdle(idle bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.idle = idle
	f.signal()
}

// Next implements sources.Feed.
func (f *feed) Next(ctx context.Context) (*sources.Chunk, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	stop := context.AfterFunc(ctx, f.wake)
	defer stop()
	for len(f.queue) == 0 && f.err == nil && !f.closed && ctx.Err() == nil {
		f.cond.Wait()
	}
	switch {
	case len(f.queue) > 0:
		c := f.queue[0]
		f.queue[0] = nil
		f.queue = f.queue[1:]
		f.bytes -= int64(len(c.Data))
		f.cond.Broadcast()
		return c, nil
	case f.err != nil:
		return nil, f.err
	case ctx.Err() != nil:
		return nil, ctx.Err()
	}
	return nil, io.ErrClosedPipe
}

// Ready implements sources.Feed.
func (f *feed) Ready() <-chan struct{} { return f.ready }

// Pending implements sources.Feed.
func (f *feed) Pending() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.queue) > 0 || f.err != nil
}

// CaughtUp implements sources.Feed.
func (f *feed) CaughtUp() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	failed := f.err != nil && !errors.Is(f.err, io.EOF) // Next has an error to tell
	return f.idle && len(f.queue) == 0 && !failed
}

// AtEnd implements sources.Feed.
func (f *feed) AtEnd() []string {
	if f.CaughtUp() {
		return []string{Partition}
	}
	return nil
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
	for _, c := range f.queue {
		if c.Release != nil {
			c.Release()
		}
	}
	f.queue, f.bytes = nil, 0
	return nil
}
