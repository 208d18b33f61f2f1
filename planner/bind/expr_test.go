package bind

import (
	"testing"

	"streamsql/internal/diag"
)

// TestExpressions: the type of an expression, and what it has become: casts that are implied, operators by overload,
// the short forms written out.
func TestExpressions(t *testing.T) {
	for _, c := range []struct{ expr, typ, bound string }{
		{"price + 1", "INT", "+(INT,INT)[price,1:INT]"},
		{"price + big", "BIGINT", "+(BIGINT,BIGINT)[cast[price as BIGINT],big]"},
		{"price * rate", "DOUBLE", "*(DOUBLE,DOUBLE)[cast[price as DOUBLE],rate]"},
		{"amount + 1", "", ""},
		{"-price", "INT", ""},
		{"+price", "INT", "price"},
		{"price > big", "BOOLEAN", ">(BIGINT,BIGINT)[cast[price as BIGINT],big]"},
		{"price <> 1", "BOOLEAN", ""},
		{"id = id", "BOOLEAN NOT NULL", "=(BIGINT,BIGINT)[id,id]"},
		{"price = NULL", "BOOLEAN", ""},
		{"NULL AND flag", "BOOLEAN", ""},
		{"price IS NULL", "BOOLEAN NOT NULL", ""},
		{"flag IS NOT TRUE", "BOOLEAN NOT NULL", ""},
		{"price BETWEEN 1 AND big", "BOOLEAN", ""},
		{"price IN (1, 2, NULL)", "BOOLEAN", ""},
		{"channel LIKE 'a%'", "BOOLEAN", ""},
		{"channel || 'x'", "STRING", ""},
		{"CASE WHEN flag THEN price ELSE big END", "BIGINT", ""},
		{"CASE WHEN flag THEN 1 END", "INT", ""},
		{"CASE price WHEN 1 THEN 'a' ELSE 'b' END", "VARCHAR(1) NOT NULL", ""},
		{"IF(flag, 1, 2)", "INT NOT NULL", ""},
		{"COALESCE(price, 0)", "INT NOT NULL", "coalesce[price,0:INT]"},
		{"COALESCE(price, big)", "BIGINT", ""},
		{"NULLIF(id, 3)", "BIGINT", ""},
		{"CAST(price AS STRING)", "STRING", "cast[price as STRING]"},
		{"CAST(id AS INT)", "INT NOT NULL", "cast[id as INT]"},
		{"TRY_CAST(channel AS INT)", "INT", ""},
		{"EXTRACT(DAY FROM ts)", "BIGINT", ""},
		{"ts + INTERVAL '1' DAY", "TIMESTAMP(3)", ""},
		{"ROUND(amount, 1)", "DECIMAL(10, 1)", ""},
		{"ROUND(amount, price)", "", ""},
		{"DATE '2026-01-01'", "DATE NOT NULL", ""},
		{"TIMESTAMP '2026-01-01 00:00:00.123'", "TIMESTAMP(3) NOT NULL", ""},
		{"1.50", "DECIMAL(3, 2) NOT NULL", ""},
		{"1e3", "DOUBLE NOT NULL", ""},
		{"3000000000", "BIGINT NOT NULL", ""},
	} {
		r := bound(t, "SELECT "+c.expr+" AS x FROM bids")
		if got := r.Sinks[0].Columns()[0].Type.String(); c.typ != "" && got != c.typ {
			t.Errorf("%s is %s, want %s", c.expr, got, c.typ)
		}
		if c.bound == "" || c.bound == "price" {
			continue
		}
		if got := values(t, r)[0]; got != c.bound {
			t.Errorf("%s is bound as %s, want %s", c.expr, got, c.bound)
		}
	}
}

func TestExpressionsThatDoNotFit(t *testing.T) {
	refuse(t, []refused{
		{"operands", "SELECT «price + channel» FROM bids", []fault{{diag.NoOverload, "STRING"}}},
		{"two of them", "SELECT «price + flag», «day * 2» FROM bids",
			[]fault{{diag.NoOverload, "BOOLEAN"}, {diag.NoOverload, "DATE"}}},
		{"the innermost alone", "SELECT 1 + («price + flag») * 2 FROM bids", []fault{{diag.NoOverload, "BOOLEAN"}}},
		{"a condition", "SELECT 1 FROM bids WHERE «price»", []fault{{diag.TypeMismatch, "INT"}}},
		{"an operand of AND", "SELECT flag AND «price» FROM bids", []fault{{diag.TypeMismatch, "INT"}}},
		{"HAVING", "SELECT 1 FROM bids HAVING «COUNT(*)»", []fault{{diag.TypeMismatch, "BIGINT"}}},
		{"WHEN", "SELECT CASE WHEN «price» THEN 1 END FROM bids", []fault{{diag.TypeMismatch, "INT"}}},
		{"a cast", "SELECT «CAST(flag AS DATE)» FROM bids", []fault{{diag.InvalidCast, "BOOLEAN"}}},
		{"a function", "SELECT «UPERR»(channel) FROM bids", []fault{{diag.UnknownFunction, `"UPERR"`}}},
		{"a function's arguments", "SELECT «UPPER(1, 2, 3)» FROM bids", []fault{{diag.NoOverload, "UPPER"}}},
		{"a function with a dot", "SELECT «my.f»(price) FROM bids", []fault{{diag.UnknownFunction, "dots"}}},
		{"a literal", "SELECT DATE «'2026-02-30'» FROM bids", []fault{{diag.BadLiteral, "2026-02-30"}}},
		{"a sub-query", "SELECT «(SELECT 1 FROM asks)» FROM bids", []fault{{diag.NotInThisRelease, "FROM"}}},
		{"OVER", "SELECT «SUM(price) OVER (PARTITION BY channel ORDER BY ts)» FROM bids",
			[]fault{{diag.NotInThisRelease, "TUMBLE"}}},
		{"PROCTIME", "SELECT «PROCTIME()» FROM bids", []fault{{diag.NotInThisRelease, "WATERMARK"}}},
		{"a random number", "SELECT «RAND()» FROM bids", []fault{{diag.NotInThisRelease, "RAND"}}},
	})
}
