package exec

import (
	"context"
	"fmt"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"streamsql/exec/window"
	"streamsql/internal/clock"
	"streamsql/internal/diag"
	"streamsql/internal/fault"
	"streamsql/internal/function"
	"streamsql/internal/option"
	"streamsql/internal/progress"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/internal/store"
	"streamsql/internal/testmain"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
	"streamsql/planner"
	"streamsql/planner/physical"
	"streamsql/sinks"
	"streamsql/sources"
	"streamsql/sources/fed"
)

func TestMain(m *testing.M) { testmain.Run(m) }

// outside is what survives a restart: lines that were fed, rows that were written.
type outside struct {
	input  *fed.Table
	mu     sync.Mutex
	rows   map[int64][]string // per epoch
	marker sinks.Marker
	term   uint64 // who may write

	foreign bool   // the sink holds the rows of another query
	failAt  string // "commit": the next commit of the sink fails after it was made

	refuse   int    // of the next calls of Stage and Commit: certainly not committed
	onRefuse func() // what happens meanwhile
}

func newOutside() *outside { return &outside{input: fed.NewTable(), rows: map[int64][]string{}} }

func (o *outside) feed(lines ...string) {
	if len(lines) > 0 { // feeding nothing would announce the partition, which is an epoch
		o.input.Feed("0", lines...)
	}
}

func (o *outside) finish() { o.input.Finish() }

// all lists every written row, sorted.
func (o *outside) all() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	var out []string
	for _, rows := range o.rows {
		out = append(out, rows...)
	}
	sort.Strings(out)
	return out
}

type rowSink struct{ o *outside }

func (s rowSink) Peek(_ context.Context, query string) (sinks.Marker, error) {
	s.o.mu.Lock()
	defer s.o.mu.Unlock()
	return s.look(query)
}
func (s rowSink) look(query string) (sinks.Marker, error) {
	if m := s.o.marker; s.o.foreign || !m.Zero() && m.Query != query {
		return sinks.Marker{}, diag.New(diag.SinkForeign, "somebody else's")
	}
	return s.o.marker, nil
}
func (s rowSink) Fence(_ context.Context, query string, term uint64) (sinks.Marker, error) {
	s.o.mu.Lock()
	defer s.o.mu.Unlock()
	m, err := s.look(query)
	if err == nil {
		s.o.term = max(s.o.term, term)
	}
	return m, err
}
func (rowSink) Encoder(int) sinks.Encoder { return rowEncoder{} }
func (s rowSink) Begin(_ context.Context, epoch int64, _ sinks.Logged) (sinks.Tx, error) {
	return &rowTx{o: s.o, epoch: epoch}, nil
}
func (rowSink) Close() error { return nil }

type rowEncoder struct{}

func (rowEncoder) Encode(dst []byte, b *zset.Batch) ([]byte, error) {
	for i := range b.N {
		for k, c := range b.Cols {
			if k > 0 {
				dst = append(dst, ' ')
			}
			dst = vec.AppendText(dst, c, i)
		}
		dst = append(dst, '\n')
	}
	return dst, nil
}

type rowTx struct {
	o     *outside
	epoch int64
	rows  []string
}

func (t *rowTx) Write(_ context.Context, b sinks.Block) error {
	t.rows = append(t.rows, strings.Split(strings.TrimSuffix(string(b.Data), "\n"), "\n")...)
	return nil
}
func (t *rowTx) Stage(context.Context) error {
	t.o.mu.Lock()
	defer t.o.mu.Unlock()
	return t.refused()
}
func (t *rowTx) Restage(ctx context.Context) error { return t.Stage(ctx) }

// refused counts a refusal down.
func (t *rowTx) refused() error {
	if t.o.refuse == 0 {
		return nil
	}
	t.o.refuse--
	if t.o.onRefuse != nil {
		t.o.onRefuse()
	}
	return fmt.Errorf("not now: %w", sinks.ErrNotCommitted)
}
func (t *rowTx) Commit(_ context.Context, m sinks.Marker) error {
	t.o.mu.Lock()
	defer t.o.mu.Unlock()
	if m.Term < t.o.term {
		return diag.New(diag.FencingLost, "term %d has the sink", t.o.term)
	}
	if err := t.refused(); err != nil {
		return err
	}
	t.o.rows[t.epoch], t.o.marker = t.rows, m
	if t.o.failAt == "commit" {
		t.o.failAt = ""
		return fmt.Errorf("the answer was lost")
	}
	return nil
}
func (*rowTx) Abort(context.Context) error { return nil }

// windowProgram is by hand what the planner makes of
//
//	SELECT window_end, k, COUNT(*), SUM(v) FROM TUMBLE(t, ts, 10 s) GROUP BY window_start, window_end, k
func windowProgram(t testing.TB) *planner.Program {
	t.Helper()
	ts, str, num := sqltype.TimestampType(3), sqltype.StringType, sqltype.BigIntType
	in := sqltype.Schema{{Name: "ts", Type: ts}, {Name: "k", Type: str}, {Name: "v", Type: num}}
	minus, err := function.Resolve("-", []sqltype.Type{ts, {Kind: sqltype.IntervalMicros}})
	if err != nil {
		t.Fatal(err)
	}
	sum, err := function.ResolveAggregate("SUM", []sqltype.Type{num}, false)
	if err != nil {
		t.Fatal(err)
	}
	star, err := function.ResolveAggregate("COUNT", nil, true)
	if err != nil {
		t.Fatal(err)
	}
	values, _ := option.Check(sources.ScanOptions, nil)
	windowed := append(append(sqltype.Schema{}, in...), sqltype.Field{Name: "window_end", Type: ts})
	out := sqltype.Schema{{Name: "k", Type: str}, {Name: "window_end", Type: ts}, {Name: "n", Type: star.Result}, {Name: "s", Type: sum.Result}}
	node := func(t sqltype.Type) scalar.Node { return scalar.Node{T: t} }
	plan := &physical.Plan{
		Tables: []physical.Table{{
			Name: "t", Connector: "lines", Format: "json", Options: values, Bounded: true, Physical: in, Used: []int{0, 1, 2}, TimeCol: 0, ErrorMode: "fail",
			Watermark: scalar.Call{Node: node(ts), Overload: minus.Overload.ID, Args: []scalar.Expr{
				scalar.Col{Node: node(ts)}, scalar.Const{Node: node(sqltype.Type{Kind: sqltype.IntervalMicros}), Value: int64(2_000_000)},
			}},
		}},
		Sinks: []physical.Sink{{Name: "out", Connector: "rows", Schema: out, Options: values}},
		Nodes: []physical.Node{
			{ID: "scan", Identity: "scan", Op: physical.Scan{}, Schema: in},
			{ID: "tumble", Identity: "tumble", Op: physical.Window{Size: 10 * time.Second, Emit: []window.Col{window.ColEnd}, Late: true}, Inputs: []physical.Input{{Node: 0}}, Schema: windowed},
			{ID: "agg", Identity: "agg", Op: physical.WindowAggregate{EndCol: 3, Size: 10 * time.Second, Keys: []int{1}, Emit: []window.Col{window.ColEnd},
				Aggs: []physical.Agg{{ID: star.ID, Filter: -1, Type: star.Result}, {ID: sum.ID, Args: []int{2}, Filter: -1, Type: sum.Result}}}, Inputs: []physical.Input{{Node: 1, Route: physical.Hash, Keys: []int{1}}}, Schema: out},
			{ID: "sink", Identity: "sink", Op: physical.SinkOp{}, Inputs: []physical.Input{{Node: 2}}, Schema: out},
		},
	}
	return &planner.Program{Name: "test", Text: "text", Redacted: "text", Plan: plan, Inserts: true}
}

// bench is one query with its world.
type world struct {
	t      testing.TB
	o      *outside
	store  store.Store
	clock  *clock.Manual
	faults *fault.Set
	lanes  int
	rows   int
	events []progress.Event
	env    func(*Env)
}

func newWorld(t testing.TB) *world {
	return &world{t: t, o: newOutside(), store: store.NewMemory(), clock: clock.NewManual(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)), faults: &fault.Set{}, lanes: 1, rows: 8192}
}

func (w *world) open(prog *planner.Program) (*Query, error) {
	env := Env{
		Store: w.store, Clock: w.clock, Faults: w.faults, Lanes: w.lanes, ChunkRows: w.rows,
		Sources:    map[string]sources.Factory{"lines": func(string, option.Values, string) (sources.Source, error) { return w.o.input.Source(), nil }},
		Sinks:      map[string]sinks.Factory{"rows": func(sinks.Spec) (sinks.Sink, error) { return rowSink{w.o}, nil }},
		OnProgress: func(e progress.Event) { w.events = append(w.events, e) },
	}
	if w.env != nil {
		w.env(&env)
	}
	return Open(context.Background(), prog, env)
}

func (w *world) mustOpen(prog *planner.Program) *Query {
	w.t.Helper()
	q, err := w.open(prog)
	if err != nil {
		w.t.Fatal(err)
	}
	return q
}

// settle runs epochs until nothing is due.
func settle(q *Query) error {
	for !q.Finished() {
		ran, err := q.Step(context.Background(), true)
		if err != nil || !ran {
			return err
		}
	}
	return nil
}

func line(second int, k string, v int) string {
	return fmt.Sprintf(`{"ts":"2026-01-01 12:%02d:%02d","k":%q,"v":%d}`, second/60, second%60, k, v)
}

// sample is 400 rows over a minute and a half, some out of order, some late.
func sample() []string {
	var out []string
	for i := range 400 {
		s := i/4 + (i*7)%3
		if i%50 == 49 {
			s = max(0, s-40)
		}
		out = append(out, line(s, fmt.Sprintf("k%d", i%11), i))
	}
	return out
}
