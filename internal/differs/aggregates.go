package differs

var aggregates = Area{
	Title: "Aggregates, windows, watermarks",
	Rows: []Row{
		{
			Here: "`MIN` and `MAX` of BOOLEAN are refused",
			Why:  "use `MAX(CAST(b AS INT))`",
		},
		{
			Here: "`MIN` and `MAX` over the result of an updating query are refused",
			Why:  "the next best value is not kept",
		},
		{
			Here: "a row moves the watermark, and windows close, in the same epoch",
			Why:  "Flink emits watermarks every 200 ms, so results depend on the machine's speed",
		},
		{
			Here: "a row is late when the watermark of the rows before it in its own partition had reached the " +
				"last millisecond of its window",
			Why: "lateness is a property of the data: the same rows are late in every run and however epochs " +
				"are cut",
		},
		{
			Here: "which windows of HOP and CUMULATE a row counts in follows from the same watermark; a row that is too " +
				"late for some of them is counted as `partly-late`",
			Why: "in Flink it counts in the windows that have not fired yet, which depends on the machine's speed",
		},
		{
			Here: "HOP takes a slide that does not divide its size, in every form",
			Why:  "Flink takes it in GROUP BY HOP and refuses it where a table function is aggregated",
		},
		{
			Here: "a row whose event time is NULL is dropped, with a count and the reason `null-event-time`",
			Why:  "Flink stops",
		},
		{
			Here: "late rows are counted by operator, and the first of them is shown",
			Why:  "Flink shows them in its metrics only",
		},
		{
			Here: "a window's rows come in ascending order of windows, and within one in an order that depends " +
				"on the keys only",
			Why: "two runs write the same bytes",
		},
		{
			Here: "a global aggregate has its row from the first epoch on, before any row was read: `COUNT(*)` " +
				"is 0",
			Why: "so that its result exists always; Flink waits for the first row",
		},
		{
			Here: "`table.exec.state.ttl` has no effect (a warning says so): groups without a window are kept " +
				"for good",
			Why: "dropping groups by the clock cannot be replayed",
		},
		{
			Here: "when the input ends, every open window closes and comes out; when a run is stopped, none " +
				"does",
			Why: "an interruption must not change results",
		},
	},
}
