package exec

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"streamsql/exec/window"
	"streamsql/internal/clock"
	"streamsql/internal/fault"
	"streamsql/internal/function"
	"streamsql/internal/option"
	"streamsql/internal/progress"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/internal/store"
	"streamsql/internal/testmain"
	"streamsql/planner"
	"streamsql/planner/physical"
	"streamsql/sinks"
	"streamsql/sinks/kept"
	"streamsql/sources"
	"streamsql/sources/fed"
)

func TestMain(m *testing.M) { testmain.Run(m) }

// outside is what survives a restart: lines that were fed, rows that were written.
type outside struct {
	input *fed.Table
	out   *kept.Table
}

func newOutside() *outside { return &outside{input: fed.NewTable(), out: &kept.Table{Name: "out"}} }

func (o *outside) feed(lines ...string) {
	if len(lines) > 0 { // feeding nothing would announce the partition, which is an epoch
		o.input.Feed("0", lines...)
	}
}

func (o *outside) finish() { o.input.Finish() }

// all lists every written row, sorted.
func (o *outside) all() []string {
	var out []string
	for _, r := range o.out.All() {
		out = append(out, r.Text)
	}
	slices.Sort(out)
	return out
}

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
	out := sqltype.Schema{
		{Name: "k", Type: str}, {Name: "window_end", Type: ts}, {Name: "n", Type: star.Result}, {Name: "s", Type: sum.Result},
	}
	tumble := window.Spec{Size: 10 * time.Second}
	delay := scalar.Const{Node: scalar.Node{T: sqltype.Type{Kind: sqltype.IntervalMicros}}, Value: int64(2_000_000)}
	node := func(t sqltype.Type) scalar.Node { return scalar.Node{T: t} }
	plan := &physical.Plan{
		Tables: []physical.Table{{
			Name: "t", Connector: "lines", Format: "json", Options: values, Bounded: true, Physical: in,
			Used: []int{0, 1, 2}, TimeCol: 0, ErrorMode: "fail",
			Watermark: scalar.Call{
				Node: node(ts), Overload: minus.Overload.ID, Args: []scalar.Expr{scalar.Col{Node: node(ts)}, delay},
			},
		}},
		Sinks: []physical.Sink{{Name: "out", Connector: "rows", Schema: out, Options: values}},
		Nodes: []physical.Node{
			{ID: "scan", Identity: "scan", Op: physical.Scan{}, Schema: in},
			{
				ID: "tumble", Identity: "tumble", Inputs: []physical.Input{{Node: 0}}, Schema: windowed,
				Op: physical.Window{Spec: tumble, Emit: []window.Col{window.ColEnd}, Late: true},
			},
			{
				ID: "agg", Identity: "agg", Inputs: []physical.Input{{Node: 1, Route: physical.Hash, Keys: []int{1}}},
				Schema: out,
				Op: physical.WindowAggregate{
					EndCol: 3, Spec: tumble, Keys: []int{1}, Emit: []window.Col{window.ColEnd},
					Aggs: []physical.Agg{
						{ID: star.ID, Filter: -1, Type: star.Result},
						{ID: sum.ID, Args: []int{2}, Filter: -1, Type: sum.Result},
					},
				},
			},
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
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	return &world{
		t: t, o: newOutside(), store: store.NewMemory(), clock: clock.NewManual(start), faults: &fault.Set{}, lanes: 1,
		rows: 8192,
	}
}

func (w *world) open(prog *planner.Program) (*Query, error) {
	env := Env{
		Store: w.store, Clock: w.clock, Faults: w.faults, Lanes: w.lanes, ChunkRows: w.rows,
		Sources: map[string]sources.Factory{"lines": func(string, option.Values, string) (sources.Source, error) {
			return w.o.input.Source(), nil
		}},
		Sinks:      map[string]sinks.Factory{"rows": func(sinks.Spec) (sinks.Sink, error) { return w.o.out.Sink(), nil }},
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
