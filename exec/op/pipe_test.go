package op

import (
	"errors"
	"time"

	"streamsql/internal/clock"
	"streamsql/internal/zset"
)

// pipe is operators that feed each other, as one operator: those that only make sense together are tested together.
type pipe []Operator

// Open implements Operator.
func (p pipe) Open(s *Setup) (err error) {
	for _, o := range p {
		err = errors.Join(err, o.Open(s))
	}
	return err
}

// Process implements Operator.
func (p pipe) Process(_ int, b *zset.Batch, out Collector) error { return chain{p, out}.Emit(Rows, b) }

// Advance implements Operator.
func (p pipe) Advance(t Tick, out Collector) (w clock.EventTime, err error) {
	for i, o := range p {
		if w, err = o.Advance(t, chain{p[i+1:], out}); err != nil {
			return w, err
		}
		t.In, t.Watermark = []clock.EventTime{w}, w
	}
	return w, nil
}

// Guard implements Guard.
func (p pipe) Guard(input clock.EventTime) {
	for _, o := range p {
		if g, ok := o.(Guard); ok {
			g.Guard(input)
		}
	}
}

// NextDue implements Operator.
func (p pipe) NextDue() (time.Time, bool) { return time.Time{}, false }

// Close implements Operator.
func (p pipe) Close() (err error) {
	for _, o := range p {
		err = errors.Join(err, o.Close())
	}
	return err
}
