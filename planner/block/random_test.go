package block

import (
	"math/rand/v2"
	"strings"
)

// generator writes random expressions as lists of tokens, every construct of the grammar among them.
type generator struct{ rnd *rand.Rand }

func (g *generator) pick(list ...string) string { return list[g.rnd.IntN(len(list))] }

func (g *generator) maybe(text string) string {
	if g.rnd.IntN(2) == 0 {
		return text
	}
	return ""
}

// expr writes an expression of at most depth levels.
func (g *generator) expr(depth int) string {
	if depth == 0 {
		return g.leaf()
	}
	switch g.rnd.IntN(8) {
	case 0:
		return g.expr(depth-1) + g.pick(" AND ", " OR ") + g.expr(depth-1)
	case 1:
		return "NOT " + g.expr(depth-1)
	case 2:
		return g.value(depth-1) + " IS " + g.maybe("NOT ") + g.pick("NULL", "TRUE", "FALSE", "UNKNOWN")
	case 3, 4:
		return g.predicate(depth - 1)
	}
	return g.value(depth)
}

// predicate writes a comparison and its like.
func (g *generator) predicate(depth int) string {
	x, y := g.value(depth), g.value(depth)
	not := g.maybe("NOT ")
	switch g.rnd.IntN(8) {
	case 0:
		return x + " " + not + "BETWEEN " + g.pick("", "SYMMETRIC ", "ASYMMETRIC ") + y + " AND " + g.value(depth)
	case 1:
		return x + " " + not + "IN (" + y + ", " + g.expr(depth) + ")"
	case 2:
		return x + " " + not + "IN (SELECT 1)"
	case 3:
		return x + " " + not + g.pick("LIKE ", "SIMILAR TO ") + y + g.maybe(" ESCAPE '!'")
	case 4:
		return x + " IS " + not + "DISTINCT FROM " + y
	}
	return x + g.pick(" = ", " <> ", " != ", " < ", " <= ", " > ", " >= ") + y
}

// value writes arithmetic and calls.
func (g *generator) value(depth int) string {
	if depth <= 0 {
		return g.leaf()
	}
	d := depth - 1
	switch g.rnd.IntN(14) {
	case 0, 1, 2:
		return g.value(d) + g.pick(" + ", " - ", " * ", " / ", " % ", " || ") + g.value(d)
	case 3:
		return g.pick("- ", "+ ", "-") + "( " + g.value(d) + ")"
	case 4:
		return "(" + g.expr(d) + ")"
	case 5:
		return "(" + g.expr(d) + ", " + g.expr(d) + ")"
	case 6:
		return "CASE " + g.maybe(g.expr(d)+" ") + "WHEN " + g.expr(d) + " THEN " + g.expr(d) +
			g.maybe(" ELSE "+g.expr(d)) + " END"
	case 7:
		return g.pick("CAST(", "TRY_CAST(") + g.expr(d) + " AS " + g.pick("INT", "DECIMAL(10, 2)") + ")"
	case 8:
		return g.special(d)
	case 9:
		return g.call(d) + g.maybe(" FILTER (WHERE "+g.expr(d)+")") + g.maybe(" OVER (ORDER BY x)")
	case 10:
		return g.call(d) + "[" + g.expr(d) + "]" + g.pick("", ".f", ".f.g")
	case 11:
		return g.pick("ARRAY[", "ARRAY[1, ") + g.expr(d) + "]"
	case 12:
		return g.pick("EXISTS (SELECT 1)", "(SELECT 1)", "ROW(1, "+g.expr(d)+")")
	}
	return g.call(d)
}

func (g *generator) call(d int) string {
	switch g.rnd.IntN(5) {
	case 0:
		return "COUNT(*)"
	case 1:
		return g.pick("f()", "LEFT(a, 2)", "s.g(b)")
	case 2:
		return g.pick("SUM(DISTINCT ", "MAX(ALL ", "MIN(") + g.expr(d) + ")"
	case 3:
		return "f(x => " + g.expr(d) + ", " + g.expr(d) + ")"
	}
	return "f(" + g.expr(d) + ", " + g.expr(d) + ")"
}

// special writes the functions that have a syntax of their own.
func (g *generator) special(d int) string {
	switch g.rnd.IntN(7) {
	case 0:
		return "EXTRACT(" + g.pick("YEAR", "DAY") + " FROM " + g.value(d) + ")"
	case 1:
		return "TRIM(" + g.pick("", "BOTH FROM ", "LEADING 'x' FROM ", "'x' FROM ", "TRAILING a || b FROM ") + g.value(d) +
			")"
	case 2:
		return "POSITION(" + g.value(d) + " IN " + g.value(d) + ")"
	case 3:
		return "SUBSTRING(" + g.value(d) + " FROM " + g.value(d) + g.maybe(" FOR "+g.value(d)) + ")"
	case 4:
		return "OVERLAY(" + g.value(d) + " PLACING 'x' FROM 1" + g.maybe(" FOR 2") + ")"
	case 5:
		return g.pick("CEIL(", "FLOOR(") + g.value(d) + g.maybe(" TO DAY") + ")"
	}
	return g.pick("CURRENT_TIMESTAMP", "CURRENT_DATE")
}

func (g *generator) leaf() string {
	return g.pick("a", "t.b", "`order`", "t.`b c`.d", "1", "-2", "1.5e3", ".5", "'it''s'", "''", "NULL", "TRUE", "FALSE",
		"UNKNOWN", "DATE '2020-01-01'", "TIMESTAMP '2020-01-01 00:00:00'", "INTERVAL '1' DAY",
		"INTERVAL -'1:30' HOUR TO MINUTE")
}

// mutate changes one token of a text: drops it, doubles it, or puts another in its place.
func (g *generator) mutate(text string) string {
	tokens := strings.Fields(spread(text))
	i := g.rnd.IntN(len(tokens))
	switch g.rnd.IntN(3) {
	case 0:
		tokens = append(tokens[:i:i], tokens[i+1:]...)
	case 1:
		tokens = append(tokens[:i+1:i+1], tokens[i:]...)
	default:
		tokens[i] = g.pick("AND", "OR", "NOT", "IS", "IN", "LIKE", "BETWEEN", "CASE", "WHEN", "THEN",
			"END", "(", ")", "[", "]",
			",", ".", "+", "*", "=", "<", "||", "a", "1", "'x'", "FROM", "AS", "DISTINCT", "FILTER", "OVER", "NULL", "ESCAPE",
			"TO", "SELECT", "f", "ELSE", "=>", "INTERVAL", "DATE", "EXISTS", "ARRAY", "SYMMETRIC", "FOR", "/*+ x */")
	}
	return strings.Join(tokens, " ")
}

// spread puts blanks around brackets and commas, outside of literals.
func spread(text string) string {
	var b strings.Builder
	quote := byte(0)
	for i := range len(text) {
		c := text[i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
			if c == ' ' {
				c = '_' // a literal stays one field
			}
			b.WriteByte(c)
		case c == '\'' || c == '`':
			quote = c
			b.WriteByte(c)
		case strings.IndexByte("()[],", c) >= 0:
			b.WriteString(" " + string(c) + " ")
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
