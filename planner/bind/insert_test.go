package bind

import (
	"fmt"
	"strings"
	"testing"

	"streamsql/internal/diag"
	"streamsql/internal/scalar"
	"streamsql/planner/logical"
)

// TestInsert: the query's columns go to the table's by position or by the list, are cast where nothing is lost, and
// what is not given is NULL.
func TestInsert(t *testing.T) {
	const t3 = "CREATE TABLE t (a BIGINT, b DECIMAL(12, 3), c STRING, d TIMESTAMP(6), e AS a + 1) WITH ('connector' = " +
		"'append');"
	for _, c := range []struct{ query, want string }{
		{"INSERT INTO t SELECT price, amount, channel, ts FROM bids",
			"cast[price as BIGINT], cast[amount as DECIMAL(12, 3)], channel, cast[ts as TIMESTAMP(6)]"},
		{"INSERT INTO t (c, a) SELECT channel, big FROM bids", "big, NULL, channel, NULL"},
		{"INSERT INTO t (b) SELECT price FROM bids", "NULL, cast[price as DECIMAL(12, 3)], NULL, NULL"},
		{"INSERT INTO t SELECT x.* FROM (SELECT big, amount, channel, ts FROM bids) AS x",
			"big, cast[amount as DECIMAL(12, 3)], channel, cast[ts as TIMESTAMP(6)]"},
	} {
		r := bound(t, t3+c.query)
		if got := describe(r.Sinks[0].Columns()); got != "a BIGINT, b DECIMAL(12, 3), c STRING, d TIMESTAMP(6)" {
			t.Errorf("%s: columns %s", c.query, got)
		}
		if got := stored(r.Sinks[0]); got != c.want {
			t.Errorf("%s\n%s\nwant %s", c.query, got, c.want)
		}
	}
}

// stored prints what a sink's columns are computed from.
func stored(s *logical.Sink) string {
	names := map[int]string{}
	logical.Walk(s, func(n logical.Node) {
		if scan, ok := n.(*logical.Scan); ok {
			for _, c := range scan.Cols {
				names[int(c.ID)] = c.Name
			}
		}
	})
	var out []string
	for _, i := range s.In.(*logical.Calc).Items {
		switch e := i.Expr.(type) {
		case scalar.Const:
			out = append(out, "NULL")
		case scalar.Cast:
			out = append(out, fmt.Sprintf("cast[%s as %s]", names[e.Arg.(scalar.Col).Index], e.T))
		case scalar.Col:
			out = append(out, names[e.Index])
		}
	}
	return strings.Join(out, ", ")
}

func TestInsertsThatDoNotFit(t *testing.T) {
	refuse(t, []refused{
		{"no such table", "INSERT INTO «appendd» SELECT channel, big FROM bids", []fault{{diag.UnknownTable, `"appended"`}}},
		{"a view", "CREATE VIEW v AS SELECT big FROM bids; INSERT INTO «v» SELECT big FROM bids",
			[]fault{{diag.UnknownTable, "view"}}},
		{"too many columns", "INSERT INTO appended «SELECT channel, big, price FROM bids»",
			[]fault{{diag.ColumnCount, "3 columns"}}},
		{"too few for the list", "INSERT INTO appended (n, channel) «SELECT big FROM bids»",
			[]fault{{diag.ColumnCount, "1 column"}}},
		{"a column twice", "INSERT INTO appended (n, «n») SELECT big, big FROM bids", []fault{{diag.DuplicateName, `"n"`}}},
		{"no such column", "INSERT INTO appended («m») SELECT big FROM bids", []fault{{diag.UnknownColumn, "channel, n"}}},
		{"a computed column",
			"CREATE TABLE t (a INT, b AS a + 1) WITH ('connector' = 'append'); INSERT INTO t («b») SELECT price FROM bids",
			[]fault{{diag.UnknownColumn, `"b"`}}},
		{"another type", "INSERT INTO appended SELECT channel, «channel» FROM bids",
			[]fault{{diag.StoreType, "CAST(… AS BIGINT)"}}},
		{"what loses digits", "INSERT INTO appended SELECT channel, «rate» FROM bids", []fault{{diag.StoreType, "DOUBLE"}}},
		{"NULL where there must be none", "INSERT INTO strict SELECT «big», channel FROM bids",
			[]fault{{diag.StoreNull, "COALESCE"}}},
		{"NULL by leaving it out", "INSERT INTO strict (name) «SELECT channel FROM bids»", []fault{{diag.StoreNull, `"id"`}}},
		{"each column for itself", "INSERT INTO strict SELECT «big», «price» FROM bids",
			[]fault{{diag.StoreNull, `"id"`}, {diag.StoreType, `"name"`}}},
		{"changes for a table that appends", "INSERT INTO appended SELECT channel, COUNT(*) FROM bids «GROUP BY channel»",
			[]fault{{diag.UpdatesSink, "window"}}},
		{"an interval", "«SELECT INTERVAL '1' SECOND AS i FROM bids»", []fault{{diag.TypeMismatch, `"i"`}}},
	})
	bound(t, "INSERT INTO strict SELECT id, channel FROM bids")
	bound(t, "INSERT INTO updated SELECT channel, COUNT(*) FROM bids GROUP BY channel")
}

// TestWrittenTables: tables are checked for writing when they are written, once.
func TestWrittenTables(t *testing.T) {
	r := bound(t, "INSERT INTO appended SELECT channel, big FROM bids; INSERT INTO appended SELECT channel, price FROM "+
		"bids")
	if len(r.Write) != 1 || len(r.Read) != 1 || !r.Inserts {
		t.Errorf("written %v, read %v", r.Write, r.Read)
	}
	if table := r.Sinks[1].Table; table == nil || table.Name != "appended" || r.Sinks[0].Table != table {
		t.Errorf("the sinks write to %v", table)
	}
}
