package bind

import (
	"strings"
	"testing"

	"streamsql/internal/diag"
	"streamsql/internal/scalar"
)

// declared binds a table and gives it.
func declareTable(columns string) string {
	return "CREATE TABLE t (" + columns + ") WITH ('connector' = 'source'); SELECT price FROM bids"
}

// TestWatermarks: which columns may have one, and what it may be.
func TestWatermarks(t *testing.T) {
	for _, c := range []struct{ columns, rowtime, text string }{
		{"a INT, t TIMESTAMP(3), WATERMARK FOR t AS t - INTERVAL '5' SECOND", "t", "t - INTERVAL '5' SECOND"},
		{"t TIMESTAMP(3), WATERMARK FOR t AS t", "t", "t"},
		{"t TIMESTAMP(0), WATERMARK FOR t AS t", "t", "t"},
		{"t TIMESTAMP_LTZ(3), WATERMARK FOR t AS t - INTERVAL '1' MINUTE", "t", "t - INTERVAL '1' MINUTE"},
		{"ms BIGINT, t AS TO_TIMESTAMP_LTZ(ms, 3), WATERMARK FOR t AS t", "t", "t"}, // a computed column
		{"a TIMESTAMP(3), b TIMESTAMP(3), WATERMARK FOR a AS b", "a", "b"},          // of another column
		{"t TIMESTAMP(3), late BOOLEAN, WATERMARK FOR t AS CASE WHEN late THEN t - INTERVAL '1' HOUR ELSE t END",
			"t", "CASE"},
	} {
		r := bound(t, declareTable(c.columns))
		table, _ := r.Catalog.Table("t")
		if table.Watermark == nil || table.Columns[table.Rowtime].Name != c.rowtime ||
			!strings.HasPrefix(table.WatermarkText, c.text) {
			t.Errorf("%s: watermark %s for column %d", c.columns, table.WatermarkText, table.Rowtime)
		}
	}
	table, _ := bound(t, declareTable("t TIMESTAMP(3)")).Catalog.Table("t")
	if table.Watermark != nil || table.Rowtime != -1 {
		t.Errorf("no watermark: column %d", table.Rowtime)
	}
	refuse(t, []refused{
		{"another type", declareTable("a INT, WATERMARK FOR «a» AS a"), []fault{{diag.WatermarkType, "TIMESTAMP(3)"}}},
		{"too fine", declareTable("t TIMESTAMP(6), WATERMARK FOR «t» AS t"),
			[]fault{{diag.WatermarkType, "CAST(t AS TIMESTAMP(3))"}}},
		{"no such column", declareTable("ts TIMESTAMP(3), WATERMARK FOR «tss» AS ts"), []fault{{diag.UnknownColumn, `"ts"`}}},
		{"no such column in its value", declareTable("ts TIMESTAMP(3), WATERMARK FOR ts AS «tss»"),
			[]fault{{diag.UnknownColumn, `"ts"`}}},
		{"a value of another type", declareTable("t TIMESTAMP(3), n INT, WATERMARK FOR t AS «n»"),
			[]fault{{diag.WatermarkType, "INT"}}},
		{"a value of the other time", declareTable("t TIMESTAMP(3), u TIMESTAMP_LTZ(3), WATERMARK FOR t AS «u»"),
			[]fault{{diag.WatermarkType, "TIMESTAMP_LTZ(3)"}}},
		{"a value that is too fine", declareTable("t TIMESTAMP(3), u TIMESTAMP(6), WATERMARK FOR t AS «u»"),
			[]fault{{diag.WatermarkType, "TIMESTAMP(6)"}}},
		{"the clock", declareTable("t TIMESTAMP_LTZ(3), WATERMARK FOR t AS «CAST(CURRENT_TIMESTAMP AS TIMESTAMP_LTZ(3))»"),
			[]fault{{diag.WatermarkClock, "clock"}}},
		{"the clock in a column",
			declareTable("t TIMESTAMP_LTZ(3), now AS CURRENT_TIMESTAMP, c AS CAST(now AS TIMESTAMP_LTZ(3)), " +
				"WATERMARK FOR t AS «c»"), []fault{{diag.WatermarkClock, "clock"}}},
		{"the clock as event time",
			declareTable("a INT, c AS CAST(CURRENT_TIMESTAMP AS TIMESTAMP_LTZ(3)), WATERMARK FOR c AS «c»"),
			[]fault{{diag.WatermarkClock, "clock"}}},
	})
}

// TestComputedColumns: they see what is stored and the computed columns before them.
func TestComputedColumns(t *testing.T) {
	table, _ := bound(t, declareTable("twice AS a * 2, a INT, more AS twice + 1, b STRING NOT NULL")).Catalog.Table("t")
	if got := table.Schema().String(); got != "(twice INT, a INT, more INT, b STRING NOT NULL)" {
		t.Errorf("columns %s", got)
	}
	if got := table.Physical().String(); got != "(a INT, b STRING NOT NULL)" {
		t.Errorf("stored columns %s", got)
	}
	reads := func(e scalar.Expr) (out []int) {
		scalar.Walk(e, func(x scalar.Expr) {
			if c, ok := x.(scalar.Col); ok {
				out = append(out, c.Index)
			}
		})
		return out
	}
	if at := reads(table.Columns[2].Computed); len(at) != 1 || at[0] != 1 {
		t.Errorf("more reads column number %v, want twice, the first", at)
	}
	refuse(t, []refused{
		{"of a later one", declareTable("a INT, x AS «y», y AS a"), []fault{{diag.UnknownColumn, `"y"`}}},
		{"of itself", declareTable("a INT, x AS «x» + 1"), []fault{{diag.UnknownColumn, `"x"`}}},
		{"nothing stored", "CREATE TABLE «t» (x AS 1) WITH ('connector' = 'source'); SELECT price FROM bids",
			[]fault{{diag.EmptyTable, `"t"`}}},
		{"a wrong type", declareTable("a INT, x AS «a + TRUE»"), []fault{{diag.NoOverload, "INT"}}},
		{"metadata", declareTable("a INT, «b STRING METADATA»"), []fault{{diag.NotInThisRelease, "METADATA"}}},
		{"a primary key", declareTable("a INT, «PRIMARY KEY (a) NOT ENFORCED»"),
			[]fault{{diag.NotInThisRelease, "changelog-json"}}},
	})
}

// TestTableOptions: faults of options are at their words, also after variables were put in.
func TestTableOptions(t *testing.T) {
	with := func(options string) string {
		return "CREATE TABLE t (a INT) WITH (" + options + "); SELECT a FROM t"
	}
	refuse(t, []refused{
		{"no connector", "CREATE TABLE «t» (a INT) WITH ('at' = 'x'); SELECT a FROM t",
			[]fault{{diag.OptionMissing, "append"}}},
		{"an unknown connector", with("'connector' = «'sourc'»"), []fault{{diag.UnknownConnector, `"source"`}}},
		{"an unknown option", with("'connector' = 'source', «'att'» = 'x'"), []fault{{diag.UnknownOption, `"at"`}}},
		{"a wrong value", with("'connector' = 'source', 'error-handling.mode' = «'warn'»"),
			[]fault{{diag.OptionValue, "dlq"}}},
		{"written where it can only be read",
			"CREATE TABLE t (a BIGINT) WITH ('connector' = «'source'»); INSERT INTO t SELECT big FROM bids",
			[]fault{{diag.ConnectorUse, `"t"`}}},
		{"a variable", with("'connector' = 'source', 'at' = «'${dir}/x'»"), []fault{{diag.UnknownVariable, "--var dir"}}},
		{"a secret", with("'connector' = 'source', 'password' = «'${env:PASSWORD}'»"),
			[]fault{{diag.SecretUnavailable, "PASSWORD"}}},
	})
	r, err := tryBind(t, with("'connector' = 'source', 'at' = '${dir}/x', 'password' = 'p${env:PW}'"), Options{
		Vars:   map[string]string{"dir": "/data"},
		Secret: func(scheme, name string) (string, error) { return scheme + "+" + name, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	table, _ := r.Catalog.Table("t")
	if o := table.Options[1]; o.Value != "/data/x" || o.Secret {
		t.Errorf("a variable: %+v", o)
	}
	if o := table.Options[2]; o.Value != "penv+PW" || !o.Secret {
		t.Errorf("a secret: %+v", o)
	}
}

// TestPlaces: two tables in one place would find each other in the way.
func TestPlaces(t *testing.T) {
	table := func(name, at string) string {
		return "CREATE TABLE " + name + " (channel STRING, n BIGINT) WITH ('connector' = 'both', 'at' = " + at + ");\n"
	}
	const a2b, a2c = "INSERT INTO b SELECT channel, n FROM a; ", "INSERT INTO c SELECT channel, n FROM a;"
	refuse(t, []refused{
		{"two are written", table("a", "'x'") + table("b", "«'y'»") + table("c", "«'y'»") + a2b + a2c,
			[]fault{{diag.SharedPlace, `"b"`}, {diag.SharedPlace, `"c"`}}},
		{"one is read and one written", table("a", "«'x'»") + table("b", "«'./x'»") + a2b,
			[]fault{{diag.SharedPlace, "read"}, {diag.SharedPlace, "written"}}},
		{"one is read within what is written", table("a", "«'x/y'»") + table("b", "«'x'»") + a2b,
			[]fault{{diag.SharedPlace, "read"}, {diag.SharedPlace, "written"}}},
		{"one is both", table("a", "«'x'»") + "INSERT INTO a SELECT channel, n FROM a",
			[]fault{{diag.SharedPlace, "its own results"}}},
	})
	bound(t, table("a", "'x'")+table("b", "'xy'")+a2b)              // a name that begins alike
	bound(t, table("a", "'x'")+table("b", "'x/y'")+a2b)             // the table that is read is around it
	bound(t, table("a", "''")+table("b", "''")+a2b)                 // without a place
	bound(t, table("a", "'x'")+table("b", "'x'")+"SELECT n FROM a") // the other is not used
}

// TestDeadLetterTables: mode dlq needs a table of the right form, and no other mode has one.
func TestDeadLetterTables(t *testing.T) {
	from := func(options string) string {
		return "CREATE TABLE t (a INT) WITH ('connector' = 'source'" + options + "); SELECT a FROM t"
	}
	const dlq = ", 'error-handling.mode' = 'dlq', 'error-handling.dead-letter-table' = "
	dead := func(columns string) string {
		return "CREATE TABLE dead (" + columns + ") WITH ('connector' = 'append');\n" + from(dlq+"'dead'")
	}
	refuse(t, []refused{
		{"no table", from(", 'error-handling.mode' = «'dlq'»"), []fault{{diag.DeadLetterForm, "dead-letter-table"}}},
		{"another mode", from(", 'error-handling.dead-letter-table' = «'appended'»"),
			[]fault{{diag.DeadLetterForm, "'dlq'"}}},
		{"an unknown table", "CREATE TABLE dead (raw STRING) WITH ('connector' = 'append');\n" + from(dlq+"«'daed'»"),
			[]fault{{diag.DeadLetterForm, `"dead"`}}},
		{"the mode of the query", "SET 'streamsql.error-handling.mode' = «'dlq'»; " + from(""),
			[]fault{{diag.DeadLetterForm, `"t"`}}},
		{"a column it has not", dead("raw STRING, «why» STRING"), []fault{{diag.DeadLetterForm, `"why"`}}},
		{"a column of another type", dead("«code» INT"), []fault{{diag.DeadLetterForm, "STRING"}}},
		{"text that must not be NULL", dead("«raw» STRING NOT NULL"), []fault{{diag.DeadLetterForm, "raw STRING"}}},
		{"a table that cannot be written",
			"CREATE TABLE dead (raw STRING) WITH ('connector' = «'source'»);\n" + from(dlq+"'dead'"),
			[]fault{{diag.ConnectorUse, `"dead"`}}},
	})
	r := bound(t, dead("error STRING, raw STRING"))
	if _, written := r.Write["dead"]; !written || len(r.Dead) != 1 || r.Dead[0].Name != "dead" {
		t.Errorf("dead-letter tables %v", r.Dead)
	}
	r = bound(t, "CREATE TABLE unused (a INT) WITH ('connector' = 'source'"+dlq+"'nowhere'); SELECT price FROM bids")
	if len(r.Dead) != 0 {
		t.Error("a table that nobody reads has dead letters")
	}
}
