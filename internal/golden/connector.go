package golden

import (
	"fmt"
	"strings"
	"sync"

	"streamsql/internal/connector"
	"streamsql/internal/option"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/sinks"
	"streamsql/sinks/kept"
	"streamsql/sources"
	"streamsql/sources/datagen"
	"streamsql/sources/fed"
	"streamsql/sources/nexmark"
)

// world is what lives outside the engine and survives restarts and crashes: the fed lines and the sinks' content.
type world struct {
	mu     sync.Mutex
	order  uint64 // seed of the order in which partitions arrive; 0: in turn
	tables map[string]*fed.Table
	sinks  map[string]*kept.Table
}

func newWorld(order uint64) *world {
	return &world{order: order, tables: map[string]*fed.Table{}, sinks: map[string]*kept.Table{}}
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

func (w *world) sink(name string) *kept.Table {
	w.mu.Lock()
	defer w.mu.Unlock()
	t, ok := w.sinks[name]
	if !ok {
		t = &kept.Table{Name: name, Text: rowText}
		w.sinks[name] = t
	}
	return t
}

// rowText is how a row is shown in golden files. It has no raw line break.
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

// connectors are what the tables of a file can have. Those that make up their rows stay, as they read nothing from
// outside; every other table gets `test`: a bounded source (it ends when `finish` says so) and a sink that takes
// changes. It has no options of its own.
func (s *session) connectors() connector.Set {
	return append(connector.Set{
		{Source: &connector.Source{Declaration: datagen.Declaration, New: datagen.New}},
		{Source: &connector.Source{Declaration: nexmark.Declaration, New: nexmark.New}},
	}, connector.Connector{
		Source: &connector.Source{
			Declaration: sources.Declaration{
				Name: "test", Formats: true, Heads: true, Bounded: func(option.Values) bool { return true },
			},
			New: s.source,
		},
		Sink: &connector.Sink{
			Declaration: sinks.Declaration{Name: "test", Formats: true, Updates: true},
			New:         s.sink,
		},
	})
}

func (s *session) source(table string, _ option.Values, _ string) (sources.Source, error) {
	return s.world.input(table).Source(), nil
}

func (s *session) sink(sp sinks.Spec) (sinks.Sink, error) {
	return s.world.sink(sp.Table).Sink(), nil
}
