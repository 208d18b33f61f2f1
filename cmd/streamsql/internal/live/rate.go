package live

import "time"

// rateSpan is how far back a rate looks: long enough to be calm, short enough to be now.
const rateSpan = 5 * time.Second

// rate is rows per second over the last seconds. It falls to 0 when nothing comes; an epoch that takes longer than the
// span is spread over the time it took. The zero value is empty.
type rate struct {
	marks []mark // ascending; the first is the newest one that is a span old, or the beginning
}

type mark struct {
	at   time.Time
	rows int64 // all rows until then
}

// add notes how many rows there were in all at a time.
func (r *rate) add(at time.Time, rows int64) { r.marks = append(r.marks, mark{at, rows}) }

// perSecond is the rate at a time, not before the last mark.
func (r *rate) perSecond(now time.Time) float64 {
	for len(r.marks) > 1 && now.Sub(r.marks[1].at) >= rateSpan {
		r.marks = r.marks[1:]
	}
	if len(r.marks) == 0 {
		return 0
	}
	first, last := r.marks[0], r.marks[len(r.marks)-1]
	return float64(last.rows-first.rows) / max(now.Sub(first.at).Seconds(), 0.001)
}
