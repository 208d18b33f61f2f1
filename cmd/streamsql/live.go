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
	"streamsql/internal/progress"
	"streamsql/planner"
)

// talk prints one line for people.
func talk(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

// live prints progress: one status line that is redrawn on a terminal, a JSON line per trigger with --progress json,
// otherwise nothing but what is worth saying (late and bad rows).
type live struct {
	mu       sync.Mutex
	json     bool
	terminal bool
	drawn    bool
	last     time.Time
	rows     int64
	out      int64
	since    time.Time
	told     map[string]bool // reasons of dropped rows already told in words
}

func newLive(asJSON bool) *live {
	return &live{json: asJSON, terminal: terminal(os.Stderr) && !asJSON, since: time.Now(), told: map[string]bool{}}
}

// talk prints a line above the status line.
func (l *live) talk(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.erase()
	talk(format, args...)
}

func (l *live) erase() {
	if l.drawn {
		fmt.Fprint(os.Stderr, "\r\x1b[K")
		l.drawn = false
	}
}

// progress shows one committed epoch.
func (l *live) progress(e progress.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.json {
		b, err := json.Marshal(e)
		if err == nil {
			fmt.Fprintf(os.Stderr, "%s\n", b)
		}
		return
	}
	l.rows += e.NumInputRows
	for _, s := range e.Sinks {
		l.out += s.NumOutputRows
	}
	l.tellDropped(e)
	if !l.terminal || (time.Since(l.last) < 100*time.Millisecond && !e.Finished) {
		return
	}
	l.last = time.Now()
	l.erase()
	fmt.Fprint(os.Stderr, statusLine(e, l.rows, l.out, time.Since(l.since)))
	l.drawn = true
}

// tellDropped says once per operator and reason that rows are being dropped; the counts stay in status and progress.
func (l *live) tellDropped(e progress.Event) {
	for _, d := range e.Late {
		key := d.Operator + d.Reason
		if l.told[key] {
			continue
		}
		l.told[key] = true
		l.erase()
		sample := ""
		if d.Sample != "" {
			sample = ": " + d.Sample
		}
		talk("epoch %d: %d rows dropped by %s, reason %s%s (told once; `streamsql status` counts them)", e.BatchID, d.Rows, d.Operator, d.Reason, sample)
	}
	for _, s := range e.Sources {
		key := s.Description + "bad"
		if s.BadRows > 0 && !l.told[key] {
			l.told[key] = true
			l.erase()
			talk("epoch %d: %d bad records in table %s (told once; `streamsql status` counts them)", e.BatchID, s.BadRows, s.Description)
		}
	}
}

func statusLine(e progress.Event, rows, out int64, took time.Duration) string {
	var b strings.Builder
	rate := float64(rows) / max(took.Seconds(), 0.001)
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
		fmt.Fprintf(&b, " | state %s groups, %s", count(groups), size(bytes))
	}
	return b.String()
}

// done leaves the last status line standing.
func (l *live) done() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.drawn {
		fmt.Fprintln(os.Stderr)
		l.drawn = false
	}
}

func count(n int64) string {
	switch {
	case n >= 10_000_000:
		return fmt.Sprintf("%.1f M", float64(n)/1e6)
	case n >= 10_000:
		return fmt.Sprintf("%.1f K", float64(n)/1e3)
	}
	return fmt.Sprint(n)
}

func size(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%d B", n)
}

// announce prints the start-up lines: where the query resumes from, what each path guarantees, the limits in force.
func announce(l *live, prog *planner.Program, q *exec.Query, env exec.Env, trigger exec.Trigger, state string) {
	if state == "" {
		return // a bare SELECT: nothing is kept, nothing resumed
	}
	epoch, rows := q.Resumed()
	if epoch < 0 {
		l.talk("state %s: fresh start", state)
	} else {
		l.talk("state %s: resumes after epoch %d, %d state rows", state, epoch, rows)
	}
	for _, line := range q.Guarantees() {
		l.talk("%s", line)
	}
	for _, t := range prog.Plan.Tables {
		rows, _ := t.Options.Raw("scan.max-rows-per-trigger")
		bytes, _ := t.Options.Raw("scan.max-bytes-per-trigger")
		files, _ := t.Options.Raw("scan.max-files-per-trigger")
		l.talk("limits per trigger for %s: %s rows, %s, %s files; trigger %s; %d lanes", t.Name, rows, bytes, files, trigger, env.Lanes)
	}
}
