// Package fault holds the named fault points: places where a test, or a person with an environment variable, can make
// the process die, stop, or see an I/O error.
//
// Points are always compiled in; one that is not armed costs an atomic load. Names say the place, not the cause:
// "wal/offsets/linked" is right after the offset record got its final name. Every point that exists is declared in
// points.go, and a test proves that the crash axis reaches each one.
//
//	STREAMSQL_FAULT=wal/offsets/linked:3=kill    die (SIGKILL) the third time the point is passed
//	STREAMSQL_FAULT=sink/staged=stop             SIGSTOP the process: a paused owner (an error on Windows)
//	STREAMSQL_FAULT=state/written=eio            the call fails with EIO; also enospc
//	STREAMSQL_FAULT=state/written=hang           the call never returns
//
// Several are separated by commas.
package fault

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
)

// Action is what happens when an armed point is reached.
type Action uint8

// The actions.
const (
	Kill   Action = iota + 1 // SIGKILL to this process: nothing is flushed, no deferred call runs
	Stop                     // SIGSTOP to this process
	EIO                      // Point returns syscall.EIO
	ENOSPC                   // Point returns syscall.ENOSPC
	Call                     // Point returns what the armed function returns (tests)
	Hang                     // Point says so on stderr and never returns, like a call to a dead network disk
)

type rule struct {
	point  string
	nth    int64 // 1 = first time
	seen   int64
	action Action
	fn     func() error
}

// Set is a group of armed points. A nil *Set is valid and never fires. Safe for concurrent use.
type Set struct {
	armed atomic.Bool
	mu    sync.Mutex
	rules []*rule
	trace func(point string)
}

// Parse reads the text form described in the package comment. An unknown point is an error, so that a typo does not
// make a crash test pass by doing nothing.
func Parse(text string) (*Set, error) {
	s := &Set{}
	for _, part := range strings.Split(text, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		name, act, ok := strings.Cut(part, "=")
		if !ok {
			return nil, fmt.Errorf("fault %q: want point[:n]=action", part)
		}
		nth := int64(1)
		if p, n, has := strings.Cut(name, ":"); has {
			v, err := strconv.ParseInt(n, 10, 64)
			if err != nil || v < 1 {
				return nil, fmt.Errorf("fault %q: %q is not a count", part, n)
			}
			name, nth = p, v
		}
		action, ok := map[string]Action{"kill": Kill, "stop": Stop, "eio": EIO, "enospc": ENOSPC, "hang": Hang}[act]
		if !ok {
			return nil, fmt.Errorf("fault %q: action must be kill, stop, eio, enospc or hang", part)
		}
		if !Known(name) {
			return nil, fmt.Errorf("fault %q: no such point; known are %s", name, strings.Join(Names(), " "))
		}
		s.arm(&rule{point: name, nth: nth, action: action})
	}
	return s, nil
}

// Arm makes the nth passage (1 = first) of point run fn; the error fn returns is what Point returns.
func (s *Set) Arm(point string, nth int, fn func() error) {
	if !Known(point) {
		panic("fault: unknown point " + point)
	}
	s.arm(&rule{point: point, nth: int64(nth), action: Call, fn: fn})
}

// Trace makes fn see every point that is passed (used to prove coverage).
func (s *Set) Trace(fn func(point string)) {
	s.mu.Lock()
	s.trace = fn
	s.mu.Unlock()
	s.armed.Store(true)
}

// Clear disarms everything.
func (s *Set) Clear() {
	s.mu.Lock()
	s.rules, s.trace = nil, nil
	s.mu.Unlock()
	s.armed.Store(false)
}

func (s *Set) arm(r *rule) {
	s.mu.Lock()
	s.rules = append(s.rules, r)
	s.mu.Unlock()
	s.armed.Store(true)
}

// Point marks a place. It returns nil unless an armed rule says otherwise.
func (s *Set) Point(name string) error {
	if s == nil || !s.armed.Load() {
		return nil
	}
	return s.hit(name)
}

func (s *Set) hit(name string) error {
	s.mu.Lock()
	if s.trace != nil {
		s.trace(name)
	}
	var fire *rule
	for _, r := range s.rules {
		if r.point == name {
			if r.seen++; r.seen == r.nth {
				fire = r
			}
		}
	}
	s.mu.Unlock()
	if fire == nil {
		return nil
	}
	switch fire.action {
	case Kill:
		_ = killSelf()
		select {} // never continue past the point while the signal is on its way
	case Stop:
		return stopSelf()
	case Hang:
		fmt.Fprintf(os.Stderr, "fault: hangs at %s\n", name)
		select {}
	case EIO:
		return fmt.Errorf("fault point %s: %w", name, syscall.EIO)
	case ENOSPC:
		return fmt.Errorf("fault point %s: %w", name, syscall.ENOSPC)
	default:
		return fire.fn()
	}
}
