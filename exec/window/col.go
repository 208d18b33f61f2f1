package window

// Col is one of the columns by which a query sees a window.
type Col uint8

// The columns of a window: its start, its end, and the event time of what it emits, which Time derives from the end.
const (
	ColStart Col = iota
	ColEnd
	ColTime
)

// String is the column's name in SQL. It is part of the text that names state: it never changes.
func (c Col) String() string {
	return [...]string{"window_start", "window_end", "window_time"}[c]
}

// Of writes the column's value for each of the windows that end at ends to `to`, which is as long.
func (c Col) Of(w Aligned, ends, to []int64) {
	switch c {
	case ColStart:
		w.Starts(ends, to)
	case ColEnd:
		copy(to, ends)
	case ColTime:
		to = to[:len(ends)]
		for i, e := range ends {
			to[i] = Time(e)
		}
	}
}
