package differs

var tables = Area{
	Title: "Tables",
	Rows: []Row{
		{
			Here: "an updating query needs a table that takes changes: `'format' = 'changelog-json'`, `print`, " +
				"`blackhole`",
			Why: "Flink says the same; the message names the clause and three ways out",
		},
		{
			Here: "changes are `+I` and `-D`: a row that replaces another is a `-D` of the old one and a `+I` " +
				"of the new one, in any order",
			Why: "rows carry weights; the keys tell which retraction belongs to which insertion",
		},
		{
			Here: "a query column that may be NULL for a `NOT NULL` column is refused when planned " +
				"(`store-null`)",
			Why: "Flink finds out at run time",
		},
		{
			Here: "options are checked before anything starts; an unknown one is an error",
			Why:  "a mistyped option must not be ignored",
		},
		{
			Here: "the `filesystem` sink writes one set of files per epoch, exactly once, without a " +
				"*compaction* or *partition commit* step",
			Why: "see [../formats.md](../formats.md#what-the-file-sink-writes)",
		},
		{
			Here: "`datagen` gives the same rows in every run; `seed` (ours) gives others. Its columns of time hold " +
				"when their row is due",
			Why: "Flink draws anew and reads the machine's clock: a replay would give other rows",
		},
		{
			Here: "`datagen` has one partition and one pace for the table; `length` of a CHAR(n) can only be n",
			Why:  "Flink's rows per second are those of each subtask",
		},
		{
			Here: "options of a `datagen` column that have no meaning for its type or kind are errors",
			Why:  "a mistyped option must not be ignored",
		},
		{
			Here: "`nexmark` has a table for each kind of event (`nexmark.table`), with flat columns; `seed`, " +
				"`base-time` and `partitions` are ours",
			Why: "there is no ROW type yet, and events that change from run to run cannot be compared",
		},
		{
			Here: "names that begin with `.` or `_`, or end with `.tmp`, are not read; directories within the " +
				"directory are not entered",
			Why: "they are still being written",
		},
	},
}
