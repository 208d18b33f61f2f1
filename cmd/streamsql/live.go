package main

import (
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strings"
	"sync"
	"time"

	"streamsql/exec"
	"streamsql/internal/diag"
	"streamsql/internal/progress"
	"streamsql/planner"
	"streamsql/sinks/console"
)

// live prints progress: on a terminal one status line that is redrawn in place, a JSON line per trigger with --progress
// json, otherwise nothing but what is worth saying (late and bad rows).
type live struct {
	mu     sync.Mutex
	json   bool
	screen *console.Screen // nil: no status line
	shown  bool            // stderr is a terminal: the status goes there
	state  string          // folder of the checkpoint; "" = none is kept
	last   *progress.Event
	rows   int64
	out    int64
	rate   rate
	told   map[string]bool // reasons of dropped rows already told in words

	quit, ended chan struct{}
}

// redraw is how often the screen follows what happens, and the rate the time.
const redraw = 100 * time.Millisecond

func newLive(asJSON bool) *live {
	l := &live{json: asJSON, screen: tty.screen, shown: terminal(os.Stderr) && !asJSON, told: map[string]bool{}}
	l.rate.add(time.Now(), 0)
	if l.screen != nil {
		l.quit, l.ended = make(chan struct{}), make(chan struct{})
		go l.follow()
	}
	return l
}

// follow redraws until done. It asks for the size of the terminal each time, which finds a resize on every system.
func (l *live) follow() {
	defer close(l.ended)
	ticker := time.NewTicker(redraw)
	defer ticker.Stop()
	for {
		select {
		case now := <-ticker.C:
			l.show(now)
			l.screen.Refresh()
		case <-l.quit:
			return
		}
	}
}

// show puts the status as of now on the screen.
func (l *live) show(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.last != nil && l.shown {
		l.screen.SetStatus(statusLine(*l.last, l.rows, l.out, l.rate.perSecond(now)))
	}
}

// talk prints a line above the status line.
func (l *live) talk(format string, args ...any) { talk(format, args...) }

// progress notes one committed epoch.
func (l *live) progress(e progress.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.json {
		if b, err := json.Marshal(e); err == nil {
			talk("%s", b)
		}
		return
	}
	l.rows += e.NumInputRows
	for _, s := range e.Sinks {
		l.out += s.NumOutputRows
	}
	l.rate.add(time.Now(), l.rows)
	l.rate.perSecond(time.Now()) // forgets what is old
	l.last = &e
	l.tellDropped(e)
}

// tellDropped says what an epoch dropped. Under mode log it names the first record of each kind, which is all that people
// will ever see of them; anything else is told once per operator and reason, and the counts stay in status and progress.
func (l *live) tellDropped(e progress.Event) {
	for _, d := range e.Late {
		if len(d.Kinds) > 0 {
			tellKinds(e.BatchID, "dropped by "+d.Operator, d.Rows, d.Kinds)
			continue
		}
		sample := ""
		if d.Sample != "" {
			sample = ": " + d.Sample
		}
		l.once(d.Operator+d.Reason, "epoch %d: %s dropped by %s, reason %s%s", e.BatchID, diag.Plural(d.Rows, "row"), d.Operator, d.Reason, sample)
	}
	for _, s := range e.Sources {
		switch {
		case len(s.BadKinds) > 0:
			tellKinds(e.BatchID, "table "+s.Description, s.BadRows, s.BadKinds)
		case s.BadRows > 0:
			l.once(s.Description+"bad", "epoch %d: %s in table %s", e.BatchID, diag.Plural(s.BadRows, "bad record"), s.Description)
		}
	}
}

// tellKinds names the first of each kind; rows are all that were dropped.
func tellKinds(epoch int64, where string, rows int64, kinds []progress.Kind) {
	for _, k := range kinds {
		rows -= k.Rows
		more := ""
		if k.Rows > 1 {
			more = fmt.Sprintf(" (and %d more of this kind)", k.Rows-1)
		}
		talk("epoch %d: %s: %s [%s]%s", epoch, where, k.First, k.Code, more)
	}
	if rows > 0 {
		talk("epoch %d: %s: %s of other kinds", epoch, where, fmt.Sprintf("%d more", rows))
	}
}

// once says something the first time, and where its counts are from then on.
func (l *live) once(key, format string, args ...any) {
	if l.told[key] {
		return
	}
	l.told[key] = true
	counts := "--progress json counts them"
	if l.state != "" {
		counts = "`streamsql status " + l.state + "` counts them"
	}
	talk("%s (told once; %s)", fmt.Sprintf(format, args...), counts)
}

// statusLine is what a person wants to know first, first: a narrow terminal shows its beginning.
func statusLine(e progress.Event, rows, out int64, rate float64) string {
	var b strings.Builder
	fmt.Fprintf(&b, "epoch %d | in %s (%s/s) | out %s", e.BatchID, count(rows), count(int64(rate)), count(out))
	tables := make([]string, 0, len(e.EventTime))
	for t := range e.EventTime {
		tables = append(tables, t)
	}
	sort.Strings(tables)
	for _, t := range tables {
		fmt.Fprintf(&b, " | watermark %s %s", t, e.EventTime[t])
	}
	var groups, bytes int64
	for _, s := range e.StateOperators {
		groups += s.NumRowsTotal
		bytes += s.MemoryUsedBytes
	}
	if groups > 0 {
		fmt.Fprintf(&b, " | state %s %s, %s", count(groups), verb(groups, "group", "groups"), byteSize(bytes))
	}
	return b.String()
}

// done draws the last status and leaves it as text.
func (l *live) done() {
	if l.quit == nil {
		return
	}
	close(l.quit)
	<-l.ended
	l.quit = nil
	l.show(time.Now())
	l.screen.Done()
}

// announce prints the start-up lines: where the query resumes from, what each path guarantees, the limits in force.
func announce(l *live, prog *planner.Program, q *exec.Query, env exec.Env, trigger exec.Trigger, state string) {
	l.state = state
	if state == "" {
		return // a bare SELECT: nothing is kept, nothing resumed
	}
	epoch, rows := q.Resumed()
	if epoch < 0 {
		l.talk("state %s: fresh start", state)
	} else {
		l.talk("state %s: resumes after epoch %d, %s", state, epoch, diag.Plural(rows, "state row"))
	}
	for _, line := range q.Guarantees() {
		l.talk("%s", line)
	}
	for _, t := range prog.Plan.Tables {
		bytes, _ := t.Options.Raw("scan.max-bytes-per-trigger")
		rows, files := t.Options.Int("scan.max-rows-per-trigger"), t.Options.Int("scan.max-files-per-trigger")
		l.talk("limits per trigger for %s: %s, %s, %s; trigger %s; %s", t.Name, diag.Plural(rows, "row"), bytes, diag.Plural(files, "file"),
			trigger, diag.Plural(env.Lanes, "lane"))
	}
}
