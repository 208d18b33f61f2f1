package lex

import "strings"

// reservedWords are the words that cannot name a column, a table or an alias unless they are back-quoted. It is the
// part of Flink's list that this dialect's grammar gives a meaning: a shorter list keeps more of people's column names
// legal, and every name legal here is legal, quoted or not, after Print.
var reservedWords = wordSet(`
	ALL AND ANY ARRAY AS ASYMMETRIC BETWEEN BOTH BY CASE CAST CREATE CROSS CUBE DATE DELETE DESCRIBE DISTINCT DROP ELSE
	END ESCAPE EXCEPT EXISTS EXPLAIN EXTRACT FALSE FETCH FILTER FOR FROM FULL GROUP GROUPING HAVING IN INNER INSERT
	INTERSECT INTERVAL INTO IS JOIN LATERAL LEADING LEFT LIKE LIMIT MATCH_RECOGNIZE MINUS NATURAL NOT NULL OFFSET ON OR
	ORDER OUTER OVER OVERLAPS PARTITION PRIMARY RIGHT ROLLUP ROW SELECT SET SIMILAR SOME SYMMETRIC TABLE TABLESAMPLE
	THEN TIME TIMESTAMP TO TRAILING TRUE TRY_CAST UNION UNKNOWN UNNEST UPDATE USING VALUES WATERMARK WHEN WHERE WINDOW
	WITH WITHIN`)

// wordSet makes the look-up set of a list of words.
func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// Reserved reports whether word, in any case, must be back-quoted to be used as a name.
func Reserved(word string) bool { return reservedWords[strings.ToUpper(word)] }

// Plain reports whether name can be written without back-quotes.
func Plain(name string) bool {
	if name == "" || !nameStart(name[0]) {
		return false
	}
	for i := 1; i < len(name); i++ {
		if !namePart(name[i]) {
			return false
		}
	}
	return !Reserved(name)
}

// Quote writes name as it must be written in SQL text: bare when it can be, else between back-quotes.
func Quote(name string) string {
	if Plain(name) {
		return name
	}
	return "`" + strings.ReplaceAll(name, "`", "``") + "`"
}

// QuoteString writes a string literal: quotes around it, quotes within it doubled.
func QuoteString(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// nameStart reports whether a name can begin with c. Bytes of multi-byte runes count as letters, as in Flink.
func nameStart(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c >= 0x80
}

// namePart reports whether c can continue a name.
func namePart(c byte) bool { return nameStart(c) || '0' <= c && c <= '9' || c == '$' }
