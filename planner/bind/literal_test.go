package bind

import (
	"testing"

	"streamsql/internal/diag"
)

// TestLiterals: the type and value of literals, and of casts of them, which are computed here.
func TestLiterals(t *testing.T) {
	for _, c := range []struct{ literal, typ, value string }{
		{"2147483647", "INT NOT NULL", "2147483647:INT"},
		{"2147483648", "BIGINT NOT NULL", "2147483648:BIGINT"},
		{"-2147483648", "INT NOT NULL", "-2147483648:INT"},
		{"9223372036854775808", "DECIMAL(19, 0) NOT NULL", ""},
		{"10.", "INT NOT NULL", "10:INT"},
		{"0.10", "DECIMAL(3, 2) NOT NULL", ""},
		{"1e3", "DOUBLE NOT NULL", "1000:DOUBLE"},
		{"''", "VARCHAR(1) NOT NULL", ""},
		{"'äöü'", "VARCHAR(3) NOT NULL", ""}, // characters, not bytes
		{"TRUE", "BOOLEAN NOT NULL", "true:BOOLEAN"},
		{"UNKNOWN", "BOOLEAN", ""},
		{"DATE '1970-01-02'", "DATE NOT NULL", "1:DATE"},
		{"TIMESTAMP '1970-01-01 00:00:01'", "TIMESTAMP(0) NOT NULL", "1000000:TIMESTAMP(0)"},
		{"TIMESTAMP '1970-01-01 00:00:00.000001'", "TIMESTAMP(6) NOT NULL", "1:TIMESTAMP(6)"},
		{"CAST(5 AS BIGINT)", "BIGINT NOT NULL", "5:BIGINT"},
		{"CAST(NULL AS BIGINT)", "BIGINT", ""},
		{"CAST(5 AS DECIMAL(5, 2))", "DECIMAL(5, 2) NOT NULL", ""},
		{"TRY_CAST('x' AS INT)", "INT", ""}, // computed where it is run
	} {
		r := bound(t, "SELECT "+c.literal+" AS x FROM bids")
		if got := r.Sinks[0].Columns()[0].Type.String(); got != c.typ {
			t.Errorf("%s is %s, want %s", c.literal, got, c.typ)
		}
		if c.value == "" {
			continue
		}
		if got := values(t, r)[0]; got != c.value {
			t.Errorf("%s is %s, want %s", c.literal, got, c.value)
		}
	}
	for interval, want := range map[string]string{
		"INTERVAL '90' SECOND": "90000000", "INTERVAL '1.5' SECOND": "1500000", "INTERVAL '1 02:30' DAY TO " +
			"MINUTE": "95400000000",
		"INTERVAL '-1' HOUR": "-3600000000", "INTERVAL -'1' HOUR": "-3600000000", "INTERVAL '02:03' MINUTE TO " +
			"SECOND": "123000000",
		"INTERVAL '1' WEEK": "604800000000",
	} {
		want = "+(TIMESTAMP,INTERVAL SECOND)[ts," + want + ":INTERVAL SECOND]"
		if got := values(t, bound(t, "SELECT ts + "+interval+" AS x FROM bids"))[0]; got != want {
			t.Errorf("%s: %s, want %s", interval, got, want)
		}
	}
}

func TestLiteralsThatAreNone(t *testing.T) {
	refuse(t, []refused{
		{"too many digits", "SELECT «123456789012345678901234567890123456789» FROM bids", []fault{{diag.BadLiteral, "38"}}},
		{"beyond DOUBLE", "SELECT «1e999» FROM bids", []fault{{diag.BadLiteral, "1e999"}}},
		{"a date", "SELECT DATE «'2026-13-01'» FROM bids", []fault{{diag.BadLiteral, "2026-01-31"}}},
		{"a timestamp", "SELECT TIMESTAMP «'yesterday'» FROM bids", []fault{{diag.BadLiteral, "2026-01-31 12:00:00.123"}}},
		{"nanoseconds", "SELECT TIMESTAMP «'2026-01-01 00:00:00.1234567'» FROM bids",
			[]fault{{diag.NotInThisRelease, "microseconds"}}},
		{"TIME", "SELECT «TIME '12:00:00'» FROM bids", []fault{{diag.NotInThisRelease, "TIMESTAMP"}}},
		{"an interval", "SELECT ts + INTERVAL «'x'» SECOND FROM bids", []fault{{diag.BadLiteral, "SECOND"}}},
		{"minutes beyond the hour", "SELECT ts + INTERVAL «'1:75'» HOUR TO MINUTE FROM bids",
			[]fault{{diag.BadLiteral, "MINUTE"}}},
		{"parts that are missing", "SELECT ts + INTERVAL «'1'» DAY TO SECOND FROM bids", []fault{{diag.BadLiteral, "DAY"}}},
		{"a fraction of minutes", "SELECT ts + INTERVAL «'1.5'» MINUTE FROM bids", []fault{{diag.BadLiteral, "MINUTE"}}},
	})
}

// TestShortForms: what the dialect writes shortly is bound as what it means.
func TestShortForms(t *testing.T) {
	for short, long := range map[string]string{
		"price BETWEEN 1 AND 5":        "price >= 1 AND price <= 5",
		"price NOT BETWEEN 1 AND 5":    "NOT (price BETWEEN 1 AND 5)",
		"price NOT IN (1, 2)":          "NOT (price IN (1, 2))",
		"channel NOT LIKE 'a%'":        "NOT (channel LIKE 'a%')",
		"IF(flag, price, 1)":           "CASE WHEN flag THEN price ELSE 1 END",
		"IFNULL(price, 1)":             "COALESCE(price, 1)",
		"CASE price WHEN 1 THEN 2 END": "CASE WHEN price = 1 THEN 2 END",
		"+price":                       "price",
		"(((price)))":                  "price",
		"price != 1":                   "price <> 1",
		"price + NULL":                 "price + CAST(NULL AS INT)",
		"flag IS UNKNOWN":              "flag IS NULL",
	} {
		form := func(e string) string {
			return values(t, bound(t, "SELECT price + 0 AS same, "+e+" AS x FROM bids"))[1]
		}
		if a, b := form(short), form(long); a != b {
			t.Errorf("%s is\n%s\n%s is\n%s", short, a, long, b)
		}
	}
}

// TestRefusedForms: what the dialect has beyond this is refused where it is, and what is within it is looked at.
func TestRefusedForms(t *testing.T) {
	refuse(t, []refused{
		{"DISTINCT", "«SELECT DISTINCT channel FROM bids»", []fault{{diag.NotInThisRelease, "GROUP BY"}}},
		{"ORDER BY", "SELECT channel FROM bids ORDER BY «channel»", []fault{{diag.NotInThisRelease, "ORDER BY"}}},
		{"LIMIT", "SELECT channel FROM bids LIMIT «5»", []fault{{diag.NotInThisRelease, "LIMIT"}}},
		{"SELECT without FROM", "«SELECT 1»", []fault{{diag.NotInThisRelease, "FROM"}}},
		{"IN with a query", "SELECT «price IN (SELECT ask FROM asks)» FROM bids", []fault{{diag.NotInThisRelease, "FROM"}}},
		{"EXISTS", "SELECT 1 FROM bids WHERE «EXISTS (SELECT 1 FROM asks)»", []fault{{diag.NotInThisRelease, "FROM"}}},
		{"ROLLUP", "SELECT channel FROM bids GROUP BY «ROLLUP (channel)»", []fault{{diag.NotInThisRelease, "ROLLUP"}}},
		{"DROP", "«DROP TABLE bids»; SELECT price FROM bids", []fault{{diag.NotInThisRelease, "CREATE"}}},
		{"a database", "SELECT 1 FROM «db.bids»", []fault{{diag.NotInThisRelease, "name alone"}}},
		{"OVERWRITE", "«INSERT OVERWRITE appended SELECT channel, big FROM bids»",
			[]fault{{diag.NotInThisRelease, "INSERT INTO"}}},
		{"time travel", "SELECT 1 FROM bids FOR SYSTEM_TIME AS OF «ts»", []fault{{diag.NotInThisRelease, "SYSTEM_TIME"}}},
	})
}
