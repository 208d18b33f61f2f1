package differs

var json = Area{
	Title: "JSON",
	Rows: []Row{
		{
			Here: "a declared key that comes twice makes the record bad (`duplicate-key`)",
			Why:  "Flink takes the last",
		},
		{
			Here: "a number out of the column's range is an error; so is a fraction for an integer column " +
				"(`1.0` and `1e3` are whole)",
			Why: "nothing is cut or wrapped",
		},
		{
			Here: "a value of another JSON type is an error: a number is not a STRING, `\"12\"` is not an INT; a " +
				"DECIMAL may be written as a string",
			Why: "Flink converts, and writes objects into STRING columns as text",
		},
		{
			Here: "DECIMAL digits that would be lost are an error",
			Why:  "exact means exact",
		},
		{
			Here: "`NaN` and infinities are read and written as the strings `\"NaN\"`, `\"Infinity\"`, " +
				"`\"-Infinity\"` only",
			Why: "bare they are not JSON",
		},
		{
			Here: "timestamps are read as `2026-01-01 12:00:00.123` and with `T`; " +
				"`json.timestamp-format.standard` only matters to Flink",
			Why: "one file may hold both",
		},
		{
			Here: "digits of a second beyond the column's precision are cut when read",
			Why:  "as in Flink",
		},
		{
			Here: "a `TIMESTAMP_LTZ` must carry `Z` or an offset; a `TIMESTAMP` may carry `Z`, no other offset",
			Why:  "the zone is never guessed",
		},
		{
			Here: "a record is judged by all declared columns, also those that the query does not read",
			Why:  "a query that reads one column more finds no new bad record",
		},
		{
			Here: "columns match keys exactly, case included; unknown keys are skipped",
			Why:  "as in Flink",
		},
		{
			Here: "text that is not UTF-8 is an error",
			Why:  "it could not be written back",
		},
	},
}
