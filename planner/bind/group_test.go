package bind

import (
	"strings"
	"testing"
	"time"

	"streamsql/internal/diag"
	"streamsql/planner/logical"
)

// aggregateOf is the only aggregation of a query.
func aggregateOf(t *testing.T, r *Result) *logical.Aggregate {
	t.Helper()
	var out *logical.Aggregate
	logical.Walk(r.Sinks[0], func(n logical.Node) {
		if a, ok := n.(*logical.Aggregate); ok {
			out = a
		}
	})
	if out == nil {
		t.Fatalf("no aggregation:\n%s", logical.Print(r.Sinks[0]))
	}
	return out
}

// TestGrouping: the keys and calls of an aggregation, each expression once.
func TestGrouping(t *testing.T) {
	for _, c := range []struct{ query, keys, calls string }{
		{"SELECT COUNT(*) FROM bids", "", "COUNT(*)"},
		{"SELECT channel FROM bids GROUP BY channel", "channel", ""},
		{"SELECT channel, MAX(price), MAX(price) + 1 FROM bids GROUP BY channel", "channel", "MAX(price)"},
		{"SELECT MAX(price) FROM bids GROUP BY channel HAVING MAX(price) > 3 AND MIN(price) < 9", "channel",
			"MAX(price), MIN(price)"},
		{"SELECT MAX(price + 1), MAX(1 + price) FROM bids", "", "MAX(price + 1), MAX(1 + price)"},
		{"SELECT COUNT(*), COUNT(*) FILTER (WHERE flag) FROM bids", "", "COUNT(*), COUNT(*) FILTER (WHERE flag)"},
		{"SELECT COUNT(*) FILTER (WHERE flag), COUNT(*) FILTER (WHERE flag) FROM bids", "", "COUNT(*) FILTER (WHERE flag)"},
		{"SELECT 1 FROM bids GROUP BY channel, channel, bids.channel", "channel", ""},
		{"SELECT 1 FROM bids GROUP BY UPPER(channel), price + 1", "UPPER(channel), price + 1", ""},
		{"SELECT UPPER(channel) || '!' FROM bids GROUP BY UPPER(channel)", "UPPER(channel)", ""},
		{"SELECT COUNT(*) FROM (SELECT MAX(price) AS m FROM bids GROUP BY channel) GROUP BY m", "channel",
			"MAX(price)"}, // the inner one
	} {
		a := aggregateOf(t, bound(t, c.query))
		var keys, calls []string
		for _, k := range a.Keys {
			keys = append(keys, k.Name)
		}
		for _, g := range a.Aggs {
			calls = append(calls, g.Column.Name)
		}
		if k, g := strings.Join(keys, ", "), strings.Join(calls, ", "); k != c.keys || g != c.calls {
			t.Errorf("%s: keys %s, calls %s; want %s, %s", c.query, k, g, c.keys, c.calls)
		}
	}
}

// TestWindowsAreRecognised: grouping by the start and end of a window emits each window once; less is told.
func TestWindowsAreRecognised(t *testing.T) {
	const from = " FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '10' SECOND)) "
	for _, c := range []struct {
		query  string
		over   bool
		keys   string
		warned bool
	}{
		{"SELECT COUNT(*)" + from + "GROUP BY window_start, window_end", true, "", false},
		{"SELECT COUNT(*)" + from + "GROUP BY window_end, channel, window_start, window_time", true, "channel", false},
		{"SELECT COUNT(*)" + from + "GROUP BY window_start", false, "window_start", true},
		{"SELECT COUNT(*)" + from + "GROUP BY window_time, channel", false, "window_time, channel", true},
		{"SELECT COUNT(*)" + from + "GROUP BY channel", false, "channel", false},
		{"SELECT COUNT(*) FROM (SELECT window_start AS a, window_end AS b" + from + ") GROUP BY a, b", true, "", false},
		{"SELECT COUNT(*) FROM bids GROUP BY TUMBLE(ts, INTERVAL '10' SECOND), channel", true, "channel", false},
		{"SELECT COUNT(*), TUMBLE_END(ts, INTERVAL '10' SECOND) FROM bids GROUP BY TUMBLE(ts, INTERVAL '10' " +
			"SECOND)", true, "",
			false},
	} {
		r := bound(t, c.query)
		a := aggregateOf(t, r)
		var keys []string
		for _, k := range a.Keys {
			keys = append(keys, k.Name)
		}
		if (a.Over != nil) != c.over || strings.Join(keys, ", ") != c.keys || (len(r.Warnings) > 0) != c.warned {
			t.Errorf("%s: over a window %v, keys %s, warnings %v", c.query, a.Over != nil, keys, r.Warnings)
		}
		if updating := logical.PropsOf(r.Sinks[0]).Updating; (updating == nil) != c.over {
			t.Errorf("%s: rows change: %v", c.query, updating != nil)
		}
		for _, k := range a.Keys {
			if k.Rowtime {
				t.Errorf("%s: key %s is event time still", c.query, k.Name)
			}
		}
	}
}

// TestEventTimeAfterWindows: a window's time is event time, so that windows can be aggregated again.
func TestEventTimeAfterWindows(t *testing.T) {
	r := bound(t, `CREATE VIEW minutes AS SELECT window_start, window_end, window_time, SUM(price) AS total
		FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end, window_time;
		SELECT window_end0, MAX(total) AS best FROM TABLE(TUMBLE(TABLE minutes, DESCRIPTOR(window_time), INTERVAL '1' HOUR))
		GROUP BY window_start0, window_end0`)
	if p := logical.PropsOf(r.Sinks[0]); p.Updating != nil || !p.Windowed {
		t.Errorf("rows change: %v", p.Updating != nil)
	}
	hours := 0
	logical.Walk(r.Sinks[0], func(n logical.Node) {
		if a, ok := n.(*logical.Aggregate); ok && a.Over != nil && a.Over.Window.Spec.Size == time.Hour {
			hours++
		}
	})
	if hours != 1 {
		t.Errorf("%d aggregations by hour:\n%s", hours, logical.Print(r.Sinks[0]))
	}
}

func TestWindowColumns(t *testing.T) {
	const size = "INTERVAL '10' SECOND"
	for query, want := range map[string]string{
		"SELECT * FROM TABLE(TUMBLE(TABLE asked, DESCRIPTOR(t), " + size + "))": "t TIMESTAMP(3)*, window_end STRING, " +
			"window_start TIMESTAMP(3) NOT NULL, window_end0 TIMESTAMP(3) NOT NULL, window_time TIMESTAMP(3) NOT NULL*",
		"SELECT w.window_time FROM TABLE(TUMBLE(DATA => TABLE asked, TIMECOL => DESCRIPTOR(t), SIZE => " + size + ")) AS " +
			"w": "window_time TIMESTAMP(3) NOT NULL*",
		"SELECT window_time FROM TUMBLE(TABLE local, DESCRIPTOR(t), " +
			"" + size + ")": "window_time TIMESTAMP_LTZ(3) NOT NULL*",
	} {
		r := bound(t, `CREATE TABLE asked (t TIMESTAMP(3), window_end STRING, WATERMARK FOR t AS t)
				WITH ('connector' = 'source');
			CREATE TABLE local (t TIMESTAMP_LTZ(3), WATERMARK FOR t AS t) WITH ('connector' = 'source');`+query)
		if got := describe(r.Sinks[0].Columns()); got != want {
			t.Errorf("%s\n%s\nwant %s", query, got, want)
		}
	}
}

func TestAggregatesInWrongPlaces(t *testing.T) {
	refuse(t, []refused{
		{"WHERE", "SELECT channel FROM bids WHERE «COUNT(*)» > 1", []fault{{diag.AggregatePlace, "HAVING"}}},
		{"GROUP BY", "SELECT 1 FROM bids GROUP BY «MAX(price)»", []fault{{diag.AggregatePlace, "GROUP BY"}}},
		{"an aggregate", "SELECT MAX(«SUM(price)») FROM bids", []fault{{diag.AggregatePlace, "sub-query"}}},
		{"FILTER", "SELECT COUNT(*) FILTER (WHERE «MAX(price)» > 1) FROM bids", []fault{{diag.AggregatePlace, "FILTER"}}},
		{"a computed column", "CREATE TABLE c (a INT, b AS «MAX(a)») WITH ('connector' = 'source'); SELECT price FROM bids",
			[]fault{{diag.AggregatePlace, "a computed column"}}},
		{"a watermark",
			"CREATE TABLE c (a TIMESTAMP(3), WATERMARK FOR a AS «MAX(a)») WITH ('connector' = 'source'); SELECT price FROM bids",
			[]fault{{diag.AggregatePlace, "WATERMARK"}}},
		{"FILTER of a function", "SELECT UPPER(channel) FILTER (WHERE «flag») FROM bids",
			[]fault{{diag.AggregatePlace, "UPPER"}}},
		{"a column that is not grouped", "SELECT channel, «price» FROM bids GROUP BY channel",
			[]fault{{diag.NotGrouped, "MAX(price)"}}},
		{"beside an aggregate of all", "SELECT COUNT(*), «channel» FROM bids", []fault{{diag.NotGrouped, `"channel"`}}},
		{"in HAVING", "SELECT channel FROM bids GROUP BY channel HAVING «price» > 1", []fault{{diag.NotGrouped, `"price"`}}},
		{"another expression of a key", "SELECT LOWER(«channel») FROM bids GROUP BY UPPER(channel)",
			[]fault{{diag.NotGrouped, `"channel"`}}},
		{"a constant key", "SELECT channel FROM bids GROUP BY «1»", []fault{{diag.GroupConstant, "select list"}}},
		{"no fault follows from a broken key", "SELECT price FROM bids GROUP BY «chanel»",
			[]fault{{diag.UnknownColumn, `"channel"`}}},
		{"MAX over rows that change", "SELECT «MAX(n)» FROM (SELECT COUNT(*) AS n FROM bids GROUP BY channel)",
			[]fault{{diag.UpdatesInput, "MAX"}}},
		{"the clock over rows that change",
			"SELECT n, «CURRENT_TIMESTAMP» FROM (SELECT COUNT(*) AS n FROM bids GROUP BY channel)",
			[]fault{{diag.UpdatesInput, "clock"}}},
		{"the wrong type", "SELECT «SUM(channel)» FROM bids", []fault{{diag.NoOverload, "SUM"}}},
		{"DISTINCT", "SELECT «COUNT(DISTINCT channel)» FROM bids", []fault{{diag.NotInThisRelease, "GROUP BY"}}},
		{"an aggregate to come", "SELECT «LISTAGG(channel)» FROM bids", []fault{{diag.NotInThisRelease, "MAX"}}},
	})
}

func TestWindowsInWrongPlaces(t *testing.T) {
	tumble := func(table, column, size string) string {
		return "SELECT 1 FROM TABLE(TUMBLE(TABLE " + table + ", DESCRIPTOR(" + column + "), " + size + "))"
	}
	const second = "INTERVAL '1' SECOND"
	refuse(t, []refused{
		{"no watermark", tumble("asks", "«ts»", second), []fault{{diag.EventTime, "WATERMARK FOR ts"}}},
		{"not a time", tumble("bids", "«price»", second), []fault{{diag.EventTime, "INT"}}},
		{"not a column", tumble("bids", "«tss»", second), []fault{{diag.UnknownColumn, `"ts"`}}},
		{"after a window", "CREATE VIEW v AS " + strings.Replace(tumble("bids", "ts", second), "1", "window_end", 1) +
			" GROUP BY window_start, window_end; " + tumble("v", "«window_end»", second),
			[]fault{{diag.EventTime, "window_time"}}},
		{"no size", tumble("bids", "ts", "«INTERVAL '0' SECOND»"), []fault{{diag.WindowSize, "milliseconds"}}},
		{"a negative size", tumble("bids", "ts", "«- INTERVAL '1' SECOND»"), []fault{{diag.WindowSize, "-1s"}}},
		{"less than a millisecond", tumble("bids", "ts", "«INTERVAL '0.0005' SECOND»"),
			[]fault{{diag.WindowSize, "milliseconds"}}},
		{"months", tumble("bids", "ts", "«INTERVAL '1' MONTH»"), []fault{{diag.WindowSize, "size"}}},
		{"a number", tumble("bids", "ts", "«10»"), []fault{{diag.WindowSize, "size"}}},
		{"an offset of microseconds", tumble("bids", "ts", second+", «INTERVAL '0.0001' SECOND»"),
			[]fault{{diag.WindowSize, "offset"}}},
		{"event time that ends",
			"SELECT 1 FROM (SELECT MAX(price) AS p, ts FROM bids GROUP BY ts) GROUP BY TUMBLE(«ts», " + second + ")",
			[]fault{{diag.EventTime, "aggregation"}}},
		{"TUMBLE as a value", "SELECT «TUMBLE(ts, " + second + ")» FROM bids",
			[]fault{{diag.WindowAuxiliary, "TUMBLE_START"}}},
		{"TUMBLE_START without its window", "SELECT «TUMBLE_START(ts, " + second + ")» FROM bids",
			[]fault{{diag.WindowAuxiliary, "TUMBLE_START"}}},
		{"SESSION", "SELECT 1 FROM TABLE(«SESSION»(TABLE bids, DESCRIPTOR(ts), " + second + "))",
			[]fault{{diag.NotInThisRelease, "TUMBLE"}}},
		{"SESSION in GROUP BY", "SELECT 1 FROM bids GROUP BY «SESSION(ts, " + second + ")»",
			[]fault{{diag.NotInThisRelease, "CUMULATE"}}},
	})
}

// TestWindowsThatOverlapRefuse: what HOP and CUMULATE ask for beyond TUMBLE.
func TestWindowsThatOverlapRefuse(t *testing.T) {
	const second = "INTERVAL '1' SECOND"
	of := func(kind, lengths string) string {
		return "SELECT 1 FROM TABLE(" + kind + "(TABLE bids, DESCRIPTOR(ts), " + lengths + "))"
	}
	refuse(t, []refused{
		{"a slide of nothing", of("HOP", "«INTERVAL '0' SECOND», "+second), []fault{{diag.WindowSize, "slide"}}},
		{"a negative slide", of("HOP", "«- INTERVAL '1' SECOND», "+second), []fault{{diag.WindowSize, "-1s"}}},
		{"a slide of microseconds", of("HOP", "«INTERVAL '0.0001' SECOND», "+second), []fault{{diag.WindowSize, "slide"}}},
		{"slide and size", of("HOP", "«1», «2»"), []fault{{diag.WindowSize, "slide"}, {diag.WindowSize, "size"}}},
		{"too many windows", of("HOP", "«INTERVAL '0.001' SECOND», INTERVAL '1' HOUR"),
			[]fault{{diag.WindowSize, "3600000 windows"}}},
		{"no step", of("CUMULATE", "«INTERVAL '0' SECOND», "+second), []fault{{diag.WindowSize, "step"}}},
		{"a step that does not divide", of("CUMULATE", "«INTERVAL '2' SECOND», INTERVAL '5' SECOND"),
			[]fault{{diag.WindowSize, "multiple"}}},
		{"a step beyond the size", of("CUMULATE", "«INTERVAL '2' SECOND», "+second), []fault{{diag.WindowSize, "multiple"}}},
		{"PARTITION BY", "SELECT 1 FROM TABLE(HOP(TABLE bids PARTITION BY «channel», DESCRIPTOR(ts), " + second + ", " +
			second +
			"))", []fault{{diag.NotInThisRelease, "GROUP BY"}}},
		{"HOP as a value", "SELECT «HOP(ts, " + second + ", " + second + ")» FROM bids",
			[]fault{{diag.WindowAuxiliary, "HOP_START"}}},
		{"CUMULATE as a value", "SELECT «CUMULATE(ts, " + second + ", " + second + ")» FROM bids",
			[]fault{{diag.WindowAuxiliary, "FROM"}}},
		{"HOP without a size", "SELECT 1 FROM bids GROUP BY «HOP(ts, " + second + ")»", []fault{{diag.NoOverload, "slide"}}},
		{"TUMBLE_START of a HOP", "SELECT «TUMBLE_START(ts, " + second + ")» FROM bids GROUP BY HOP(ts, " + second +
			", INTERVAL '2' SECOND)", []fault{{diag.WindowAuxiliary, "TUMBLE"}}},
		{"HOP_START of another", "SELECT «HOP_START(ts, " + second + ", " + second + ")» FROM bids GROUP BY HOP(ts, " +
			second +
			", INTERVAL '2' SECOND)", []fault{{diag.WindowAuxiliary, "lengths"}}},
	})
}
