package op

import (
	"fmt"
	"time"

	"streamsql/exec/window"
	"streamsql/internal/clock"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

// LateSpec describes a Late.
type LateSpec struct {
	Windows  window.Spec
	TimeCol  int            // event time
	SliceCol int            // the end of each row's slice
	Schema   sqltype.Schema // output: the first columns of the input, perhaps without those that only Late needs
}

// Late drops the rows that come too late for the event-time operator that it judges for, in the scan's stage, where
// every row still has its place in the input.
//
//	input       any mode; a late row or one without event time is judged whatever its weight
//	output      the mode of the input; watermark W. Where a row comes too late for some of its windows only, Behind is
//	            the watermark that each row was judged by. Port LateRows, where it is connected: what is dropped, Behind
//	            being the watermark that each row was judged by
//	state       none; remembers the input watermark of the operator that it judges for; see Guard
//	late rows   those whose last window has closed at the larger of Behind and that operator's input watermark at the end
//	            of the previous epoch: dropped, counted
//	partly late those whose first window has, but not their last: passed on, counted
//	NULL time   dropped, counted
//	cost        one pass over the slices; rows are copied only when some are dropped
type Late struct {
	spec      LateSpec
	windows   window.Assigner
	shared    window.Aligned // the same where windows overlap; else nil
	counters  *Counters
	connected bool            // somebody takes the late rows
	reached   clock.EventTime // input watermark of the operator after the previous epoch

	kept, dropped zset.Selection
	keep, drop    []int32
	lasts         []int64
	marks         []clock.EventTime // of the dropped rows
	kepts         []clock.EventTime // of the kept ones
	partly        int64             // of the batch
	out           zset.Batch
}

// NewLate makes the operator.
func NewLate(spec LateSpec) (*Late, error) {
	w, err := spec.Windows.Assigner()
	if err != nil {
		return nil, err
	}
	l := &Late{spec: spec, windows: w, reached: clock.Min}
	if a, ok := w.(window.Aligned); ok && !a.Disjoint() {
		l.shared = a
	}
	return l, nil
}

// Open implements Operator.
func (l *Late) Open(s *Setup) error {
	l.counters, l.connected = s.Counters, s.Connected.Has(LateRows)
	return nil
}

// Guard implements Guard.
func (l *Late) Guard(input clock.EventTime) { l.reached = max(l.reached, input) }

// Process implements Operator.
func (l *Late) Process(_ int, b *zset.Batch, out Collector) error {
	if b.N == 0 {
		return nil
	}
	if l.clean(b) {
		return l.emit(Rows, b, out)
	}
	l.judge(b)
	if len(l.drop) == 0 {
		return l.pass(b, out)
	}
	if l.connected {
		if err := l.emitLate(b, out); err != nil {
			return err
		}
	}
	if len(l.keep) == 0 {
		return nil
	}
	err := l.pass(l.kept.Take(b, l.keep), out)
	l.kept.Scribble()
	return err
}

// pass hands on the rows that stay, all of b.
func (l *Late) pass(b *zset.Batch, out Collector) error {
	if l.partly == 0 {
		return l.emit(Rows, b, out)
	}
	l.counters.PartlyLate += l.partly
	marked := *b
	marked.Behind = l.kepts
	return l.emit(Rows, &marked, out)
}

// clean reports whether no row can be late or without event time, which is how nearly all batches are. A slice ends
// no later than the last window that it is a part of.
func (l *Late) clean(b *zset.Batch) bool {
	times := b.Cols[l.spec.TimeCol]
	if b.Behind != nil || vec.Count(times.Valid, b.N) < b.N {
		return false
	}
	least := int64(clock.Max)
	for _, s := range vec.Of[int64](b.Cols[l.spec.SliceCol])[:b.N] {
		least = min(least, s)
	}
	return !window.Closed(least, l.reached)
}

// judge divides the rows into those that stay and those that go, and counts the latter.
func (l *Late) judge(b *zset.Batch) {
	slices := vec.Of[int64](b.Cols[l.spec.SliceCol])[:b.N]
	l.lasts = vec.Resize(l.lasts, b.N)
	times := b.Cols[l.spec.TimeCol]
	l.keep, l.drop, l.marks, l.kepts, l.partly = l.keep[:0], l.drop[:0], l.marks[:0], l.kepts[:0], 0
	for i, end := range l.windows.Lasts(slices, l.lasts) {
		mark := l.reached
		if b.Behind != nil {
			mark = max(mark, b.Behind[i])
		}
		switch {
		case !times.Valid.Get(i):
			l.counters.NullTime++
		case window.Closed(end, mark):
			if l.counters.Late++; l.counters.LateSample == "" {
				l.counters.LateSample = l.text(vec.Of[int64](times)[i], slices[i], mark) + lateAt(b, i)
			}
		default:
			l.keep = append(l.keep, int32(i))
			if l.shared != nil {
				l.judgePartly(b, i, slices[i], mark)
			}
			continue
		}
		l.drop = append(l.drop, int32(i))
		l.marks = append(l.marks, mark)
	}
}

// judgePartly notes the watermark that a row which stays was judged by, and whether it comes too late for some
// windows.
func (l *Late) judgePartly(b *zset.Batch, row int, slice int64, mark clock.EventTime) {
	l.kepts = append(l.kepts, mark)
	if opening(l.shared, slice, mark) == allOpen {
		return
	}
	if l.partly++; l.counters.PartlySample == "" {
		ts := vec.Of[int64](b.Cols[l.spec.TimeCol])[row]
		l.counters.PartlySample = l.partlyText(ts, slice, mark) + lateAt(b, row)
	}
}

// emit hands on rows without the columns that only Late needs.
func (l *Late) emit(port int, b *zset.Batch, out Collector) error {
	l.out = *b
	l.out.Schema, l.out.Cols = l.spec.Schema, b.Cols[:len(l.spec.Schema)]
	return out.Emit(port, &l.out)
}

// emitLate hands the dropped rows to whoever takes them.
func (l *Late) emitLate(b *zset.Batch, out Collector) error {
	late := l.dropped.Take(b, l.drop)
	late.Behind = l.marks
	err := l.emit(LateRows, late, out)
	l.dropped.Scribble()
	return err
}

// text describes a late row: `behind watermark 12:00:11 by 9s, window [12:00:00, 12:00:10)`.
func (l *Late) text(ts, slice int64, mark clock.EventTime) string {
	start, end := l.windows.Last(slice)
	show := clockFor(ts, start, end, int64(mark))
	return fmt.Sprintf("behind watermark %s by %s, window [%s, %s)", show(int64(mark)), apart(ts, int64(mark)),
		show(start), show(end))
}

// partlyText describes a partly late row: `behind watermark 12:00:11 by 9s, counts from window [12:00:02, 12:00:12)
// on`.
func (l *Late) partlyText(ts, slice int64, mark clock.EventTime) string {
	end := opening(l.shared, slice, mark)
	start := l.shared.Start(end)
	show := clockFor(ts, start, end, int64(mark))
	return fmt.Sprintf("behind watermark %s by %s, counts from window [%s, %s) on", show(int64(mark)),
		apart(ts, int64(mark)), show(start), show(end))
}

// clockFor prints times: with the date, unless they all share it.
func clockFor(times ...int64) func(int64) string {
	day := func(us int64) string { return clock.EventTime(us).Time().Format(time.DateOnly) }
	for _, t := range times {
		if day(t) != day(times[0]) {
			return clockText
		}
	}
	return func(us int64) string { return clock.EventTime(us).Time().Format("15:04:05.999999") }
}

// lateAt says where a late row came from, when that is known.
func lateAt(b *zset.Batch, row int) string {
	if b.Origin == nil || b.Origin.Offset == nil {
		return ""
	}
	return ", " + b.Origin.Offset(b.RowOf(row))
}

// apart is the distance from a to b ≥ a as people write it; distances beyond time.Duration are cut off there.
func apart(a, b int64) string {
	const most = int64(1<<63-1) / 1000
	if d := b - a; d >= 0 && d <= most {
		return (time.Duration(d) * time.Microsecond).String()
	}
	return "centuries"
}

// clockText prints event time.
func clockText(us int64) string { return clock.EventTime(us).String() }

// Advance implements Operator.
func (l *Late) Advance(t Tick, _ Collector) (clock.EventTime, error) { return t.Watermark, nil }

// NextDue implements Operator.
func (l *Late) NextDue() (time.Time, bool) { return time.Time{}, false }

// Close implements Operator.
func (l *Late) Close() error { return nil }
