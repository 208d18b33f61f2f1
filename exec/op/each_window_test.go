package op

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"streamsql/exec/window"
	"streamsql/internal/clock"
	"streamsql/internal/sqltype"
)

// eachTest gives bids a row per window: judged, or as a bare projection does.
func eachTest(s window.Spec, judged bool) opTest {
	stamp := sqltype.TimestampType(3)
	out := append(slices.Clone(bids), sqltype.Field{Name: "window_start", Type: stamp},
		sqltype.Field{Name: "window_end", Type: stamp}, sqltype.Field{Name: "window_time", Type: stamp})
	return opTest{
		name: fmt.Sprintf("%s %s by %s, judged %v", s.Kind, s.Size, s.Step, judged), ports: []port{{schema: bids}}, out: out,
		ordered: true, retracts: true, byEpoch: judged,
		make: func() (Operator, error) {
			p := pipe{}
			w, err := NewWindow(WindowSpec{
				Windows: s, Emit: []window.Col{window.ColEnd}, Judged: judged, Schema: sliceSchema(),
			})
			p = append(p, w)
			if err == nil && judged {
				var l *Late
				l, err = NewLate(LateSpec{Windows: s, SliceCol: len(bids), Schema: sliceSchema()})
				p = append(p, l)
			}
			if err != nil {
				return nil, err
			}
			e, err := NewEachWindow(EachWindowSpec{
				Windows: s, SliceCol: len(bids), Emit: []window.Col{window.ColStart, window.ColEnd, window.ColTime},
				Judged: judged, Schema: out,
			})
			return append(p, e), err
		},
	}
}

// eachModel is the answer by the book.
func eachModel(s window.Spec, judged bool, epochs []epoch) (out [][]tuple, counted Counters) {
	reached := clock.Min
	for _, e := range epochs {
		var rows []tuple
		for i, r := range portRows(e, 0) {
			ts, ok := r.values[0].(int64)
			if !ok {
				counted.NullTime++
				continue
			}
			in, all := 0, windowEnds(s, ts)
			for _, end := range all {
				if judged && clock.EventTime(end-1000) <= max(reached, e.behind[0][i]) {
					continue
				}
				in++
				rows = append(rows, tuple{r.weight, append(slices.Clone(r.values), windowStart(s, end), end, end-1000)})
			}
			switch in {
			case len(all):
			case 0:
				counted.Late++
			default:
				counted.PartlyLate++
			}
		}
		if e.marks != nil {
			reached = e.marks[0]
		}
		out = append(out, rows)
	}
	return out, counted
}

// TestEachWindow: a row leaves once for each window that it counts in.
func TestEachWindow(t *testing.T) {
	for i, s := range overlapping {
		for _, judged := range []bool{false, true} {
			c := eachTest(s, judged)
			r := rand.New(rand.NewPCG(uint64(i), 3))
			c.epochs = windowEpochs(r, randomBids(r, 60), i%2 == 0)
			c.model = func(epochs []epoch) [][]tuple { rows, _ := eachModel(s, judged, epochs); return rows }
			_, c.counted = eachModel(s, judged, c.epochs)
			c.run(t)
		}
	}
}

// TestGaps: times between the windows of a HOP with a long slide are in none, and are dropped without being counted.
func TestGaps(t *testing.T) {
	s := window.Spec{Kind: window.Hop, Size: 2e9, Step: 5e9}
	spec := assignSpec(false)
	spec.Windows = s
	c := opTest{
		ports: []port{{schema: bids}}, out: spec.Schema, ordered: true, rowwise: true, retracts: true,
		make:   func() (Operator, error) { return NewWindow(spec) },
		model:  func(epochs []epoch) [][]tuple { rows, _ := eachModel(s, false, epochs); return rows },
		epochs: windowEpochs(rand.New(rand.NewPCG(1, 3)), randomBids(rand.New(rand.NewPCG(2, 3)), 80), true),
	}
	_, c.counted = eachModel(s, false, c.epochs)
	c.run(t)
}
