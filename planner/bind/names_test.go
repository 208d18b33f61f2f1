package bind

import (
	"slices"
	"strings"
	"testing"

	"streamsql/internal/diag"
	"streamsql/planner/logical"
)

// TestNames: what a query's columns are called and which types they have.
func TestNames(t *testing.T) {
	for _, c := range []struct{ query, want string }{
		{"SELECT price FROM bids", "price INT"},
		{"SELECT bids.price FROM bids", "price INT"},
		{"SELECT b.price FROM bids AS b", "price INT"},
		{"SELECT b.n FROM (SELECT price AS n FROM bids) b", "n INT"},
		{"SELECT * FROM asks", "ts TIMESTAMP(3), channel STRING, ask INT"},
		{"SELECT a.* FROM asks AS a", "ts TIMESTAMP(3), channel STRING, ask INT"},
		{"SELECT ask, * FROM asks", "ask INT, ts TIMESTAMP(3), channel STRING, ask0 INT"},
		{"SELECT ts, ts AS t FROM bids", "ts TIMESTAMP(3)*, t TIMESTAMP(3)*"}, // event time goes along with a column
		{"SELECT ts + INTERVAL '1' SECOND AS t FROM bids", "t TIMESTAMP(3)"},  // but not with a value
		{"SELECT price, price, price FROM bids", "price INT, price0 INT, price1 INT"},
		{"SELECT price AS price0, price, price FROM bids", "price0 INT, price INT, price1 INT"},
		{"SELECT price + 1, channel, -price FROM bids", "EXPR$0 INT, channel STRING, EXPR$2 INT"},
		{"SELECT NULL AS n FROM bids", "n STRING"},
		{"SELECT x, y FROM asks AS a (y, x, z)", "x STRING, y TIMESTAMP(3)"},
		{"SELECT `price` FROM `bids`", "price INT"},
		{"WITH w AS (SELECT price AS p FROM bids) SELECT p FROM w", "p INT"},
		{"WITH w (q) AS (SELECT price AS p FROM bids) SELECT q FROM w AS v", "q INT"},
		{"WITH bids AS (SELECT ask AS p FROM asks) SELECT p FROM bids", "p INT"}, // the nearest name counts
		{"WITH a AS (SELECT 1 AS x FROM bids), b AS (SELECT x + 1 AS y FROM a) SELECT y FROM b", "y INT NOT NULL"},
		{"CREATE VIEW v AS SELECT channel, price FROM bids; SELECT v.price FROM v", "price INT"},
		{"CREATE VIEW v (a, b) AS SELECT channel, price FROM bids; SELECT * FROM v", "a STRING, b INT"},
		{"CREATE VIEW v AS SELECT ts FROM bids; SELECT x.ts FROM v AS x", "ts TIMESTAMP(3)*"},
		{"CREATE TABLE c (a INT, b AS a + 1, d AS b * 2) WITH ('connector' = 'source'); SELECT d, b FROM c", "d INT, b INT"},
		{"SELECT channel, COUNT(*) FROM bids GROUP BY channel", "channel STRING, EXPR$1 BIGINT NOT NULL"},
		{"SELECT UPPER(channel) AS c, MAX(price) AS m FROM bids GROUP BY UPPER(channel)", "c STRING, m INT"},
		{"SELECT window_start, window_time FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '1' MINUTE))",
			"window_start TIMESTAMP(3) NOT NULL, window_time TIMESTAMP(3) NOT NULL*"},
	} {
		r := bound(t, c.query)
		if got := describe(r.Sinks[0].Columns()); got != c.want {
			t.Errorf("%s\n%s\nwant %s", c.query, got, c.want)
		}
		if got, want := len(r.Sinks[0].Print), strings.Count(c.want, ", ")+1; got != want {
			t.Errorf("%s: %d names are printed for %d columns", c.query, got, want)
		}
	}
}

// TestColumnsKeepTheirIdentity: a column that is passed on is the same column, however it is called; a computed one is
// new, and each reading of a table has columns of its own.
func TestColumnsKeepTheirIdentity(t *testing.T) {
	r := bound(t, `INSERT INTO appended SELECT c, b FROM (SELECT channel AS c, big AS b, price + 1 AS x FROM bids);
		INSERT INTO updated SELECT channel, big FROM bids;`)
	seen := map[logical.ColID]string{}
	for i, s := range r.Sinks {
		var scanned []logical.Column
		logical.Walk(s, func(n logical.Node) {
			if scan, ok := n.(*logical.Scan); ok {
				scanned = scan.Cols
			}
		})
		for _, c := range scanned {
			if seen[c.ID] != "" {
				t.Errorf("query %d: column %s has the identity of %s", i, c.Name, seen[c.ID])
			}
			seen[c.ID] = c.Name
		}
		for k, name := range []string{"channel", "big"} {
			if got := seen[s.Columns()[k].ID]; got != name {
				t.Errorf("query %d: column %d is %q of the table, want %s", i, k, got, name)
			}
		}
	}
}

func TestNamesThatAreNotThere(t *testing.T) {
	refuse(t, []refused{
		{"a column", "SELECT «pirce» FROM bids", []fault{{diag.UnknownColumn, `"price"`}}},
		{"names are case-sensitive", "SELECT «Price» FROM bids", []fault{{diag.UnknownColumn, `"price"`}}},
		{"a column of another table", "SELECT «price» FROM asks", []fault{{diag.UnknownColumn, "ts, channel, ask"}}},
		{"a column with its table", "SELECT bids.«pirce» FROM bids", []fault{{diag.UnknownColumn, `"price"`}}},
		{"a table", "SELECT 1 FROM «bidz»", []fault{{diag.UnknownTable, `"bids"`}}},
		{"a table of nothing like it", "SELECT 1 FROM «warehouse»", []fault{{diag.UnknownTable, "CREATE TABLE warehouse"}}},
		{"a view declared later",
			"CREATE VIEW w AS SELECT 1 AS one FROM «v»; CREATE VIEW v AS SELECT price FROM bids; SELECT price FROM v",
			[]fault{{diag.UnknownTable, `"v"`}}},
		{"a query of an inner WITH", "SELECT 1 FROM (WITH w AS (SELECT 1 AS a FROM bids) SELECT a FROM w)«,» «w»",
			[]fault{{diag.NotInThisRelease, "FROM"}, {diag.UnknownTable, `"w"`}}},
		{"a table that is not in FROM", "SELECT «asks».price FROM bids", []fault{{diag.UnknownTable, `"bids"`}}},
		{"a table that has another name", "SELECT «bids».price FROM bids AS b", []fault{{diag.UnknownTable, "b.price"}}},
		{"a star of another table", "SELECT «asks».* FROM bids", []fault{{diag.UnknownTable, `table "bids"`}}},
		{"a field of a column", "SELECT «price.cents» FROM bids", []fault{{diag.UnknownColumn, "INT"}}},
		{"an alias in WHERE", "SELECT price AS p FROM bids WHERE «p» > 1", []fault{{diag.UnknownColumn, "WHERE"}}},
		{"an alias in GROUP BY", "SELECT UPPER(channel) AS u FROM bids GROUP BY «u»",
			[]fault{{diag.UnknownColumn, "GROUP BY"}}},
		{"an alias in HAVING", "SELECT COUNT(*) AS n FROM bids HAVING «n» > 1", []fault{{diag.UnknownColumn, "HAVING"}}},
		{"a name of two columns", "SELECT «c» FROM (SELECT price AS c, big AS c FROM bids)",
			[]fault{{diag.AmbiguousColumn, "price AS c"}}},
		{"a name of two columns of a view", "CREATE VIEW v AS SELECT price, price FROM bids; SELECT «price» FROM v",
			[]fault{{diag.AmbiguousColumn, `"price"`}}},
		{"two tables in FROM", "SELECT price FROM bids«,» asks", []fault{{diag.NotInThisRelease, "FROM"}}},
		{"a join's sides are looked into",
			"SELECT 1 FROM bids «JOIN» asks ON bids.channel = asks.channel WHERE bids.«pirce» > 0",
			[]fault{{diag.NotInThisRelease, "JOIN"}, {diag.UnknownColumn, `"price"`}}},
	})
	// Names of two columns are not a fault where list or star gives each its own.
	bound(t, "SELECT * FROM (SELECT price AS c, big AS c FROM bids)")
	bound(t, "SELECT a FROM (SELECT price AS c, big AS c FROM bids) AS s (a, b)")
}

func TestNamesThatAreTaken(t *testing.T) {
	refuse(t, []refused{
		{"a table", "CREATE TABLE «bids» (a INT) WITH ('connector' = 'source'); SELECT price FROM bids",
			[]fault{{diag.DuplicateName, `"bids"`}}},
		{"a view like a table", "CREATE VIEW «bids» AS SELECT 1 AS a FROM asks; SELECT price FROM bids",
			[]fault{{diag.DuplicateName, "IF NOT EXISTS"}}},
		{"a column", "CREATE TABLE t (a INT, «a» STRING) WITH ('connector' = 'source'); SELECT price FROM bids",
			[]fault{{diag.DuplicateName, `"a"`}}},
		{"two WITH queries", "WITH w AS (SELECT 1 AS a FROM bids), «w» AS (SELECT 2 AS a FROM bids) SELECT a FROM w",
			[]fault{{diag.DuplicateName, `"w"`}}},
		{"columns of an alias", "SELECT 1 FROM asks AS a (x, y, «x»)", []fault{{diag.DuplicateName, `"x"`}}},
		{"too few names", "SELECT 1 FROM asks AS a («x, y»)", []fault{{diag.ColumnCount, "3 columns"}}},
		{"too many names", "CREATE VIEW v («a, b») AS SELECT price FROM bids; SELECT price FROM bids",
			[]fault{{diag.ColumnCount, "2 names"}}},
	})
	r := bound(t, "CREATE TABLE IF NOT EXISTS bids (other INT) WITH ('connector' = 'source'); SELECT price FROM bids")
	if got := describe(r.Sinks[0].Columns()); got != "price INT" {
		t.Errorf("IF NOT EXISTS has changed the table: %s", got)
	}
}

// TestFaultsAreToldOnce: a text tells all of its faults, each once, in order; what follows from a fault is not one.
func TestFaultsAreToldOnce(t *testing.T) {
	refuse(t, []refused{
		{"several", "SELECT «pirce», «rat» FROM bids WHERE «chanel» = 'a'", []fault{
			{diag.UnknownColumn, `"price"`}, {diag.UnknownColumn, `"rate"`}, {diag.UnknownColumn, `"channel"`},
		}},
		{"a view that is used twice",
			"CREATE VIEW v AS SELECT «pirce» FROM bids; INSERT INTO appended SELECT channel, big FROM v; " +
				"INSERT INTO appended SELECT channel, big FROM v", []fault{{diag.UnknownColumn, `"price"`}}},
		{"a broken table", "CREATE TABLE broken (a «INTT», b INT) WITH ('connector' = 'source'); SELECT a, zzz FROM broken",
			[]fault{{diag.UnknownType, "INT"}}},
		{"a broken view in a view",
			"CREATE VIEW v AS SELECT «x» FROM bids; CREATE VIEW w AS SELECT y FROM v; SELECT z FROM w",
			[]fault{{diag.UnknownColumn, `"x"`}}},
		{"a WITH query that is used twice", "WITH w AS (SELECT «x» AS a FROM bids) SELECT a FROM w",
			[]fault{{diag.UnknownColumn, `"x"`}}},
		{"a broken statement hides no other one",
			"INSERT INTO appended SELECT «x», big FROM bids; INSERT INTO appended SELECT «y», big FROM bids",
			[]fault{{diag.UnknownColumn, `"x"`}, {diag.UnknownColumn, `"y"`}}},
	})
}

// TestOneQuery: a file prints one query or has inserts.
func TestOneQuery(t *testing.T) {
	const insert = "INSERT INTO appended SELECT channel, big FROM bids"
	refuse(t, []refused{
		{"two prints", "SELECT price FROM bids; «SELECT price FROM bids»", []fault{{diag.MixedQueries, "INSERT INTO"}}},
		{"an insert, then a print", insert + "; «SELECT price FROM bids»", []fault{{diag.MixedQueries, "INSERT INTO"}}},
		{"a print, then an insert", "SELECT price FROM bids; «" + insert + "»", []fault{{diag.MixedQueries, "INSERT INTO"}}},
	})
	if _, err := tryBind(t, tables, Options{}); diag.CodeOf(err) != diag.NoQuery {
		t.Errorf("a file without a query: %v", err)
	}
	r := bound(t, "EXECUTE STATEMENT SET BEGIN "+insert+"; "+insert+"; END;")
	if !r.Inserts || len(r.Sinks) != 2 {
		t.Errorf("%d sinks of a statement set", len(r.Sinks))
	}
	var read []string
	for name := range r.Read {
		read = append(read, name)
	}
	if !slices.Equal(read, []string{"bids"}) {
		t.Errorf("read: %v", read)
	}
}

// TestUnusedTablesAreNotChecked: options are a matter of use; a view that nobody uses reads nothing.
func TestUnusedTablesAreNotChecked(t *testing.T) {
	r := bound(t, `CREATE TABLE bad (a INT) WITH ('connector' = 'source', 'error-handling.mode' = 'perhaps');
		CREATE TABLE dlq (a INT) WITH ('connector' = 'source', 'error-handling.mode' = 'dlq');
		CREATE VIEW v AS SELECT a FROM dlq;
		SELECT price FROM bids`)
	if _, ok := r.Read["bad"]; ok {
		t.Error("an unused table was checked")
	}
	refuse(t, []refused{{"a used one", "CREATE TABLE bad (a INT) WITH ('connector' = 'source', 'error-handling.mode' = " +
		"«'perhaps'»); SELECT a FROM bad",
		[]fault{{diag.OptionValue, "error-handling.mode"}}}})
}
