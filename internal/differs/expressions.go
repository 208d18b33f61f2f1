package differs

var expressions = Area{
	Title: "Expressions",
	Rows: []Row{
		{
			Here: "comparisons do not chain: `a = b = c`, `a < b = c`, `a IN (1) = b`, `a IS NULL = b`, `a " +
				"LIKE b = c` need parentheses (`needs-parentheses`)",
			Why: "each can be read in two ways",
		},
		{
			Here: "a failing expression fails its row only if the row needs it: CASE, COALESCE, IF, AND and OR " +
				"are lazy from left to right",
			Why: "`CASE WHEN b <> 0 THEN a / b END` works whatever the optimiser does",
		},
		{
			Here: "a constant that cannot be computed is refused before the first row (`bad-constant`)",
			Why:  "otherwise every row would fail",
		},
		{
			Here: "`GROUP BY 1` is refused",
			Why:  "it would group by a constant, in Flink too",
		},
		{
			Here: "aliases of the select list are not visible in GROUP BY and HAVING",
			Why:  "as in Flink; the message says so",
		},
	},
}
