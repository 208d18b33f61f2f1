package exec

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"streamsql/internal/diag"
	"streamsql/sinks"
)

// patient runs the query to its end while the clock moves by itself, and reports how far it went.
func patient(w *world, q *Query) (took time.Duration, err error) {
	began, done := w.clock.Now(), make(chan error, 1)
	go func() { done <- settle(q) }()
	for {
		select {
		case err := <-done:
			return w.clock.Now().Sub(began), err
		default:
			w.clock.Advance(50 * time.Millisecond)
			runtime.Gosched()
		}
	}
}

// TestNotCommittedIsTriedAgain: what is certainly not committed is staged and committed again, with growing waits, up
// to sink.retry-timeout; then the run ends with code 6 and the next start repeats the epoch.
func TestNotCommittedIsTriedAgain(t *testing.T) {
	want := reference(t)
	for _, refusals := range []int{1, 2, 7, 1 << 30} {
		t.Run(strconv.Itoa(refusals), func(t *testing.T) {
			w := newWorld(t)
			w.o.feed(sample()...)
			w.o.finish()
			w.o.out.Refuse(refusals, nil)
			said := 0
			w.env = func(e *Env) {
				e.Say = func(format string, args ...any) {
					if strings.Contains(fmt.Sprintf(format, args...), "tried again for up to 5m0s") {
						said++
					}
				}
			}
			q := w.mustOpen(windowProgram(t))
			took, err := patient(w, q)
			if refusals > 100 {
				if diag.CodeOf(err) != diag.SinkFailed || diag.ExitOf(err) != 6 || !errors.Is(err, sinks.ErrNotCommitted) ||
					took < 5*time.Minute {
					t.Fatalf("after %s: %v", took, err)
				}
				w.o.out.Refuse(0, nil)
				_ = q.Close()
				q = w.mustOpen(windowProgram(t))
				err = settle(q)
			}
			if err != nil {
				t.Fatal(err)
			}
			_ = q.Close()
			if got := w.o.all(); !slices.Equal(got, want) || said == 0 {
				t.Fatalf("%d rows, want %d; %d warnings", len(got), len(want), said)
			}
		})
	}
}

// TestRetryEndsWithItsReasons: a cancelled run does not wait for a sink, and neither does an owner that was taken over.
func TestRetryEndsWithItsReasons(t *testing.T) {
	start := func() (*world, *Query) {
		w := newWorld(t)
		w.o.feed(sample()...)
		w.o.finish()
		return w, w.mustOpen(windowProgram(t))
	}
	w, q := start()
	ctx, cancel := context.WithCancelCause(context.Background())
	why := errors.New("enough")
	w.o.out.Refuse(1<<30, func() { cancel(why) })
	if _, err := q.Step(ctx, true); !errors.Is(err, why) {
		t.Errorf("cancelled: %v", err)
	}
	_ = q.Close()

	w, q = start()
	w.o.out.Refuse(1<<30, sync.OnceFunc(func() {
		if err := w.store.Create(context.Background(), "terms/2", []byte(`{"term":2}`), nil); err != nil {
			t.Error(err)
		}
	}))
	if _, err := patient(w, q); diag.CodeOf(err) != diag.FencingLost {
		t.Errorf("taken over: %v", err)
	}
	_ = q.Close()
}
