package differs

var times = Area{
	Title: "Dates and times",
	Rows: []Row{
		{
			Here: "`FLOOR(t TO WEEK)`, `CEIL(t TO WEEK)` are refused",
			Why: "weeks begin on another day in every country; `FLOOR(t TO DAY) - INTERVAL … DAY` says which " +
				"one is meant",
		},
		{
			Here: "`EXTRACT(MILLISECOND FROM t)` and finer units are refused",
			Why:  "the units end at SECOND, which is whole",
		},
		{
			Here: "`DATE ± INTERVAL … SECOND` must be whole days, otherwise the row fails",
			Why:  "a DATE has no hours to keep the rest in",
		},
		{
			Here: "`CURRENT_TIMESTAMP` and its like are one instant per trigger, logged with it",
			Why:  "a repeated epoch must compute the same",
		},
		{
			Here: "processing time does not exist: `PROCTIME()` is refused",
			Why:  "it cannot be replayed",
		},
		{
			Here: "`WATERMARK` may not depend on the clock",
			Why:  "for the same reason",
		},
		{
			Here: "times before 1970 behave like those after it",
			Why: "Flink rounds them toward 1970: the fields of an instant, its date and its precision come " +
				"out wrong",
			Examples: []Example{
				{"EXTRACT(YEAR FROM TIMESTAMP '1969-12-31 23:59:59')", "1969", "1970"},
				{"HOUR(TIMESTAMP '1969-07-20 20:17:40.123')", "20", "-3"},
				{"CAST(TIMESTAMP '1969-07-20 20:17:40' AS DATE)", "1969-07-20", "1969-07-21"},
				{"FLOOR(TIMESTAMP '1969-12-31 23:59:59' TO YEAR)", "1969-01-01 00:00:00", "1970-01-01 00:00:00"},
				{"CAST(TIMESTAMP '1969-12-31 23:59:59.999' AS TIMESTAMP(0))", "1969-12-31 23:59:59", "1970-01-01 00:00:00"},
			},
		},
		{
			Here: "there is one calendar, the Gregorian one, also before 1582",
			Why:  "some functions of Flink change to the Julian calendar, others do not",
			Examples: []Example{
				{"FLOOR(DATE '1582-10-04' TO MONTH)", "1582-10-01", "1582-09-01"},
				{"TO_DATE('0001-01-01', 'yyyy-MM-dd')", "0001-01-01", "0000-12-30"},
			},
		},
		{
			Here: "CEIL moves nothing that is at its unit",
			Why:  "Flink moves every DATE by a day",
			Examples: []Example{
				{"CEIL(DATE '2024-02-29' TO DAY)", "2024-02-29", "2024-03-01"},
			},
		},
		{
			Here: "a day that its month does not have is refused, in CAST and in TO_DATE, TO_TIMESTAMP and " +
				"UNIX_TIMESTAMP",
			Why: "Flink moves it, to the last of the month or into the next, by the function",
			Examples: []Example{
				{"TRY_CAST('2024-02-30' AS TIMESTAMP(0))", "NULL", "2024-02-29 00:00:00"},
				{"TO_DATE('2024-02-30', 'yyyy-MM-dd')", "NULL", "2024-03-01"},
				{"TO_TIMESTAMP('2024-04-31 00:00:00')", "NULL", "2024-04-30 00:00:00.000"},
			},
		},
		{
			Here: "a text is read to its end",
			Why:  "Flink drops what follows a date, whatever it is",
			Examples: []Example{
				{"TRY_CAST('2024-01-01 x' AS DATE)", "NULL", "2024-01-01"},
				{"TO_DATE('2024-02-29x', 'yyyy-MM-dd')", "NULL", "2024-02-29"},
				{"TRY_CAST('2024-02-29 12:60:00' AS DATE)", "NULL", "2024-02-29"},
			},
		},
		{
			Here: "years are 0001 to 9999, in CAST, in JSON and in what arithmetic reaches; beyond them the row fails. " +
				"A window at either edge may begin or end beyond them: its bound is written as it is (`10000-01-01 …`), " +
				"and JSON does not read it back",
			Why: "Flink reads the year 0000 as a DATE and not as a TIMESTAMP, fails to make a DATE of a TIMESTAMP in it, " +
				"and writes the year 10000 as 0000",
			Examples: []Example{
				{"TRY_CAST('0000-01-01' AS DATE)", "NULL", "0000-01-01"},
				{
					"CAST('0001-06-01 00:00:00' AS TIMESTAMP(3)) - INTERVAL '1' YEAR",
					"error[numeric-overflow]", "0000-06-01 00:00:00.000",
				},
				{
					"TIMESTAMPADD(YEAR, 1, CAST('9999-06-01 00:00:00' AS TIMESTAMP(3)))",
					"error[numeric-overflow]", "0000-06-01 00:00:00.000",
				},
			},
		},
		{
			Here: "TIMESTAMPDIFF in months, quarters and years counts the whole ones, backwards as it does forwards",
			Why:  "Flink adds one backwards where the time of day is the earlier one",
			Examples: []Example{
				{"TIMESTAMPDIFF(MONTH, TIMESTAMP '2024-02-29 11:00:00', TIMESTAMP '2024-01-31 12:00:00')", "0", "-1"},
				{"TIMESTAMPDIFF(MONTH, TIMESTAMP '2024-02-29 12:00:00', TIMESTAMP '2023-02-28 11:00:00')", "-12", "-13"},
			},
		},
		{
			Here: "an interval keeps its microseconds",
			Why:  "Flink cuts them to milliseconds",
			Examples: []Example{
				{
					"CAST('2024-01-01 00:00:00.001' AS TIMESTAMP(6)) - INTERVAL '0.0005' SECOND(1,6)",
					"2024-01-01 00:00:00.000500", "2024-01-01 00:00:00.001000",
				},
			},
		},
		{
			Here: "`TIMESTAMP(p) ± INTERVAL … SECOND` has the precision p",
			Why:  "Flink declares TIMESTAMP(6) for an interval with microseconds, and gives values of precision p",
		},
		{
			Here: "a year in text has four digits",
			Why:  "a year of two is a typing mistake more often than the year 24",
			Examples: []Example{
				{"TRY_CAST('24-01-01' AS DATE)", "NULL", "0024-01-01"},
			},
		},
		{
			Here: "a timestamp in text may have `T`, may end in `Z`, and may lack its seconds",
			Why:  "it is what other systems write, and the JSON reader takes it, too",
			Examples: []Example{
				{"TRY_CAST('2024-02-29T12:34:56' AS TIMESTAMP(0))", "2024-02-29 12:34:56", "NULL"},
				{"TRY_CAST('2024-02-29 12:34' AS TIMESTAMP(0))", "2024-02-29 12:34:00", "NULL"},
			},
		},
		{
			Here: "the date of 24:00:00 is the next day, as that of its timestamp is",
			Why:  "Flink drops the time before it looks",
			Examples: []Example{
				{"CAST('2024-02-29 24:00:00' AS DATE)", "2024-03-01", "2024-02-29"},
			},
		},
		{
			Here: "UNIX_TIMESTAMP and DATE_FORMAT of a text without a pattern for it read what CAST reads; a " +
				"fraction is kept",
			Why: "Flink reads `yyyy-MM-dd HH:mm:ss` with Java's lenient parser, which carries 61 seconds " +
				"into the minute, and loses the fraction",
			Examples: []Example{
				{"DATE_FORMAT('2024-02-29 12:34:56.789', 'SSS')", "789", "000"},
				{"UNIX_TIMESTAMP('2024-02-29')", "1709164800", "-9223372036854775808"},
				{"UNIX_TIMESTAMP('2024-02-29 12:60:00')", "-9223372036854775808", "1709211600"},
			},
		},
		{
			Here: "TIMESTAMPDIFF that does not fit INT is an error (`numeric-overflow`)",
			Why:  "Flink wraps",
			Examples: []Example{
				{"TIMESTAMPDIFF(SECOND, DATE '0001-01-01', DATE '9999-12-31')", "error[numeric-overflow]", "2005198592"},
			},
		},
		{
			Here: "with a pattern, a number has just the digits that its letters ask for, and the text ends " +
				"where the pattern does",
			Why: "Flink's TO_DATE and UNIX_TIMESTAMP use Java's lenient reader, which takes a digit of one " +
				"number for another; TO_TIMESTAMP fills up what is missing",
			Examples: []Example{
				{"TO_DATE('2024-2-9', 'yyyy-MM-dd')", "NULL", "2024-02-09"},
				{"TO_DATE('202402299', 'yyyyMMdd')", "NULL", "2024-11-25"},
				{"TO_DATE('2024-02-29 12:34:56', 'yyyy-MM-dd HH:mm:ss.SSS')", "NULL", "5471-09-27"},
				{"TO_TIMESTAMP('2024-02-29 12:34:56.789', 'yyyy-MM-dd HH:mm:ss')", "NULL", "2024-02-29 12:34:56.789"},
			},
		},
		{
			Here: "a day of the week in the text must be that of the date",
			Why:  "Flink checks it in TO_TIMESTAMP only",
			Examples: []Example{
				{"TO_DATE('Fri, 29 Feb 2024', 'EEE, dd MMM yyyy')", "NULL", "2024-02-29"},
			},
		},
		{
			Here: "`y` reads the year as it is written",
			Why: "in Flink's TO_DATE and UNIX_TIMESTAMP two digits are a year near to the present day, and " +
				"a replay is not on the same day",
			Examples: []Example{
				{"TO_DATE('24-02-09', 'y-M-d')", "0024-02-09", "2024-02-09"},
			},
		},
		{
			Here: "a number of seconds out of the years 1 to 9999 is an error",
			Why:  "Flink gives NULL, or a year that does not read back",
			Examples: []Example{
				{"TO_TIMESTAMP_LTZ(253402300800, 0)", "error[numeric-overflow]", "NULL"},
				{"FROM_UNIXTIME(253402300800)", "error[numeric-overflow]", "10000-01-01 00:00:00"},
			},
		},
	},
}
