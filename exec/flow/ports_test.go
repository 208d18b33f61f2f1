package flow

import (
	"testing"
	"time"

	"streamsql/exec/op"
	"streamsql/internal/clock"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

// sorter sends even numbers on as rows and odd ones through a named port.
type sorter struct {
	port      int
	connected op.Ports
}

func (s *sorter) Open(setup *op.Setup) error { s.connected = setup.Connected; return nil }
func (s *sorter) Process(_ int, b *zset.Batch, out op.Collector) error {
	if vec.Of[int64](b.Cols[0])[0]%2 == 0 {
		return out.Emit(op.Rows, b)
	}
	return out.Emit(s.port, b)
}
func (s *sorter) Advance(t op.Tick, _ op.Collector) (clock.EventTime, error) { return t.Watermark, nil }
func (s *sorter) NextDue() (time.Time, bool)                                 { return time.Time{}, false }
func (s *sorter) Close() error                                               { return nil }

// TestNamedPorts: what is emitted on a named port reaches the node that takes it, in log order, and nobody else; an
// operator knows which of its ports are taken.
func TestNamedPorts(t *testing.T) {
	for _, port := range []int{op.Dead, op.LateRows} {
		for _, connected := range []bool{false, true} {
			var rows, side textSink
			sorters := make([]*sorter, 2)
			nodes := []Node{
				{ID: "scan", Schema: oneColumn, Scan: &Scan{Table: "t",
					NewDecoder: func() (Decoder, error) { return numberDecoder{}, nil }}},
				{ID: "sorter", Schema: oneColumn, Inputs: []Edge{{From: 0}}, New: func(lane int) (op.Operator, error) {
					sorters[lane] = &sorter{port: port}
					return sorters[lane], nil
				}},
				{ID: "rows", Schema: oneColumn, Inputs: []Edge{{From: 1}}, Sink: &Sink{Name: "rows", Sink: &rows}},
				{ID: "side", Schema: oneColumn, Sink: &Sink{Name: "side", Sink: &side}},
			}
			want := ""
			if connected {
				nodes[1].Ports = map[int]int{port: 3}
				want = "1 3 5 7 9 "
			}
			g, err := New(Spec{Lanes: 2, Nodes: nodes}, func(*Node, int) op.Setup { return op.Setup{} })
			if err != nil {
				t.Fatal(err)
			}
			if _, err := runAll(t, g, &numbers{n: 10, size: 8}, 2); err != nil {
				t.Fatal(err)
			}
			if got := rows.text.String(); got != "0 2 4 6 8 " {
				t.Errorf("rows: %q", got)
			}
			if got := side.text.String(); got != want {
				t.Errorf("port %d, connected %v: %q, want %q", port, connected, got, want)
			}
			for _, s := range sorters {
				if s.connected.Has(port) != connected || s.connected.Has(op.Rows) {
					t.Errorf("port %d, connected %v: the operator knows %b", port, connected, s.connected)
				}
			}
			for _, c := range g.TakeCounters() {
				if c.ID == "sorter" && (c.RowsIn != 10 || c.RowsOut != 5) {
					t.Errorf("%d rows in, %d out", c.RowsIn, c.RowsOut)
				}
			}
		}
	}
}
