package exec

import (
	"slices"
	"time"

	"streamsql/exec/flow"
	"streamsql/internal/option"
	"streamsql/planner/physical"
	"streamsql/wal"
)

// Idleness: which partitions do not hold the watermark back. A partition is idle when its source reports that it stands
// at its end, and has done so for the timeout, by the epoch's clock, since its last row or since the process began. One
// that waits for its turn, for room or for a broker is behind, not idle. What was found is in offsets/N: a repeated
// epoch must close the same windows.

// quiet is what a table's partitions have been seen to do.
type quiet struct {
	timeout time.Duration        // 0: no partition ever becomes idle
	last    map[string]time.Time // partition → clock of the last epoch with rows of it, in this process
	began   time.Time            // the process reads since then
}

func newQuiet(timeout time.Duration, began time.Time) quiet {
	return quiet{timeout: timeout, last: map[string]time.Time{}, began: began}
}

// idleTimeout is the table's own option, or the setting for all.
func (q *Query) idleTimeout(t *physical.Table) time.Duration {
	if t.Options.Given(option.KeyIdleTimeout) {
		return t.Options.Duration(option.KeyIdleTimeout)
	}
	return q.prog.Settings.IdleTimeout
}

// maxAhead is how far a row may be ahead of the epoch's clock and move the watermark. A bounded table is read as it is:
// its rows may be of any time, and nobody waits for it to go on.
func (q *Query) maxAhead(t *physical.Table) time.Duration {
	if given := q.prog.Settings.MaxAhead; given != nil {
		return *given
	}
	if t.Bounded {
		return 0
	}
	return defaultMaxAhead
}

// defaultMaxAhead is far beyond every clock that is only wrong by its zone.
const defaultMaxAhead = 24 * time.Hour

// until is when a partition becomes idle if nothing comes.
func (s *quiet) until(partition string) time.Time {
	return laterOf(s.last[partition], s.began).Add(s.timeout)
}

// note remembers which partitions gave rows to an epoch.
func (s *quiet) note(cut flow.Cut, at time.Time) {
	for _, m := range cut.Morsels {
		if m.Chunk.Records > 0 {
			s.last[m.Chunk.Partition] = at
		}
		if m.Chunk.Gone {
			delete(s.last, m.Chunk.Partition) // senders that come and go for years would fill it
		}
	}
}

// judgeIdle finds the idle partitions of an epoch that begins now, by table, and tells the feeds. A table whose input
// has ended is listed with all its partitions, be it that there are none.
func (q *Query) judgeIdle(p *planned) {
	idle := map[string][]string{}
	for i, t := range q.tables {
		cut := p.feeds[i].Cut
		t.quiet.note(cut, p.clock)
		if cut.Ended && !p.final && len(q.tables) > 1 {
			idle[t.plan.Name] = t.partitions(cut)
			continue
		}
		if list := t.idleAt(p.clock); len(list) > 0 {
			idle[t.plan.Name] = list
		}
	}
	q.setIdle(p, idle)
}

// setIdle is judgeIdle with what the log says.
func (q *Query) setIdle(p *planned, idle map[string][]string) {
	p.idle = idle
	for i, t := range q.tables {
		list, listed := idle[t.plan.Name]
		f := &p.feeds[i]
		f.Idle, f.Rests = list, listed && all(t.partitions(f.Cut), list)
	}
}

// idleAt are the partitions that are idle at a moment.
func (t *table) idleAt(now time.Time) []string {
	if t.quiet.timeout == 0 {
		return nil
	}
	return slices.DeleteFunc(t.reader.AtEnd(), func(part string) bool { return now.Before(t.quiet.until(part)) })
}

// partitions are those that count for the watermark once the cut has been read.
func (t *table) partitions(cut flow.Cut) []string {
	out := t.reader.Partitions()
	for _, m := range cut.Morsels {
		if !slices.Contains(out, m.Chunk.Partition) {
			out = append(out, m.Chunk.Partition)
		}
	}
	if out == nil {
		out = []string{} // in the log an empty list is one, null is none
	}
	return out
}

// all reports whether every partition is in a list.
func all(partitions, list []string) bool {
	return !slices.ContainsFunc(partitions, func(p string) bool { return !slices.Contains(list, p) })
}

// idleDue is the time at which a partition becomes idle and some other that is not idle would then go on alone. When
// none would, the watermark stays, and there is no epoch without rows.
func (q *Query) idleDue() (due time.Time, ok bool) {
	awake := 0
	for _, t := range q.tables {
		known := q.idle[t.plan.Name]
		for _, part := range t.reader.Partitions() {
			if !slices.Contains(known, part) {
				awake++
			}
		}
		for _, part := range t.ends() {
			if at := t.quiet.until(part); !slices.Contains(known, part) && (!ok || at.Before(due)) {
				due, ok = at, true
			}
		}
	}
	return due, ok && awake > q.goingBy(due)
}

// ends are the partitions that may become idle by waiting.
func (t *table) ends() []string {
	if t.quiet.timeout == 0 || t.reader.Ended() {
		return nil
	}
	return t.reader.AtEnd()
}

// goingBy counts the partitions that become idle until a moment.
func (q *Query) goingBy(due time.Time) (n int) {
	for _, t := range q.tables {
		for _, part := range t.ends() {
			if !slices.Contains(q.idle[t.plan.Name], part) && !t.quiet.until(part).After(due) {
				n++
			}
		}
	}
	return n
}

// resumeIdle takes over what the last commit says.
func (q *Query) resumeIdle(c *wal.CommitRecord) {
	q.idle = c.Idle
	rests := map[int]bool{}
	for _, t := range q.tables {
		list, listed := c.Idle[t.plan.Name]
		rests[t.node] = listed && all(t.reader.Partitions(), list)
	}
	q.graph.SetRest(rests)
}
