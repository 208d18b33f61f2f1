package physical

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"streamsql/internal/option"
	"streamsql/internal/scalar"
	"streamsql/planner/bind"
	"streamsql/planner/catalog"
	"streamsql/planner/logical"
	"streamsql/planner/parse"
	"streamsql/planner/rules"
)

const tables = `
CREATE TABLE bids (ts TIMESTAMP(3), channel STRING, price INT, words STRING, twice AS price * 2, unused DOUBLE,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'files', 'path' = 'bids', 'format' = 'json');
CREATE TABLE asks (ts TIMESTAMP(3), channel STRING, price INT)
  WITH ('connector' = 'files', 'path' = 'asks', 'format' = 'json');
CREATE TABLE first (channel STRING, n BIGINT) WITH ('connector' = 'files', 'path' = 'first', 'format' = 'changelog');
CREATE TABLE second (channel STRING, n BIGINT) WITH ('connector' = 'files', 'path' = 'second', 'format' = 'changelog');
`

func connectors() catalog.Connectors {
	options := option.Set{
		{Key: "path", Kind: option.String, Where: true},
		{Key: "error-handling.mode", Kind: option.Enum, Values: []string{"fail", "log", "dlq"}, Default: "fail"},
		{Key: "error-handling.dead-letter-table", Kind: option.String},
	}
	return catalog.Connectors{"files": {
		Name: "files",
		Source: &catalog.SourceDecl{Options: options, Formats: []string{"json"},
			Bounded: func(v option.Values) bool { return v.String("path") == "bids" }},
		Sink: &catalog.SinkDecl{Options: options, Formats: []string{"json", "changelog"}, Updates: true},
	}}
}

// planned makes the plan of a query after the tables.
func planned(t testing.TB, query string) *Plan {
	t.Helper()
	statements, err := parse.File(tables + query)
	if err != nil {
		t.Fatal(err)
	}
	bound, err := bind.File(statements, bind.Options{Connectors: connectors()})
	if err != nil {
		t.Fatalf("%s\n%v", query, err)
	}
	sinks, _ := rules.Run(bound.Sinks, nil)
	return Build(sinks, Spec{Read: bound.Read, Write: bound.Write, Dead: bound.Dead, ErrorMode: bound.Settings.ErrorMode})
}

// outline prints the nodes of a plan: kind, mode, the nodes that are read and by which route.
func outline(p *Plan) string {
	var out []string
	for i := range p.Nodes {
		n := &p.Nodes[i]
		s := n.Op.Kind()
		if name := n.Op.Table(p); name != "" {
			s += " " + name
		}
		if n.Mode == Retract {
			s += "±"
		}
		for k, in := range n.Inputs {
			s += []string{" ← ", ", "}[min(k, 1)] + fmt.Sprint(in.Node) + [...]string{"", " by hash of", " to all", " to " +
				"one"}[in.Route]
			if in.Route == Hash {
				s += fmt.Sprint(" ", in.Keys)
			}
		}
		out = append(out, fmt.Sprint(i, " ", s))
	}
	return strings.Join(out, "\n")
}

// TestShapes: the nodes of a plan, which of them are shared, and how rows get from one to the next.
func TestShapes(t *testing.T) {
	const window = "FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end"
	for _, c := range []struct{ name, query, want string }{
		{"a projection", "SELECT price FROM bids", `
			0 scan bids
			1 calc ← 0
			2 sink ← 1`},
		{"groups go where their keys are", "INSERT INTO first SELECT channel, COUNT(*) FROM bids GROUP BY channel", `
			0 scan bids
			1 group-aggregate± ← 0 by hash of [1]
			2 sink first± ← 1`},
		{"one group", "SELECT MAX(price) FROM bids", `
			0 scan bids
			1 group-aggregate± ← 0 to one
			2 sink± ← 1`},
		{"a window without keys", "SELECT COUNT(*) " + window, `
			0 scan bids
			1 tumble ← 0
			2 window-aggregate ← 1 to one
			3 sink ← 2`},
		{"a window with a key", "SELECT channel, COUNT(*) " + window + ", channel", `
			0 scan bids
			1 tumble ← 0
			2 window-aggregate ← 1 by hash of [1]
			3 sink ← 2`},
		{"two readers of a table, two of its groups",
			"INSERT INTO first SELECT channel, COUNT(*) FROM bids GROUP BY channel; " +
				"INSERT INTO second SELECT channel, COUNT(*) FROM bids GROUP BY channel", `
			0 scan bids
			1 group-aggregate± ← 0 by hash of [1]
			2 sink first± ← 1
			3 sink second± ← 1`},
		{"two filters are not one",
			"INSERT INTO first SELECT channel, price FROM bids WHERE price > 1; INSERT INTO first SELECT channel, price FROM " +
				"bids WHERE price > 2", `
			0 scan bids
			1 calc ← 0
			2 calc ← 0
			3 sink first ← 1, 2`},
		{"two tables into one, one of them changing",
			"INSERT INTO first SELECT channel, price FROM asks; INSERT INTO first SELECT channel, COUNT(*) FROM bids GROUP " +
				"BY channel", `
			0 scan asks
			1 calc ← 0
			2 scan bids
			3 group-aggregate± ← 2 by hash of [1]
			4 sink first± ← 1, 3`},
		{"a union", "SELECT channel FROM bids UNION ALL SELECT channel FROM asks", `
			0 scan bids
			1 scan asks
			2 calc ← 0
			3 union ← 2, 1
			4 sink ← 3`},
	} {
		p := planned(t, c.query)
		want := strings.TrimSpace(strings.ReplaceAll(c.want, "\t", ""))
		if got := outline(p); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, want)
		}
	}
}

// TestScansServeAllReaders: a table is read once, with the columns that anybody needs: the watermark's too, and what
// computed columns are made of.
func TestScansServeAllReaders(t *testing.T) {
	for _, c := range []struct{ query, used, computed string }{
		{"SELECT price FROM asks", "price", ""},
		{"SELECT price FROM bids", "ts price", ""}, // its watermark is of ts
		{"SELECT twice FROM bids", "ts price", "twice"},
		{"SELECT COUNT(*) FROM asks", "", ""},
		{"INSERT INTO first SELECT channel, 1 FROM asks; INSERT INTO second SELECT 'x', price FROM asks",
			"channel price", ""},
		{"SELECT * FROM asks", "ts channel price", ""},
		{"CREATE TABLE w (t TIMESTAMP(3), n INT, m TIMESTAMP(3), WATERMARK FOR t AS m) " +
			"WITH ('connector' = 'files', 'path' = 'w', 'format' = 'json'); SELECT n FROM w", "t n m", ""},
	} {
		p := planned(t, c.query)
		if len(p.Tables) != 1 {
			t.Fatalf("%s: %d tables are read", c.query, len(p.Tables))
		}
		table := p.Tables[0]
		var used, computed []string
		for _, i := range table.Used {
			used = append(used, table.Physical[i].Name)
		}
		for _, x := range table.Computed {
			computed = append(computed, x.Name)
		}
		if u, x := strings.Join(used, " "), strings.Join(computed, " "); u != c.used || x != c.computed {
			t.Errorf("%s: reads %q, computes %q; want %q, %q", c.query, u, x, c.used, c.computed)
		}
		if want := len(used) + len(computed); len(p.Nodes[0].Schema) != want {
			t.Errorf("%s: the scan delivers %s", c.query, p.Nodes[0].Schema)
		}
		if len(table.Physical) < 3 {
			t.Errorf("%s: a record is judged by %s", c.query, table.Physical)
		}
	}
	bids, asks := planned(t, "SELECT twice FROM bids").Tables[0], planned(t, "SELECT price FROM asks").Tables[0]
	if !bids.Bounded || asks.Bounded {
		t.Error("which table is bounded is for its connector to say")
	}
	if bids.TimeCol != 0 || bids.Watermark == nil || asks.TimeCol != -1 || asks.Watermark != nil {
		t.Errorf("event time is column %d, and %d of a table without", bids.TimeCol, asks.TimeCol)
	}
	scalar.Walk(bids.Computed[0].Expr, func(e scalar.Expr) {
		if col, ok := e.(scalar.Col); ok && col.Index != 1 {
			t.Errorf("twice is computed from column %d", col.Index)
		}
	})
}

// TestProperties: what is known of a node's rows comes along with its columns.
func TestProperties(t *testing.T) {
	p := planned(t, `SELECT window_end AS e, channel AS c, COUNT(*) AS n, window_time AS wt
		FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '10' SECOND))
		GROUP BY window_start, window_end, window_time, channel`)
	for _, c := range []struct {
		kind      string
		eventTime []int
		keys      string
		bounded   bool
	}{
		{"scan", []int{0}, "[]", false},
		{"tumble", nil, "[]", false},
		{"window-aggregate", nil, "", true},
		{"sink", []int{3}, "[[1 0] [1 3]]", false},
	} {
		at := slices.IndexFunc(p.Nodes, func(n Node) bool { return n.Op.Kind() == c.kind })
		n := &p.Nodes[at]
		if c.eventTime != nil && !slices.Equal(n.EventTime, c.eventTime) || (n.Bounded != "") != c.bounded ||
			c.keys != "" && fmt.Sprint(n.Keys) != c.keys {
			t.Errorf("%s (%s): event time %v, keys %v, state %q", c.kind, n.Schema, n.EventTime, n.Keys, n.Bounded)
		}
		if n.Span.IsZero() {
			t.Errorf("%s has no place in the text", c.kind)
		}
	}
}

// TestWhereRowsAreJudged: lateness is judged at the first window under an aggregation that emits windows once.
func TestWhereRowsAreJudged(t *testing.T) {
	const minutes = `CREATE VIEW minutes AS SELECT window_start, window_end, window_time, SUM(price) AS total
		FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end, window_time;`
	for _, c := range []struct {
		query string
		late  string // of each window, from the bottom
	}{
		{"SELECT COUNT(*) FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, " +
			"window_end", "true"},
		{"SELECT price, window_end FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '1' MINUTE))", "false"},
		{"SELECT COUNT(*) FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_end", "false"},
		{minutes + "SELECT MAX(total) FROM TABLE(TUMBLE(TABLE minutes, DESCRIPTOR(window_time), INTERVAL '1' HOUR)) GROUP " +
			"BY window_start0, window_end0",
			"true false"},
	} {
		var late []string
		for _, n := range planned(t, c.query).Nodes {
			if w, ok := n.Op.(Window); ok {
				late = append(late, fmt.Sprint(w.Late))
			}
		}
		if got := strings.Join(late, " "); got != c.late {
			t.Errorf("%s: judged %s, want %s", c.query, got, c.late)
		}
	}
}

// TestDeadLetters: a dead-letter table is a sink of the plan, with a node only where an INSERT writes it, too.
func TestDeadLetters(t *testing.T) {
	const broken = `CREATE TABLE broken (a INT) WITH ('connector' = 'files', 'path' = 'b', 'format' = 'json',
			'error-handling.mode' = 'dlq', 'error-handling.dead-letter-table' = 'dead');
		CREATE TABLE dead (raw STRING, error STRING) WITH ('connector' = 'files', 'path' = 'd', 'format' = 'json');`
	p := planned(t, broken+"SELECT a FROM broken")
	if len(p.Sinks) != 2 || !p.Sinks[1].DeadLetter || p.Sinks[0].DeadLetter || p.Sinks[1].Name != "dead" {
		t.Errorf("sinks %+v", p.Sinks)
	}
	if strings.Count(outline(p), "sink") != 1 {
		t.Errorf("a table that gets nothing but dead letters has a node:\n%s", outline(p))
	}
	if table := p.Tables[0]; table.ErrorMode != "dlq" || table.DeadLetter != "dead" {
		t.Errorf("%s goes to %q", table.ErrorMode, table.DeadLetter)
	}
	if text := Explain(p); !strings.Contains(text, "takes dead letters: raw STRING, error STRING") {
		t.Errorf("explained as\n%s", text)
	}
	p = planned(t, broken+"INSERT INTO dead SELECT channel, words FROM bids; "+
		"INSERT INTO first SELECT channel, 1 FROM asks; INSERT INTO second SELECT 'x', a FROM broken")
	var flags []string
	for _, s := range p.Sinks {
		flags = append(flags, fmt.Sprint(s.Name, " ", s.DeadLetter))
	}
	if got := strings.Join(flags, ", "); got != "dead true, first false, second false" {
		t.Errorf("sinks %s", got)
	}
}

// TestModesOfErrors: what a row error does is the query's to say, what a bad record does its table's.
func TestModesOfErrors(t *testing.T) {
	p := planned(t, "SET 'streamsql.error-handling.mode' = 'log'; SELECT 1 / price FROM asks")
	calc, ok := p.Nodes[1].Op.(Calc)
	if !ok || calc.ErrorMode != "log" || p.Tables[0].ErrorMode != "fail" {
		t.Errorf("calc %v, table %q", calc, p.Tables[0].ErrorMode)
	}
}

// TestUnknownColumns: a column that is not delivered is a broken rule, and not passed over.
func TestUnknownColumns(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a column that nobody delivers was found")
		}
	}()
	relation{ids: []logical.ColID{1, 2}}.at(3)
}
