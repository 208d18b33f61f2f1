package bind

import (
	"testing"

	"streamsql/internal/diag"
	"streamsql/planner/logical"
)

// TestUnionAll: columns are named by the first side, have the type that all widen to, and are event time where they
// are on every side.
func TestUnionAll(t *testing.T) {
	const more = `CREATE TABLE other (ts TIMESTAMP(0), price BIGINT NOT NULL, WATERMARK FOR ts AS ts)
		WITH ('connector' = 'source');`
	for _, c := range []struct{ query, want string }{
		{"SELECT channel AS c, price FROM bids UNION ALL SELECT channel, ask FROM asks", "c STRING, price INT"},
		{"SELECT price FROM bids UNION ALL SELECT price FROM other", "price " +
			"BIGINT"}, // NULL is possible where one side has it
		{"SELECT id FROM bids UNION ALL SELECT price FROM other", "id BIGINT NOT NULL"},
		{"SELECT price FROM bids UNION ALL SELECT rate FROM bids", "price DOUBLE"},
		{"SELECT price FROM bids UNION ALL SELECT amount FROM bids", "price DECIMAL(12, 2)"},
		{"SELECT ts FROM bids UNION ALL SELECT ts FROM other", "ts TIMESTAMP(3)*"},
		{"SELECT ts FROM bids UNION ALL SELECT ts FROM asks", "ts TIMESTAMP(3)"}, // asks has no watermark
		{"SELECT 1 AS x FROM bids UNION ALL SELECT 2 FROM asks UNION ALL SELECT 3 FROM other", "x INT NOT NULL"},
		{"SELECT x FROM (SELECT price AS x FROM bids UNION ALL SELECT ask FROM asks) AS u WHERE u.x > 1", "x INT"},
		{"SELECT channel, NULL AS n FROM bids UNION ALL SELECT channel, channel FROM asks", "channel STRING, n STRING"},
	} {
		r := bound(t, more+c.query)
		if got := describe(r.Sinks[0].Columns()); got != c.want {
			t.Errorf("%s\n%s\nwant %s", c.query, got, c.want)
		}
	}
	inputs := 0
	logical.Walk(bound(t, "SELECT 1 AS x FROM bids UNION ALL (SELECT 2 FROM asks UNION ALL SELECT 3 FROM bids)").Sinks[0],
		func(n logical.Node) {
			if u, ok := n.(*logical.Union); ok {
				inputs += len(u.In)
			}
		})
	if inputs < 3 {
		t.Errorf("three sides became unions over %d inputs", inputs)
	}
	refuse(t, []refused{
		{"other columns", "SELECT channel, price FROM bids «UNION ALL» SELECT channel FROM asks",
			[]fault{{diag.ColumnCount, "2 columns"}}},
		{"other types", "SELECT channel FROM bids «UNION ALL» SELECT ask FROM asks",
			[]fault{{diag.TypeMismatch, `"channel"`}}},
		{"without ALL", "SELECT channel FROM bids «UNION» SELECT channel FROM asks",
			[]fault{{diag.NotInThisRelease, "UNION ALL"}}},
		{"INTERSECT, and what is wrong beside it", "SELECT «chanel» FROM bids «INTERSECT» SELECT channel FROM asks",
			[]fault{{diag.UnknownColumn, `"channel"`}, {diag.NotInThisRelease, "INTERSECT"}}},
		{"both sides are looked into", "SELECT «x» FROM bids UNION ALL SELECT «y» FROM asks",
			[]fault{{diag.UnknownColumn, `"x"`}, {diag.UnknownColumn, `"y"`}}},
		{"changes on one side", "INSERT INTO appended SELECT channel, price FROM bids UNION ALL " +
			"SELECT channel, COUNT(*) FROM bids «GROUP BY channel»", []fault{{diag.UpdatesSink, `"appended"`}}},
	})
}

// TestUnnest: a row for each element, with the columns of its row before it.
func TestUnnest(t *testing.T) {
	const from = " FROM bids CROSS JOIN UNNEST(SPLIT(channel, ' ')) "
	for _, c := range []struct{ query, want string }{
		{"SELECT word" + from + "AS w (word)", "word STRING NOT NULL"},
		{"SELECT price, w.word, bids.price" + from + "AS w (word)", "price INT, word STRING NOT NULL, price0 INT"},
		{"SELECT word, n" + from + "WITH ORDINALITY AS w (word, n)", "word STRING NOT NULL, n INT NOT NULL"},
		{"SELECT word FROM bids LEFT JOIN UNNEST(SPLIT(channel, ' ')) AS w (word) ON TRUE", "word STRING"},
		{"SELECT ts, word" + from + "AS w (word)", "ts TIMESTAMP(3)*, word STRING NOT NULL"},
	} {
		if got := describe(bound(t, c.query).Sinks[0].Columns()); got != c.want {
			t.Errorf("%s\n%s\nwant %s", c.query, got, c.want)
		}
	}
	refuse(t, []refused{
		{"not an array", "SELECT 1 FROM bids CROSS JOIN UNNEST(«price») AS w (x)", []fault{{diag.TypeMismatch, "SPLIT"}}},
		{"a taken name", "SELECT 1" + from + "AS w («price»)", []fault{{diag.DuplicateName, `"price"`}}},
		{"too many names", "SELECT 1" + from + "AS w («a, b»)", []fault{{diag.ColumnCount, "2 names"}}},
		{"a condition", "SELECT 1 FROM bids «LEFT JOIN» UNNEST(SPLIT(channel, ' ')) AS w (x) ON x > 'a'",
			[]fault{{diag.NotInThisRelease, "WHERE"}}},
		{"an unknown column", "SELECT 1 FROM bids CROSS JOIN UNNEST(SPLIT(«chanel», ' ')) AS w (x)",
			[]fault{{diag.UnknownColumn, `"channel"`}}},
		{"an argument of another type", "SELECT 1 FROM bids CROSS JOIN UNNEST(«SPLIT(price, ' ')») AS w (x)",
			[]fault{{diag.NoOverload, "SPLIT"}}},
	})
}
