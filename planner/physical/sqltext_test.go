package physical

import (
	"testing"

	"streamsql/internal/sqltype"
)

// TestSQLReadsBack: the text that EXPLAIN shows of an expression means that expression: planned again it is the same.
// Keywords of EXTRACT, TRIM and their like are shown as texts, and are left out here.
func TestSQLReadsBack(t *testing.T) {
	for _, e := range []string{
		"price", "-price", "price + 1 * 2", "(price + 1) * 2", "price - (1 - price)", "price / 2 / 3", "price / (2 / price)",
		"channel || 'it''s' || words", "price > 1 AND price < 5 OR channel = 'x'", "price > 1 AND (price < 5 OR channel = " +
			"'x')",
		"NOT (price > 1 AND price < 5)", "price IS NULL", "price IS NOT NULL", "(price > 1) IS TRUE", "(price > 1) IS NOT " +
			"FALSE",
		"(price > 1) IS UNKNOWN", "price BETWEEN 1 AND 5", "price NOT BETWEEN 1 AND 5", "price IN (1, 2, 3)", "price NOT " +
			"IN (1, 2)",
		"channel LIKE 'a%'", "channel NOT LIKE 'a!%' ESCAPE '!'", "CASE WHEN price > 1 THEN 'a' ELSE 'b' END",
		"CASE WHEN price > 1 THEN 1 END", "CASE price WHEN 1 THEN 2 WHEN 3 THEN 4 ELSE 5 END", "COALESCE(price, 0)",
		"NULLIF(price, 3)", "IF(price > 1, 'a', 'b')", "CAST(price AS BIGINT)", "CAST(price AS DECIMAL(12, 2))",
		"TRY_CAST(channel AS INT)", "UPPER(channel)", "SUBSTRING(channel FROM 2 FOR 3)",
		"ts + INTERVAL '90' SECOND", "ts - INTERVAL '1' MONTH", "TIMESTAMP '2026-01-01 00:00:00.123'",
		"DATE '2026-01-01'", "1.50", "1e300", "TRUE", "'a\nb'", "FLOOR(ts TO HOUR)",
		"CURRENT_TIMESTAMP", "price <> 1", "price % 7", "POSITION('a' IN channel)",
		"OVERLAY(channel PLACING 'x' FROM 2)", "CHAR_LENGTH(channel)", "POWER(price, 2)", "REGEXP_EXTRACT(channel, " +
			"'a(b)', 1)",
	} {
		t.Run(e, func(t *testing.T) {
			first := calcOf(t, e)
			text := SQL(first.Exprs[0], schemaOf(t, e))
			if again := calcOf(t, text); again.Exprs[0].String() != first.Exprs[0].String() {
				t.Errorf("shown as %s, which is\n%s, not\n%s", text, again.Exprs[0], first.Exprs[0])
			}
		})
	}
}

// calcOf plans SELECT e over a table that is read whole, so that columns keep their places.
func calcOf(t *testing.T, e string) Calc {
	t.Helper()
	p := planOfExpression(t, e)
	for _, n := range p.Nodes {
		if c, ok := n.Op.(Calc); ok {
			return c
		}
	}
	return Calc{Exprs: nil}
}

func planOfExpression(t *testing.T, e string) *Plan {
	t.Helper()
	return planned(t, "SELECT "+e+" AS e, ts, channel, price, words, twice, unused FROM bids")
}

func schemaOf(t *testing.T, e string) sqltype.Schema { return planOfExpression(t, e).Nodes[0].Schema }
