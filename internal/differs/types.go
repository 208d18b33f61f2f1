package differs

var types = Area{
	Title: "Types",
	Intro: "There are BOOLEAN, TINYINT, SMALLINT, INT, BIGINT, DECIMAL(p,s), FLOAT, DOUBLE, STRING, " +
		"VARCHAR(n), CHAR(n),\nDATE, TIMESTAMP(p), TIMESTAMP_LTZ(p), and intervals within expressions. " +
		"Not supported: ARRAY, MAP, MULTISET,\nROW, RAW, BINARY, BYTES, TIME.",
	Rows: []Row{
		{
			Here: "`TIMESTAMP(7)` to `(9)` are refused",
			Why:  "times are 64-bit microseconds",
		},
		{
			Here: "event time and watermarks have p ≤ 3",
			Why:  "as in Flink",
		},
		{
			Here: "UTC only; another `table.local-time-zone` is refused",
			Why: "a zone's rules change from one release of its tables to the next, and a replay would then " +
				"differ",
		},
		{
			Here: "`||` and the functions of texts give STRING",
			Why:  "Flink adds lengths up, CHAR(5) or VARCHAR(5), with the same characters",
		},
	},
}
