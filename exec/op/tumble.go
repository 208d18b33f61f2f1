package op

import (
	"fmt"
	"time"

	"streamsql/exec/window"
	"streamsql/internal/clock"
	"streamsql/internal/diag"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

// TumbleSpec describes a Tumble.
type TumbleSpec struct {
	TimeCol int
	Size    time.Duration
	Offset  time.Duration
	Emit    []window.Col   // appended columns, in order
	Late    bool           // judge lateness here
	Schema  sqltype.Schema // output: the input's columns, then the appended ones
	Span    diag.Span
}

// Tumble appends the columns of the window that each row's event time falls into.
//
//	input       any mode; a late row or one without event time is judged whatever its weight
//	output      the mode of the input; watermark W
//	state       none; remembers its input watermark of the previous epoch, which Resume restores
//	late rows   window_end − 1 ms ≤ max(Behind of the row, input watermark at the end of the previous epoch):
//	            dropped, counted
//	NULL time   dropped, counted
//	cost        one pass over the times; rows are copied only when some are dropped
type Tumble struct {
	spec     TumbleSpec
	window   window.Tumble
	counters *Counters
	clock    *EpochClock
	reached  clock.EventTime // input watermark at the end of the previous epoch

	timed   zset.Selection // rows with an event time
	kept    zset.Selection // rows that are not late
	sel     []int32
	times   []int64
	ends    []int64
	windows []vec.Vec
	out     zset.Batch
}

// NewTumble makes the operator.
func NewTumble(spec TumbleSpec) (*Tumble, error) {
	w, err := window.NewTumble(spec.Size, spec.Offset)
	if err != nil {
		return nil, err
	}
	return &Tumble{spec: spec, window: w, reached: clock.Min, windows: make([]vec.Vec, len(spec.Emit))}, nil
}

// Open implements Operator.
func (t *Tumble) Open(s *Setup) error {
	t.counters, t.clock = s.Counters, s.Epoch
	return nil
}

// Resume implements Resumer.
func (t *Tumble) Resume(in []clock.EventTime, _ clock.EventTime) { t.reached = Least(in) }

// Process implements Operator.
func (t *Tumble) Process(_ int, b *zset.Batch, out Collector) error {
	if b.N == 0 {
		return nil
	}
	if timed := b.Cols[t.spec.TimeCol]; timed.Valid != nil {
		t.sel = vec.SelectionOf(timed.Valid, b.N, t.sel)
		if missing := b.N - len(t.sel); missing > 0 {
			t.counters.NullTime += int64(missing)
			b = t.timed.Take(b, t.sel)
		}
	}
	least, err := t.assign(b)
	if err != nil {
		return err
	}
	if t.spec.Late && (b.Behind != nil || window.Closed(least, t.reached)) {
		b = t.dropLate(b)
	}
	if b.N == 0 {
		return nil
	}
	t.append(b)
	err = out.Emit(Rows, &t.out)
	zset.Scribble(t.windows)
	t.timed.Scribble()
	t.kept.Scribble()
	return err
}

// assign computes the window end of every row and returns the least.
func (t *Tumble) assign(b *zset.Batch) (int64, error) {
	t.times = vec.Of[int64](b.Cols[t.spec.TimeCol])[:b.N]
	if cap(t.ends) < b.N {
		t.ends = make([]int64, b.N, b.N+b.N/4)
	}
	t.ends = t.ends[:b.N]
	least, bad := t.window.Ends(t.times, t.ends)
	if bad < 0 {
		return least, nil
	}
	return 0, diag.At(diag.WindowRange, t.spec.Span, "the time of %s has no window of %s within event time, epoch %d",
		placeOf(b, bad), t.spec.Size, t.clock.Epoch).WithHint("filter out such times before the window")
}

// dropLate removes and counts the late rows; t.ends follows.
func (t *Tumble) dropLate(b *zset.Batch) *zset.Batch {
	t.sel = t.sel[:0]
	n := 0
	for i, end := range t.ends {
		mark := t.reached
		if b.Behind != nil && b.Behind[i] > mark {
			mark = b.Behind[i]
		}
		if window.Closed(end, mark) {
			if t.counters.Late++; t.counters.LateSample == "" {
				t.counters.LateSample = t.lateText(t.times[i], end, mark) + lateAt(b, i)
			}
			continue
		}
		t.sel = append(t.sel, int32(i))
		t.ends[n] = end
		n++
	}
	if n == b.N {
		return b
	}
	t.ends = t.ends[:n]
	return t.kept.Take(b, t.sel)
}

// lateText describes a late row for people: `behind watermark 12:00:11 by 9s, window [12:00:00, 12:00:10)`. The date is
// shown unless all times share it.
func (t *Tumble) lateText(ts, end int64, mark clock.EventTime) string {
	start := t.window.Start(end)
	day := func(us int64) string { return clock.EventTime(us).Time().Format(time.DateOnly) }
	show := clockText
	if d := day(ts); d == day(start) && d == day(end) && d == day(int64(mark)) {
		show = func(us int64) string { return clock.EventTime(us).Time().Format("15:04:05.999999") }
	}
	return fmt.Sprintf("behind watermark %s by %s, window [%s, %s)", show(int64(mark)), apart(ts, int64(mark)),
		show(start), show(end))
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

// append makes t.out the rows of b with the window columns.
func (t *Tumble) append(b *zset.Batch) {
	for k, col := range t.spec.Emit {
		v := &t.windows[k]
		v.Reset(t.spec.Schema[len(b.Cols)+k].Type, b.N)
		windowColumn(vec.Of[int64](v), t.ends, col, t.window.Size())
	}
	cols := append(t.out.Cols[:0], b.Cols...)
	for k := range t.windows {
		cols = append(cols, &t.windows[k])
	}
	t.out = *b
	t.out.Schema, t.out.Cols = t.spec.Schema, cols
}

// windowColumn derives a window column from window ends.
func windowColumn(to, ends []int64, col window.Col, size int64) {
	shift := int64(0)
	switch col {
	case window.ColStart:
		shift = size
	case window.ColTime:
		shift = window.Millisecond
	}
	to = to[:len(ends)]
	for i, e := range ends {
		to[i] = e - shift
	}
}

// Advance implements Operator: the watermark passes through, and is what the next epoch's rows are judged by.
func (t *Tumble) Advance(tick Tick, _ Collector) (clock.EventTime, error) {
	t.reached = max(t.reached, tick.Watermark)
	return tick.Watermark, nil
}

// NextDue implements Operator.
func (t *Tumble) NextDue() (time.Time, bool) { return time.Time{}, false }

// Close implements Operator.
func (t *Tumble) Close() error { return nil }
