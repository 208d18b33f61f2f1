package assemble

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"streamsql/exec/flow"
	"streamsql/exec/op"

	"streamsql/internal/diag"
	"streamsql/internal/option"
	"streamsql/planner"
	"streamsql/planner/catalog"
	"streamsql/planner/physical"
	"streamsql/sinks"
	"streamsql/sinks/kept"
	"streamsql/state"
)

const tables = `
CREATE TABLE bids (ts TIMESTAMP(3), channel STRING, price INT, twice AS price * 2, WATERMARK FOR ts AS ts)
  WITH ('connector' = 'files', 'format' = 'json');
CREATE TABLE asks (channel STRING, price INT, seen AS CURRENT_TIMESTAMP)
  WITH ('connector' = 'files', 'format' = 'json');
CREATE TABLE broken (channel STRING, price INT) WITH ('connector' = 'files', 'format' = 'json',
  'error-handling.mode' = 'dlq', 'error-handling.dead-letter-table' = 'dead');
CREATE TABLE dead (raw STRING, code STRING) WITH ('connector' = 'files', 'format' = 'json');
CREATE TABLE first (channel STRING, n BIGINT) WITH ('connector' = 'files', 'format' = 'json');
CREATE TABLE second (channel STRING, n BIGINT) WITH ('connector' = 'files', 'format' = 'json');
`

// compiled plans a query after the tables.
func compiled(t *testing.T, query string) *planner.Program {
	t.Helper()
	options := option.Set{
		{Key: "error-handling.mode", Kind: option.Enum, Values: []string{"fail", "log", "dlq"}, Default: "fail"},
		{Key: "error-handling.dead-letter-table", Kind: option.String},
	}
	p, err := planner.Compile("q", tables+query, catalog.Connectors{"files": {
		Name: "files", Source: &catalog.SourceDecl{Options: options, Formats: []string{"json"}},
		Sink: &catalog.SinkDecl{Options: options, Formats: []string{"json"}, Updates: true},
	}}, planner.Options{})
	if err != nil {
		t.Fatalf("%s\n%v", query, err)
	}
	return p
}

// assembled is the graph of a query; it is open.
func assembled(t *testing.T, query string, lanes int) *Built {
	t.Helper()
	p := compiled(t, query)
	spec := Spec{
		Lanes: lanes, State: state.New(lanes, nil), Clock: &op.EpochClock{Now: time.UnixMilli(0)}, ErrorMode: "fail",
	}
	for range p.Plan.Sinks {
		spec.Sinks = append(spec.Sinks, sinks.Sink((&kept.Table{}).Sink()))
	}
	b, err := Graph(p.Plan, spec)
	if err != nil {
		t.Fatalf("%s\n%v", query, err)
	}
	t.Cleanup(func() { _ = b.Graph.Close() })
	return b
}

var digest = regexp.MustCompile(`-[0-9a-f]{8}`)

// drawn prints a graph: each node with where its rows come from, which way, and who takes what leaves on other ports.
func drawn(b *Built) string {
	routes := map[flow.Route]string{flow.Direct: "", flow.Hash: " by hash of", flow.Broadcast: " to all", flow.One: " " +
		"to one"}
	ports := map[int]string{op.Dead: "dead", op.LateRows: "late"}
	var out []string
	for i, n := range b.Spec.Nodes {
		s := fmt.Sprint(i, " ", digest.ReplaceAllString(n.ID, ""))
		for k, e := range n.Inputs {
			s += []string{" ← ", ", "}[min(k, 1)] + fmt.Sprint(e.From) + routes[e.Route]
			if e.Route == flow.Hash {
				s += fmt.Sprint(" ", e.Keys)
			}
			if e.Port != k {
				s += fmt.Sprint(" on port ", e.Port)
			}
		}
		if len(n.Guards) > 0 {
			s += fmt.Sprint(", judges for ", n.Guards)
		}
		for port, to := range n.Ports {
			s += fmt.Sprint(", ", ports[port], " → ", to)
		}
		out = append(out, s)
	}
	return strings.Join(out, "\n")
}

// TestGraphs: every kind of plan node becomes its operators, on one lane and on two.
func TestGraphs(t *testing.T) {
	const tumble = "FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '10' SECOND)) "
	for _, c := range []struct{ name, query, one, two string }{
		{"a projection", "SELECT price + 1 FROM bids", `
			0 scan
			1 calc ← 0
			2 sink- ← 1`, ""},
		{"groups", "SELECT channel, COUNT(*) FROM bids GROUP BY channel", `
			0 scan
			1 group-aggregate ← 0 by hash of [1]
			2 sink- ← 1`, `
			0 scan
			1 group-aggregate/local ← 0
			2 group-aggregate ← 1 by hash of [0]
			3 sink- ← 2`},
		{"one group", "SELECT COUNT(*) FROM bids", `
			0 scan
			1 group-aggregate ← 0 to one
			2 sink- ← 1`, `
			0 scan
			1 group-aggregate/local ← 0
			2 group-aggregate ← 1 to one
			3 sink- ← 2`},
		{"groups of rows that change are not aggregated locally",
			"SELECT n, COUNT(*) FROM (SELECT COUNT(*) AS n FROM bids GROUP BY channel) GROUP BY n", `
			0 scan
			1 group-aggregate ← 0 by hash of [1]
			2 group-aggregate ← 1 by hash of [1]
			3 sink- ← 2`, `
			0 scan
			1 group-aggregate/local ← 0
			2 group-aggregate ← 1 by hash of [0]
			3 group-aggregate ← 2 by hash of [1]
			4 sink- ← 3`},
		{"windows", "SELECT channel, COUNT(*) " + tumble + "GROUP BY window_start, window_end, channel", `
			0 scan
			1 tumble/assigned ← 0
			2 tumble ← 1, judges for [3]
			3 window-aggregate ← 2 by hash of [1]
			4 sink- ← 3`, `
			0 scan
			1 tumble/assigned ← 0
			2 tumble ← 1, judges for [4]
			3 window-aggregate/local ← 2
			4 window-aggregate ← 3 by hash of [0]
			5 sink- ← 4`},
		{"windows without aggregation", "SELECT window_end, price " + tumble, `
			0 scan
			1 tumble ← 0
			2 calc ← 1
			3 sink- ← 2`, ""},
		{"two tables in one",
			"INSERT INTO first SELECT channel, price FROM asks; INSERT INTO first SELECT channel, price FROM bids", `
			0 scan
			1 calc ← 0
			2 scan
			3 calc ← 2
			4 sink-first ← 1, 3`, ""},
		{"a union", "SELECT channel, price FROM asks UNION ALL SELECT channel, price FROM broken", `
			0 scan
			1 scan.1, dead → 5
			2 union ← 0, 1
			3 sink- ← 2
			4 sink-dead ← 5
			5 dead-dead`, ""},
		{"the clock is read in the lane", "SELECT seen FROM asks", `
			0 scan/decoded
			1 scan ← 0
			2 calc ← 1
			3 sink- ← 2`, ""},
		{"dead letters of records and of rows", "INSERT INTO first SELECT channel, 1 / price FROM broken", `
			0 scan, dead → 4
			1 calc ← 0, dead → 4
			2 sink-first ← 1
			3 sink-dead ← 4
			4 dead-dead`, ""},
	} {
		for lanes, want := range map[int]string{1: c.one, 2: c.two} {
			if want == "" {
				continue
			}
			want = strings.TrimSpace(strings.ReplaceAll(want, "\t", ""))
			if got := drawn(assembled(t, c.query, lanes)); got != want {
				t.Errorf("%s, %d lanes:\n%s\nwant\n%s", c.name, lanes, got, want)
			}
		}
	}
}

// TestGraphsGoBackToThePlan: nodes that carry a plan node's output have its id, and scans are found by their table.
func TestGraphsGoBackToThePlan(t *testing.T) {
	const query = "INSERT INTO first SELECT channel, COUNT(*) FROM bids GROUP BY channel; " +
		"INSERT INTO second SELECT channel, price FROM asks WHERE seen IS NOT NULL"
	p := compiled(t, query)
	for _, lanes := range []int{1, 3} {
		b := assembled(t, query, lanes)
		ids := map[string]bool{}
		for _, n := range b.Spec.Nodes {
			if ids[n.ID] {
				t.Errorf("id %s twice", n.ID)
			}
			ids[n.ID] = true
		}
		for _, n := range p.Plan.Nodes {
			if _, sink := n.Op.(physical.SinkOp); !sink && !ids[n.ID] {
				t.Errorf("%d lanes: node %s of the plan is nowhere", lanes, n.ID)
			}
		}
		for i, table := range p.Plan.Tables {
			if scan := b.Spec.Nodes[b.Scans[i]].Scan; scan == nil || scan.Table != table.Name ||
				scan.Watermarked != (table.Watermark != nil) {
				t.Errorf("%d lanes: the scan of %s is %+v", lanes, table.Name, scan)
			}
		}
	}
}

// TestSchemasMeet: what a node emits is what the next one was built for.
func TestSchemasMeet(t *testing.T) {
	for _, query := range []string{
		"SELECT channel, COUNT(*), MAX(price) FROM bids GROUP BY channel",
		"SELECT seen, price FROM asks",
		"SELECT window_end, SUM(twice) FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY " +
			"window_start, window_end",
	} {
		p := compiled(t, query)
		for _, lanes := range []int{1, 2} {
			b := assembled(t, query, lanes)
			for _, n := range p.Plan.Nodes {
				if _, sink := n.Op.(physical.SinkOp); sink {
					continue
				}
				_, built := nodeOf(t, b, n.ID)
				if built.Schema.String() != n.Schema.String() {
					t.Errorf("%s, %d lanes: %s emits %s, the plan says %s", query, lanes, n.ID, built.Schema, n.Schema)
				}
			}
		}
	}
}

// TestCheckTellsEveryFault: constants and patterns that cannot be are told all at once, in the order of the text, what
// two operators say alike once.
func TestCheckTellsEveryFault(t *testing.T) {
	for query, want := range map[string][]diag.Code{
		"SELECT price FROM bids": nil,
		"SELECT 1 / 0 AS x, REGEXP(channel, '(') AS y FROM bids WHERE price > CAST('x' AS INT)": {
			diag.BadConstant, diag.BadPattern, diag.BadConstant},
		"SELECT 1 / 0 FROM bids UNION ALL SELECT price FROM asks": {diag.BadConstant},
		"CREATE VIEW v AS SELECT channel, 1 / 0 AS x FROM bids; INSERT INTO first SELECT channel, x FROM v; " +
			"INSERT INTO second SELECT channel, x + 1 FROM v": {diag.BadConstant},
		"CREATE TABLE c (a INT, b AS 1 / 0) WITH ('connector' = 'files', 'format' = 'json'); SELECT b FROM " +
			"c": {diag.BadConstant},
		"SELECT channel, COUNT(*) FROM bids GROUP BY channel HAVING COUNT(*) > 1 / " +
			"0": {diag.BadConstant},
	} {
		p := compiled(t, query)
		err := Check(p.Plan, Spec{
			State: state.New(1, nil), Clock: &op.EpochClock{}, ErrorMode: "fail", Sinks: make([]sinks.Sink, 3),
		})
		var got []diag.Code
		last := int32(-1)
		for _, e := range diag.Faults(err) {
			got = append(got, e.Code)
			if e.Span.Start < last {
				t.Errorf("%s: faults are out of order:\n%v", query, err)
			}
			last = e.Span.Start
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v\n%v", query, got, want, err)
		}
	}
}

// TestGraphStopsAtAFault: a graph that cannot be built leaves nothing open, and names the fault.
func TestGraphStopsAtAFault(t *testing.T) {
	p := compiled(t, "SELECT 1 / 0 FROM bids")
	_, err := Graph(p.Plan, Spec{
		Lanes: 2, State: state.New(2, nil), Clock: &op.EpochClock{}, Sinks: make([]sinks.Sink, 1),
	})
	if diag.CodeOf(err) != diag.BadConstant {
		t.Errorf("built: %v", err)
	}
}
