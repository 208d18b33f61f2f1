package live

import (
	"sync"
	"time"

	"streamsql/internal/progress"
)

// Screen is what is drawn on: a frame at the bottom of a terminal, whose last line is the status. Safe for concurrent
// use.
type Screen interface {
	// SetStatus changes the last line of the frame; "" takes it away. It shows at the next Refresh.
	SetStatus(line string)
	// Refresh draws the frame if it, or the size of the terminal, has changed.
	Refresh()
	// Done draws the frame for the last time and leaves it as text. What is set later begins another frame.
	Done()
}

// Options are how a run is shown.
type Options struct {
	Screen Screen // nil: nothing is drawn
	// Status puts the status line on the screen. Without it the screen is for a result alone.
	Status bool
	Now    func() time.Time
}

// Live shows one run. Epoch and Done may be called by different goroutines.
type Live struct {
	o Options

	mu   sync.Mutex
	last *progress.Event
	rows int64 // read since the start
	out  int64
	rate rate

	quit, ended chan struct{} // nil when nothing is drawn, or no more
}

// redraw is how often the screen follows what happens, and the rate the time: smooth for an eye, cheap for a terminal
// at the end of a slow line.
const redraw = 100 * time.Millisecond

// Start begins to draw.
func Start(o Options) *Live {
	l := &Live{o: o}
	l.rate.add(o.Now(), 0)
	if o.Screen != nil {
		l.quit, l.ended = make(chan struct{}), make(chan struct{})
		go l.follow()
	}
	return l
}

// follow redraws until Done. It asks for the size of the terminal each time, which finds a resize on every system.
func (l *Live) follow() {
	defer close(l.ended)
	ticker := time.NewTicker(redraw)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			l.show()
			l.o.Screen.Refresh()
		case <-l.quit:
			return
		}
	}
}

// show puts the status as of now on the screen.
func (l *Live) show() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.last != nil && l.o.Status {
		l.o.Screen.SetStatus(statusLine(*l.last, l.rows, l.out, l.rate.perSecond(l.o.Now())))
	}
}

// Epoch notes one committed epoch.
func (l *Live) Epoch(e progress.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rows += e.NumInputRows
	for _, s := range e.Sinks {
		l.out += s.NumOutputRows
	}
	now := l.o.Now()
	l.rate.add(now, l.rows)
	l.rate.perSecond(now) // forgets what is old: without a screen nobody else asks
	l.last = &e
}

// Done draws the last status and leaves it as text. It may be called again.
func (l *Live) Done() {
	if l.quit == nil {
		return
	}
	close(l.quit)
	<-l.ended // a redraw that was under way would bring the frame back
	l.quit = nil
	l.show()
	l.o.Screen.Done()
}
