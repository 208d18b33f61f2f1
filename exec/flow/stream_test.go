package flow

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"streamsql/exec/op"
	"streamsql/internal/clock"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
	"streamsql/sinks"
)

const (
	showers  = 24 // windows that fire
	showered = 60 // rows of each
)

// shower emits many windows in Advance. Each lane has its share of the rows of a window, in batches of a size of its
// own; lanes are slow at different windows.
type shower struct {
	still
	base  int64
	lanes int
	lane  int
	fail  func(window int) error // on this lane
	after func()                 // each emission
}

func (s *shower) Touched() int { return smallEpoch + 1 }

func (s *shower) Advance(t op.Tick, out op.Collector) (clock.EventTime, error) {
	for w := range showers {
		if s.fail != nil {
			if err := s.fail(w); err != nil {
				return 0, err
			}
		}
		if (w/8)%s.lanes == s.lane {
			for range 50 {
				runtime.Gosched()
			}
		}
		from, to := showered*s.lane/s.lanes, showered*(s.lane+1)/s.lanes
		for size := 3 + s.lane; from < to; from += size {
			var rows [][2]int64
			for r := from; r < min(from+size, to); r++ {
				rows = append(rows, [2]int64{int64(r), s.base + int64(w*100+r)})
			}
			b := keyedBatch(rows...)
			b.Order.Seq = uint64(w)
			if err := out.Emit(op.Rows, b); err != nil {
				return 0, err
			}
			s.after()
		}
	}
	return t.Watermark, nil
}

// evenOnly passes on the windows with an even number.
type evenOnly struct{ still }

func (evenOnly) Process(_ int, b *zset.Batch, out op.Collector) error {
	if vec.Of[int64](b.Cols[1])[0]/100%2 == 1 {
		return nil
	}
	return out.Emit(op.Rows, b)
}

// showering is a graph of two showers a and b. Its sinks take: a and b; b and the even windows of a; these alone.
// So each of them makes lanes wait where another one does not.
func showering(t *testing.T, lanes int, limit int64, to []sinks.Sink, tune func(s *shower)) *Graph {
	t.Helper()
	var g *Graph
	node := func(id string, base int64) Node {
		return Node{ID: id, Schema: keyed, Inputs: []Edge{{From: 0, Route: Hash, Keys: []int{0}}},
			New: func(lane int) (op.Operator, error) {
				s := &shower{base: base, lanes: lanes, lane: lane}
				s.after = func() { holdsLess(t, g, lane) }
				if tune != nil {
					tune(s)
				}
				return s, nil
			}}
	}
	sink := func(i int, inputs ...Edge) Node {
		return Node{ID: fmt.Sprint("sink", i), Schema: keyed, Inputs: inputs,
			Sink: &Sink{Name: fmt.Sprint("s", i), Sink: to[i]}}
	}
	spec := Spec{Lanes: lanes, Nodes: []Node{keyedScan("scan"), node("a", 0), node("b", 1_000_000),
		{ID: "even", Schema: keyed, Inputs: []Edge{{From: 1}}, New: same(evenOnly{})},
		sink(0, Edge{From: 1}, Edge{From: 2, Port: 1}), sink(1, Edge{From: 2}, Edge{From: 3, Port: 1}),
		sink(2, Edge{From: 3})}}
	var err error
	if g, err = New(spec, func(*Node, int) op.Setup { return op.Setup{} }); err != nil {
		t.Fatal(err)
	}
	g.turns.limit = limit
	return g
}

// holdsLess checks that a lane holds no more than the limit between two emissions.
func holdsLess(t *testing.T, g *Graph, lane int) {
	g.turns.mu.Lock()
	defer g.turns.mu.Unlock()
	for _, o := range g.outputs {
		if o != nil && g.turns.apart && o.lanes[lane].held >= g.turns.limit && o.err == nil {
			t.Errorf("lane %d holds %d bytes", lane, o.lanes[lane].held)
		}
	}
}

// TestFiringWindowsStream: however little a lane may hold and however many sinks there are, nothing locks up, every
// number of lanes writes the same, and nobody holds more than the limit.
func TestFiringWindowsStream(t *testing.T) {
	var want []string
	for _, lanes := range laneCounts {
		for _, limit := range []int64{1, 100, 1 << 20} {
			for range 3 {
				texts := []*textSink{{}, {}, {}}
				g := showering(t, lanes, limit, []sinks.Sink{texts[0], texts[1], texts[2]}, nil)
				if _, err := runAll(t, g, &numbers{n: 20, size: 8}, 2); err != nil {
					t.Fatal(err)
				}
				for i, s := range texts {
					if len(want) == i {
						want = append(want, s.text.String())
					}
					if got := s.text.String(); got != want[i] || got == "" {
						t.Fatalf("%d lanes, limit %d, sink %d:\n%s\nwant\n%s", lanes, limit, i, got, want[i])
					}
				}
			}
		}
	}
	if n := strings.Count(want[0], " "); n != 2*showers*showered {
		t.Fatalf("%d rows", n)
	}
}

// TestOneLaneWritesAtOnce: nothing is held when nobody can come before.
func TestOneLaneWritesAtOnce(t *testing.T) {
	sink := &textSink{}
	emitted := 0
	g := showering(t, 1, maxHeld, []sinks.Sink{sink, &textSink{}, &textSink{}}, func(s *shower) {
		s.after = func() {
			emitted++
			if n := strings.Count(sink.text.String(), " "); n != emitted*3 {
				t.Errorf("%d rows are written after %d batches of 3", n, emitted)
			}
		}
	})
	if _, err := runAll(t, g, &numbers{n: 20, size: 8}, 1); err != nil {
		t.Fatal(err)
	}
}

// TestFailureLeavesNobodyWaiting: an operator or a sink that fails or panics on one lane ends the epoch with its own
// error, although the other lanes wait for that lane's turn. TestMain looks for goroutines that were left.
func TestFailureLeavesNobodyWaiting(t *testing.T) {
	for _, c := range []struct {
		name, says string
		operator   func(window int) error
		write      func() error
	}{
		{name: "operator fails", says: "no space", operator: func(int) error { return errors.New("no space") }},
		{name: "operator panics", says: "boom", operator: func(int) error { panic("boom") }},
		{name: "sink fails", says: "disk gone", write: func() error { return errors.New("disk gone") }},
		{name: "sink panics", says: "boom", write: func() error { panic("boom") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, lanes := range laneCounts {
				for failing := range lanes {
					bad := &brittleSink{}
					if c.write != nil {
						bad.fail = func(n int) error {
							if n < 50 {
								return nil
							}
							return c.write()
						}
					}
					g := showering(t, lanes, 1, []sinks.Sink{bad, &textSink{}, &textSink{}}, func(s *shower) {
						if c.operator != nil && s.lane == failing && s.base == 0 {
							s.fail = func(w int) error {
								if w < 10 {
									return nil
								}
								return c.operator(w)
							}
						}
					})
					_, err := runAll(t, g, &numbers{n: 20, size: 8}, 2)
					if err == nil || !strings.Contains(fmt.Sprintf("%v %v", err, errors.Unwrap(err)), c.says) {
						t.Fatalf("%d lanes, lane %d: %v", lanes, failing, err)
					}
				}
			}
		})
	}
}

// brittleSink fails at some write.
type brittleSink struct {
	textSink
	fail func(n int) error
	n    int
}

func (s *brittleSink) Begin(context.Context, int64, sinks.Logged) (sinks.Tx, error) {
	return brittleTx{textTx{&s.textSink}, s}, nil
}

type brittleTx struct {
	textTx
	s *brittleSink
}

func (t brittleTx) Write(ctx context.Context, b sinks.Block) error {
	if t.s.n++; t.s.fail != nil {
		if err := t.s.fail(t.s.n); err != nil {
			return err
		}
	}
	return t.textTx.Write(ctx, b)
}

// TestMorselsStream: the same while rows are fed, through operators that fall behind each other.
func TestMorselsStream(t *testing.T) {
	for _, lanes := range laneCounts {
		for _, limit := range []int64{1, 50} {
			sink := &textSink{}
			g := graph(t, lanes, sink, func(lane int) (op.Operator, error) { return slow{lane: lane}, nil }, false)
			g.turns.limit = limit
			if _, err := runAll(t, g, &numbers{n: 500, size: 8, records: 10}, 3); err != nil {
				t.Fatal(err)
			}
			var want strings.Builder
			for i := range 500 {
				fmt.Fprintf(&want, "%d ", i)
			}
			if sink.text.String() != want.String() {
				t.Fatalf("%d lanes, limit %d: order differs", lanes, limit)
			}
		}
	}
}

// slow passes rows on; lanes take different times for them.
type slow struct {
	still
	lane int
}

func (s slow) Process(_ int, b *zset.Batch, out op.Collector) error {
	if vec.Of[int64](b.Cols[0])[0]%5 == int64(s.lane) {
		for range 20 {
			runtime.Gosched()
		}
	}
	return out.Emit(op.Rows, b)
}
