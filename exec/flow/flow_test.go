package flow

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"streamsql/exec/op"
	"streamsql/internal/clock"
	"streamsql/internal/diag"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
	"streamsql/sinks"
	"streamsql/sinks/kept"
	"streamsql/sources"
)

// numbers is a feed of chunks that hold one integer each; err ends it instead of io.EOF.
type numbers struct {
	n, size int
	records int // that a chunk is said to hold; 0 is 1
	err     error
	at      int
	mu      sync.Mutex
}

func (f *numbers) Next(context.Context) (sources.Event, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.at == f.n {
		if f.err != nil {
			return sources.Event{}, f.err
		}
		return sources.Event{}, io.EOF
	}
	f.at++
	return sources.Event{Chunk: &sources.Chunk{
		Partition: "0", Data: make([]byte, f.size), Records: max(f.records, 1), Bytes: int64(f.size), Size: int64(f.size),
		Position: int64(f.at - 1), NewFile: f.at%10 == 1,
	}}, nil
}
func (f *numbers) Look() int64  { return 0 }
func (f *numbers) Close() error { return nil }

var oneColumn = sqltype.Schema{{Name: "v", Type: sqltype.BigIntType}}

// numberDecoder gives the chunk's number as a row, and takes longer for some of them so that workers overtake each
// other.
type numberDecoder struct{}

func (numberDecoder) Decode(m *Morsel) error {
	v := vec.New(sqltype.BigIntType, 1)
	vec.Of[int64](v)[0] = m.Chunk.Position
	m.Rows = &zset.Batch{Schema: oneColumn, N: 1, Cols: []*vec.Vec{v}}
	m.Max = clock.EventTime(m.Chunk.Position)
	if m.Chunk.Position%3 == 0 {
		for range 2000 {
			_ = fmt.Sprint(m.Chunk.Position)
		}
	}
	return nil
}

// textSink collects what is written, in the order of writing.
type textSink struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *textSink) Peek(context.Context, string) (sinks.Marker, error) { return sinks.Marker{}, nil }
func (s *textSink) Fence(context.Context, string, uint64) (sinks.Marker, error) {
	return sinks.Marker{}, nil
}
func (s *textSink) Encoder(int) sinks.Encoder { return textEncoder{} }
func (s *textSink) Begin(context.Context, int64, sinks.Logged) (sinks.Tx, error) {
	return textTx{s}, nil
}
func (s *textSink) Close() error { return nil }

type textEncoder struct{}

func (textEncoder) Encode(dst []byte, b *zset.Batch) ([]byte, error) {
	for i := range b.N {
		dst = fmt.Appendf(dst, "%d ", vec.Of[int64](b.Cols[len(b.Cols)-1])[i])
	}
	return dst, nil
}

type textTx struct{ s *textSink }

func (t textTx) Write(_ context.Context, b sinks.Block) error {
	t.s.mu.Lock()
	defer t.s.mu.Unlock()
	t.s.text.Write(b.Data)
	return nil
}
func (textTx) Stage(context.Context) error                { return nil }
func (textTx) Commit(context.Context, sinks.Marker) error { return nil }
func (textTx) Abort(context.Context) error                { return nil }

// burst emits one batch per epoch and lane while it advances, after having counted its rows.
type burst struct {
	lane int
	rows int64
	fail string
}

func (b *burst) Open(s *op.Setup) error { b.lane = s.Lane; return nil }
func (b *burst) Process(_ int, in *zset.Batch, out op.Collector) error {
	b.rows += int64(in.N)
	switch {
	case b.fail == "panic" && in.N > 0:
		panic("boom")
	case b.fail == "error":
		return errors.New("no")
	}
	return nil
}
func (b *burst) Advance(t op.Tick, out op.Collector) (clock.EventTime, error) {
	for seq := range 2 {
		v := vec.New(sqltype.BigIntType, 1)
		vec.Of[int64](v)[0] = int64(seq*1000 + b.lane)
		if err := out.Emit(op.Rows, &zset.Batch{Schema: oneColumn, N: 1, Cols: []*vec.Vec{v},
			Order: zset.Order{Seq: uint64(seq)}}); err != nil {
			return 0, err
		}
	}
	return t.Watermark, nil
}
func (b *burst) NextDue() (time.Time, bool) { return time.Time{}, false }
func (b *burst) Close() error               { return nil }

func graph(t *testing.T, lanes int, sink sinks.Sink, mid func(int) (op.Operator, error), exchange bool) *Graph {
	t.Helper()
	nodes := []Node{{ID: "scan", Schema: oneColumn,
		Scan: &Scan{Table: "t", Watermarked: true,
			NewDecoder: func() (Decoder, error) { return numberDecoder{}, nil }}}}
	from := 0
	if mid != nil {
		edge := Edge{From: 0}
		if exchange {
			edge.Route, edge.Keys = Hash, []int{0}
		}
		nodes = append(nodes, Node{ID: "mid", Schema: oneColumn, New: mid, Inputs: []Edge{edge}})
		from = 1
	}
	nodes = append(nodes, Node{ID: "sink", Schema: oneColumn, Sink: &Sink{Name: "s", Sink: sink},
		Inputs: []Edge{{From: from}}})
	g, err := New(Spec{Lanes: lanes, Nodes: nodes}, func(*Node, int) op.Setup { return op.Setup{} })
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// reading is a started reader with what wakes whoever waits for it.
type reading struct {
	*Reader
	wake chan struct{}
}

func startReader(t *testing.T, g *Graph, feed sources.Feed, workers int, ahead int64) reading {
	t.Helper()
	wake := make(chan struct{}, 1)
	r := NewReader(g.spec.Nodes[0].Scan, 0, workers, ahead, func() {
		select {
		case wake <- struct{}{}:
		default:
		}
	})
	if err := r.Start(context.Background(), feed); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return reading{r, wake}
}

// cut gathers what the feed knows of.
func (r reading) cut(lim Limits) (Cut, error) {
	cuts, err := Gather(context.Background(), []Share{{Reader: r.Reader, Limits: lim}},
		Gathering{Extent: Known, Wake: r.wake})
	if err != nil {
		return Cut{}, err
	}
	return cuts[0], nil
}

func runAll(t *testing.T, g *Graph, feed sources.Feed, workers int) (Result, error) {
	t.Helper()
	r := startReader(t, g, feed, workers, 1<<20)
	cuts, err := GatherReplay(context.Background(), []Share{{Reader: r.Reader}}, r.wake)
	if err != nil {
		t.Fatal(err)
	}
	return g.RunEpoch(context.Background(), Epoch{Feeds: []Feed{{Reader: r.Reader, Cut: cuts[0]}}, Final: true})
}

func TestBlocksAreWrittenInLogOrder(t *testing.T) {
	var want strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&want, "%d ", i)
	}
	for _, lanes := range []int{1, 2, 4} {
		sink := &textSink{}
		g := graph(t, lanes, sink, nil, false)
		res, err := runAll(t, g, &numbers{n: 5000, size: 8}, lanes)
		if err != nil {
			t.Fatal(err)
		}
		if sink.text.String() != want.String() {
			t.Fatalf("%d lanes: order differs", lanes)
		}
		if res.Outputs[0].Digest.Rows != 5000 {
			t.Fatalf("%d lanes: %d rows in the digest", lanes, res.Outputs[0].Digest.Rows)
		}
	}
}

// TestFramesAndBatchesReachTheSink: a sink that takes frames, and one that takes batches, get the rows in the same
// order, each block with its number of rows.
func TestFramesAndBatchesReachTheSink(t *testing.T) {
	for _, batches := range []bool{false, true} {
		for _, advancing := range []bool{false, true} {
			table := &kept.Table{Batches: batches}
			sink := table.Sink()
			var mid func(int) (op.Operator, error)
			want := 5000
			if advancing {
				mid, want = func(int) (op.Operator, error) { return &burst{}, nil }, 6
			}
			_, err := sink.Fence(context.Background(), "q", 1)
			if err != nil {
				t.Fatal(err)
			}
			res, err := runAll(t, graph(t, 3, sink, mid, advancing), &numbers{n: 5000, size: 8}, 3)
			if err != nil {
				t.Fatal(err)
			}
			out := res.Outputs[0]
			if err = out.Tx.Stage(context.Background()); err == nil {
				err = out.Tx.Commit(context.Background(), sinks.Marker{Query: "q", Term: 1, Rows: out.Digest.Rows})
			}
			var got []int
			for _, r := range table.All() {
				n, _ := strconv.Atoi(r.Text)
				got = append(got, n)
			}
			if err != nil || len(got) != want || !slices.IsSorted(got) || int64(len(got)) != out.Digest.Rows {
				t.Fatalf("batches %t: %d rows, want %d in order, %v", batches, len(got), want, err)
			}
		}
	}
}

func TestAdvanceEmissionsAreOrderedAcrossLanes(t *testing.T) {
	sink := &textSink{}
	g := graph(t, 3, sink, func(int) (op.Operator, error) { return &burst{}, nil }, true)
	if _, err := runAll(t, g, &numbers{n: 100, size: 8}, 2); err != nil {
		t.Fatal(err)
	}
	if got, want := sink.text.String(), "0 1 2 1000 1001 1002 "; got != want {
		t.Fatalf("got %q, want %q", got, want)
	}
	if w := g.Watermarks()["mid"]; w != 99 {
		t.Fatalf("watermark %d, want that of the largest row", w)
	}
}

func TestExchangeReachesEveryLane(t *testing.T) {
	ops := make([]*burst, 4)
	g := graph(t, 4, &textSink{}, func(lane int) (op.Operator, error) { ops[lane] = &burst{}; return ops[lane], nil },
		true)
	if _, err := runAll(t, g, &numbers{n: 400, size: 8}, 2); err != nil {
		t.Fatal(err)
	}
	var sum int64
	for lane, o := range ops {
		if o.rows == 0 {
			t.Errorf("lane %d got no rows", lane)
		}
		sum += o.rows
	}
	if sum != 400 {
		t.Fatalf("%d rows arrived, want 400", sum)
	}
}

func TestPanicNamesTheOperator(t *testing.T) {
	g := graph(t, 2, &textSink{}, func(int) (op.Operator, error) { return &burst{fail: "panic"}, nil }, false)
	_, err := runAll(t, g, &numbers{n: 10, size: 8}, 1)
	if err == nil || diag.CodeOf(err) != diag.Internal || !strings.Contains(err.Error(), "operator mid") {
		t.Fatalf("got %v", err)
	}
	if _, again := g.RunEpoch(context.Background(), Epoch{}); again == nil {
		t.Fatal("a broken graph ran again")
	}
}

func TestCutHonoursLimits(t *testing.T) {
	for _, c := range []struct {
		name string
		lim  Limits
		want int
	}{
		{"rows", Limits{Rows: 7}, 7},
		{"bytes", Limits{Bytes: 50}, 5},
		{"files", Limits{Files: 2}, 20},
		{"one at least", Limits{Bytes: 1}, 1},
		{"none", Limits{}, 95},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := graph(t, 1, &textSink{}, nil, false)
			r := startReader(t, g, &numbers{n: 95, size: 10}, 2, 1<<20)
			total := 0
			for first := true; ; first = false {
				cut, err := r.cut(c.lim)
				if err != nil {
					t.Fatal(err)
				}
				if first && len(cut.Morsels) != c.want {
					t.Fatalf("%d chunks, want %d", len(cut.Morsels), c.want)
				}
				for i, m := range cut.Morsels {
					if m.Chunk.Position != int64(total+i) {
						t.Fatalf("chunk %d out of order", total+i)
					}
				}
				if total += len(cut.Morsels); cut.Ended {
					break
				}
			}
			if total != 95 {
				t.Fatalf("%d chunks in all, want 95", total)
			}
		})
	}
}

func TestSourceFailureComesAfterWhatWasRead(t *testing.T) {
	g := graph(t, 1, &textSink{}, nil, false)
	boom := errors.New("disk gone")
	r := startReader(t, g, &numbers{n: 3, size: 1, err: boom}, 1, 1<<20)
	seen := 0
	for {
		cut, err := r.cut(Limits{})
		seen += len(cut.Morsels)
		if err != nil {
			if !errors.Is(err, boom) || seen != 3 {
				t.Fatalf("%v after %d chunks", err, seen)
			}
			return
		}
	}
}

func TestAheadIsBounded(t *testing.T) {
	const bound = 5 * morselBytes
	r := startReader(t, graph(t, 1, &textSink{}, nil, false), &numbers{n: 1000, size: 100}, 3, bound)
	for range 5 {
		<-r.wake
		if r.Pending() {
			break
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if most := int64(bound + morselBytes + 100); r.ahead > most {
		t.Fatalf("%d bytes ahead, at most %d may be", r.ahead, most)
	}
}
