package session

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"

	"streamsql/internal/diag"
)

// scripted is a stopper whose signals, timers and end the test holds in its hand.
type scripted struct {
	*stopper
	signals chan os.Signal
	timers  chan chan time.Time
	left    chan error
	system  chan struct{}
	closed  chan struct{}
	ctx     context.Context
}

func newScripted(t *testing.T) *scripted {
	ctx, cancel := context.WithCancelCause(context.Background())
	s := &scripted{
		signals: make(chan os.Signal), timers: make(chan chan time.Time), left: make(chan error, 1),
		system: make(chan struct{}), closed: make(chan struct{}), ctx: ctx,
	}
	s.stopper = &stopper{
		draining: make(chan struct{}), ended: make(chan struct{}), closed: s.closed, cancel: cancel,
		deadline: time.Second,
		after: func(time.Duration) <-chan time.Time {
			c := make(chan time.Time)
			s.timers <- c
			return c
		},
		say: func(string, ...any) {}, toSystem: func() { close(s.system) }, leave: func(why error) { s.left <- why },
	}
	done := make(chan struct{})
	go func() { defer close(done); s.watch(s.signals) }()
	t.Cleanup(func() {
		<-done
		goleak.VerifyNone(t, goleak.IgnoreCurrent())
	})
	return s
}

// The second signal cancels with 130, gives further signals to the system, and ends a process that has not gone by
// itself.
func TestSecondSignal(t *testing.T) {
	s := newScripted(t)
	s.signals <- os.Interrupt
	<-s.draining
	<-s.timers // the deadline
	s.signals <- os.Interrupt
	<-s.ctx.Done()
	grace := <-s.timers
	<-s.system
	grace <- time.Time{}
	why, cause := <-s.left, context.Cause(s.ctx)
	if !errors.Is(why, errStopNow) || diag.ExitOf(why) != 130 || !errors.Is(cause, errStopNow) {
		t.Fatalf("left with %v, cancelled by %v", why, cause)
	}
}

// The deadline cancels with 15; a signal after it is still the second one.
func TestDeadline(t *testing.T) {
	for _, second := range []bool{false, true} {
		s := newScripted(t)
		s.signals <- os.Interrupt
		<-s.draining
		(<-s.timers) <- time.Time{}
		<-s.ctx.Done()
		grace, exit := <-s.timers, diag.ExitDrain
		if second {
			s.signals <- os.Interrupt
			<-s.system
			exit = diag.ExitStopped
		}
		grace <- time.Time{}
		if why := <-s.left; diag.ExitOf(why) != exit || diag.CodeOf(context.Cause(s.ctx)) != diag.DrainDeadline {
			t.Fatalf("left with %v, cancelled by %v", why, context.Cause(s.ctx))
		}
	}
}

// A run that has ended has no deadline to miss, and its process may still be stopped.
func TestDeadlineAfterTheEnd(t *testing.T) {
	s := newScripted(t)
	s.runEnded()
	s.runEnded()
	s.signals <- os.Interrupt
	<-s.draining
	late := <-s.timers
	select {
	case late <- time.Time{}:
	case <-s.ctx.Done():
		t.Fatal("cancelled")
	default:
	}
	close(s.closed)
	if s.ctx.Err() != nil {
		t.Fatal("cancelled")
	}
}
