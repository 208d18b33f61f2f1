package session

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"

	"streamsql/internal/diag"
)

// errStopNow is the cause of a context cancelled by the second signal.
var errStopNow error = diag.New(diag.Stopped, "stopped by a second signal").
	WithHint("nothing is lost: the next start repeats the epoch under way")

// graceful is how long a cancelled run may take to put things away. Nothing that matters waits for it, since a process
// may be killed at any moment: it only spares the next start some leftovers.
const graceful = 500 * time.Millisecond

// stopper turns signals into the ways to stop:
//
//	first signal            draining is closed: the epoch under way is finished and committed (exit 0)
//	the drain deadline      the run is cancelled (exit 15)
//	second signal           the run is cancelled (exit 130)
//	third signal            the system's default: the process dies
//
// A cancelled run may be stuck in a call that no context reaches (a write to a dead network disk), so the process is
// ended from here when it has not ended by itself within the grace.
type stopper struct {
	draining chan struct{}
	cancel   context.CancelCauseFunc
	deadline time.Duration
	after    func(time.Duration) <-chan time.Time
	say      func(format string, args ...any)
	toSystem func()      // gives signals back to the system
	leave    func(error) // ends the process

	ended  chan struct{}   // no epoch is under way any more
	closed <-chan struct{} // nobody listens any more
	once   sync.Once
}

// stopping begins to listen, until the session is closed.
func (s *Session) stopping(cancel context.CancelCauseFunc, deadline time.Duration) *stopper {
	signals := make(chan os.Signal, 3)
	release := sync.OnceFunc(s.host.Notify(signals))
	stop := &stopper{
		draining: make(chan struct{}), ended: make(chan struct{}), closed: s.closed, cancel: cancel, deadline: deadline,
		after: time.After, say: s.Say, toSystem: release,
		leave: func(why error) { s.host.Exit(s.Report(why)) },
	}
	s.runs.Go(func() {
		defer release()
		stop.watch(signals)
	})
	return stop
}

// runEnded lifts the deadline: no epoch is under way any more.
func (s *stopper) runEnded() { s.once.Do(func() { close(s.ended) }) }

// watch goes through the ways to stop, one signal after the other.
func (s *stopper) watch(signals <-chan os.Signal) {
	select {
	case <-signals:
	case <-s.closed:
		return
	}
	if !s.isEnded() {
		s.say("draining: finishing the epoch under way (a second signal stops at once)")
	}
	close(s.draining)
	why := s.next(signals)
	if why == nil {
		return
	}
	s.cancel(why)
	over := s.after(graceful)
	if !errors.Is(why, errStopNow) {
		select {
		case <-over:
			s.leave(why)
			return
		case <-s.closed:
			return
		case <-signals: // the second one, which does not wait
			why = errStopNow
		}
	}
	s.toSystem()
	select {
	case <-over:
		s.leave(why)
	case <-s.closed:
	}
}

// next waits for what follows the first signal; nil when nobody listens any more.
func (s *stopper) next(signals <-chan os.Signal) error {
	late, ended := s.after(s.deadline), s.ended
	for {
		select {
		case <-s.closed:
			return nil
		case <-signals:
			return errStopNow
		case <-late:
			// select picks at random when the run ends at the deadline; it has not missed it then.
			if s.isEnded() {
				late = nil
				continue
			}
			return diag.New(diag.DrainDeadline, "the epoch under way did not end within %s", s.deadline).
				WithHint("nothing is lost: the next start repeats it")
		case <-ended:
			late, ended = nil, nil
		}
	}
}

func (s *stopper) isEnded() bool {
	select {
	case <-s.ended:
		return true
	default:
		return false
	}
}
