package golden

import (
	"context"
	"fmt"
	"sort"
	"strings"
	"sync"

	"streamsql/internal/connector"
	"streamsql/internal/diag"
	"streamsql/internal/option"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
	"streamsql/sinks"
	"streamsql/sources"
	"streamsql/sources/fed"
)

// world is what lives outside the engine and survives restarts and crashes: the fed lines and the sinks' content.
type world struct {
	mu     sync.Mutex
	order  uint64 // seed of the order in which partitions arrive; 0: in turn
	tables map[string]*fed.Table
	sinks  map[string]*outputTable
}

func newWorld(order uint64) *world {
	return &world{order: order, tables: map[string]*fed.Table{}, sinks: map[string]*outputTable{}}
}

func (w *world) input(name string) *fed.Table {
	w.mu.Lock()
	defer w.mu.Unlock()
	t, ok := w.tables[name]
	if !ok {
		t = fed.NewTable()
		t.Seed = w.order
		w.tables[name] = t
	}
	return t
}

// outputTable is a sink's content: rows per epoch, each epoch exactly once.
type outputTable struct {
	mu     sync.Mutex
	name   string
	epochs map[int64][]outRow
	marker sinks.Marker
	term   uint64   // who may write
	twice  []string // faults: an epoch committed twice with other rows
}

// outRow is one row with its weight.
type outRow struct {
	text   string
	weight int64
}

func (w *world) sink(name string) *outputTable {
	w.mu.Lock()
	defer w.mu.Unlock()
	t, ok := w.sinks[name]
	if !ok {
		t = &outputTable{name: name, epochs: map[int64][]outRow{}}
		w.sinks[name] = t
	}
	return t
}

// testSink writes into an outputTable.
type testSink struct {
	out    *outputTable
	schema sqltype.Schema
}

func (s testSink) Peek(_ context.Context, query string) (sinks.Marker, error) {
	s.out.mu.Lock()
	defer s.out.mu.Unlock()
	return s.out.look(query)
}

func (s testSink) Fence(_ context.Context, query string, term uint64) (sinks.Marker, error) {
	s.out.mu.Lock()
	defer s.out.mu.Unlock()
	m, err := s.out.look(query)
	if err == nil {
		s.out.term = max(s.out.term, term)
	}
	return m, err
}

// look gives the newest marker, if it is the query's own.
func (t *outputTable) look(query string) (sinks.Marker, error) {
	if !t.marker.Zero() && t.marker.Query != query {
		return sinks.Marker{}, diag.New(diag.SinkForeign, "table %q holds the rows of query %s", t.name, t.marker.Query)
	}
	return t.marker, nil
}

func (s testSink) Encoder(int) sinks.Encoder { return textEncoder{} }
func (s testSink) Begin(_ context.Context, epoch int64, _ sinks.Logged) (sinks.Tx, error) {
	return &testTx{out: s.out, epoch: epoch}, nil
}
func (s testSink) Close() error { return nil }

// textEncoder writes a row as weight, tab, text, newline; the text has no raw newline.
type textEncoder struct{}

func (textEncoder) Encode(dst []byte, b *zset.Batch) ([]byte, error) {
	for i := range b.N {
		dst = fmt.Appendf(dst, "%d\t%s\n", b.Weight(i), rowText(b.Cols, i))
	}
	return dst, nil
}

func rowText(cols []*vec.Vec, i int) string {
	parts := make([]string, len(cols))
	for k, c := range cols {
		parts[k] = quoteIfNeeded(vec.Text(c, i), c.Type, c.IsNull(i))
	}
	return strings.Join(parts, " | ")
}

// quoteIfNeeded keeps strings readable and unambiguous.
func quoteIfNeeded(text string, t sqltype.Type, null bool) string {
	if null || !t.IsString() {
		return text
	}
	if text == "" || text == "NULL" || strings.ContainsAny(text, "|\"\n\r\t\\") || strings.TrimSpace(text) != text {
		return fmt.Sprintf("%q", text)
	}
	return text
}

type testTx struct {
	out   *outputTable
	epoch int64
	rows  []outRow
}

func (t *testTx) Write(_ context.Context, b sinks.Block) error {
	for _, line := range strings.Split(strings.TrimSuffix(string(b.Data), "\n"), "\n") {
		w, text, _ := strings.Cut(line, "\t")
		var weight int64
		if _, err := fmt.Sscan(w, &weight); err != nil {
			return err
		}
		t.rows = append(t.rows, outRow{text, weight})
	}
	return nil
}

func (t *testTx) Stage(context.Context) error { return nil }

func (t *testTx) Commit(_ context.Context, m sinks.Marker) error {
	t.out.mu.Lock()
	defer t.out.mu.Unlock()
	if m.Term < t.out.term {
		return diag.New(diag.FencingLost, "term %d has table %q", t.out.term, t.out.name)
	}
	if old, ok := t.out.epochs[t.epoch]; ok && foldText(old) != foldText(t.rows) {
		t.out.twice = append(t.out.twice, fmt.Sprintf("epoch %d was committed twice with different rows", t.epoch))
	}
	t.out.epochs[t.epoch], t.out.marker = t.rows, m
	return nil
}

func (t *testTx) Abort(context.Context) error { return nil }

// fold sums weights per row over all epochs.
func (t *outputTable) fold() map[string]int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := map[string]int64{}
	for _, rows := range t.epochs {
		for _, r := range rows {
			out[r.text] += r.weight
		}
	}
	for k, w := range out {
		if w == 0 {
			delete(out, k)
		}
	}
	return out
}

// illegal lists breaches of a changelog: the sum of a row's weights below zero after some epoch.
func (t *outputTable) illegal() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	epochs := make([]int64, 0, len(t.epochs))
	for e := range t.epochs {
		epochs = append(epochs, e)
	}
	sort.Slice(epochs, func(i, j int) bool { return epochs[i] < epochs[j] })
	sum := map[string]int64{}
	faults := append([]string(nil), t.twice...)
	for _, e := range epochs {
		for _, r := range t.epochs[e] {
			sum[r.text] += r.weight
		}
		for _, r := range t.epochs[e] {
			if sum[r.text] < 0 {
				faults = append(faults, fmt.Sprintf("epoch %d deletes %q, which is not there", e, r.text))
			}
		}
	}
	return faults
}

func foldText(rows []outRow) string {
	sum := map[string]int64{}
	for _, r := range rows {
		sum[r.text] += r.weight
	}
	return fmt.Sprint(sum)
}

// connectors is the connector `test`, which every table of a file gets: a bounded source (it ends when `finish` says
// so) and a sink that takes changes. It has no options of its own.
func (s *session) connectors() connector.Set {
	return connector.Set{{
		Source: &connector.Source{
			Declaration: sources.Declaration{
				Name: "test", Formats: []string{"json"}, Bounded: func(option.Values) bool { return true },
			},
			New: s.source,
		},
		Sink: &connector.Sink{
			Declaration: sinks.Declaration{Name: "test", Formats: []string{"json", "changelog-json"}, Updates: true},
			New:         s.sink,
		},
	}}
}

func (s *session) source(table string, _ option.Values, _ string) (sources.Source, error) {
	return s.world.input(table).Source(), nil
}

func (s *session) sink(sp sinks.Spec) (sinks.Sink, error) {
	return testSink{s.world.sink(sp.Table), sp.Schema}, nil
}
