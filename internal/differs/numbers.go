package differs

var numbers = Area{
	Title: "Numbers",
	Rows: []Row{
		{
			Here: "integer and DECIMAL overflow is an error of the row (`numeric-overflow`)",
			Why:  "Flink wraps integers and makes DECIMAL NULL: a wrong total that looks right",
		},
		{
			Here: "`CAST` of a number that does not fit is an error (`cast-failed`), also where it only narrows: " +
				"300 as a TINYINT; `TRY_CAST` gives NULL",
			Why: "Flink wraps narrowing casts of integers",
		},
		{
			Here: "`BIGINT % INT` is BIGINT: both sides widen to their common type",
			Why:  "Flink gives the type of the divisor",
		},
		{
			Here: "`ROUND(x, n)` and `TRUNCATE(x, n)` of a DECIMAL keep the scale of x when n is not constant",
			Why:  "a column has one type; Flink declares that scale and delivers rows of others",
		},
		{
			Here: "FLOAT compares as DOUBLE: a FLOAT column holding 0.1 is not equal to `0.1`",
			Why:  "there is one comparison of approximate numbers, and it loses nothing",
		},
		{
			Here: "NaN equals NaN and is greater than every number; −0.0 equals 0.0",
			Why:  "grouping, MIN, MAX and comparisons agree with each other",
			Examples: []Example{
				{"CAST('NaN' AS DOUBLE) > 1", "true", "FALSE"},
			},
		},
		{
			Here: "`SUM` and `AVG` of FLOAT and DOUBLE are exact and rounded once",
			Why:  "a sum that depends on the order of rows would differ between lanes and after a restart",
		},
		{
			Here: "an overflow of `SUM` is judged when the result is read, not on the way",
			Why:  "`MAX_VALUE + 1 - 1` is fine in every order of rows",
		},
		{
			Here: "a DOUBLE or DECIMAL out of the range of an integer type fails the CAST",
			Why:  "Flink takes the nearest integer it has, and 0 for NaN",
			Examples: []Example{
				{"TRY_CAST(1e10 AS INT)", "NULL", "2147483647"},
				{"TRY_CAST(CAST('NaN' AS DOUBLE) AS INT)", "NULL", "0"},
			},
		},
		{
			Here: "text becomes a number by one grammar: sign, ASCII digits, point, exponent; beside that " +
				"only NaN, Infinity, +Infinity, -Infinity",
			Why: "Flink takes what each of its Java parsers happens to accept",
			Examples: []Example{
				{"TRY_CAST('1d' AS DOUBLE)", "NULL", "1.0"},
				{"TRY_CAST('1f' AS DOUBLE)", "NULL", "1.0"},
				{"TRY_CAST('.' AS INT)", "NULL", "0"},
				{"TRY_CAST('.' AS DECIMAL(10, 2))", "NULL", "0.00"},
				{"IS_DECIMAL('1f')", "false", "TRUE"},
				{"TRY_CAST('a' AS DECIMAL(5, 2))", "NULL", "0.00"},
				{"TRY_CAST('0123' AS DECIMAL(5, 2))", "123.00", "NULL"},
				{"TRY_CAST('12' || CHR(10) AS INT)", "12", "NULL"},
			},
		},
		{
			Here: "text out of the range of its type fails the CAST",
			Why:  "infinity is not the number that was written, and a DECIMAL(5, 2) has no room for 1000",
			Examples: []Example{
				{"TRY_CAST('1e400' AS DOUBLE)", "NULL", "Infinity"},
				{"TRY_CAST('999.995' AS DECIMAL(5, 2))", "NULL", "1000.00"},
			},
		},
		{
			Here: "ROUND and TRUNCATE leave NaN and infinities as they are",
			Why:  "Flink stops with a Java exception",
			Examples: []Example{
				{"ROUND(CAST('NaN' AS DOUBLE), 1)", "NaN", "error"},
				{"TRUNCATE(CAST('Infinity' AS DOUBLE))", "Infinity", "error"},
			},
		},
		{
			Here: "FLOAT becomes text with the fewest digits that read back the same",
			Why:  "Java 17, and so Flink, sometimes writes one more",
			Examples: []Example{
				{"CAST(CAST(123456789 AS FLOAT) AS STRING)", "1.2345679E8", "1.23456792E8"},
			},
		},
		{
			Here: "`%` and MOD also take FLOAT and DOUBLE",
			Why:  "Flink refuses them",
			Examples: []Example{
				{"5.5e0 % 2e0", "1.5", "error"},
			},
		},
		{
			Here: "SIN, EXP, POWER and their like give the float nearest to the true value, the same on every processor",
			Why:  "a replay must write the same bits wherever it runs; Flink is sometimes a unit in the last place off",
			Examples: []Example{
				{"SIN(2.5e0)", "0.5984721441039565", "0.5984721441039564"},
				{"SINH(0.7e0)", "0.7585837018395335", "0.7585837018395334"},
				{"COSH(1)", "1.5430806348152437", "1.543080634815244"},
				{"ATAN2(1, 5)", "0.19739555984988075", "0.19739555984988078"},
			},
		},
		{
			Here: "`POWER(1, x)` is 1, also for infinity; SQRT below zero is NaN, also of −Infinity, and keeps the " +
				"sign of zero",
			Why: "IEEE 754",
			Examples: []Example{
				{"SQRT(CAST('-Infinity' AS DOUBLE))", "NaN", "Infinity"},
				{"SQRT(CAST('-0.0' AS DOUBLE))", "-0", "0"},
				{"POWER(1, CAST('Infinity' AS DOUBLE))", "1", "NaN"},
			},
		},
		{
			Here: "a result that its integer type cannot hold is an error, also of ABS, ROUND and unary minus",
			Why:  "Flink wraps",
			Examples: []Example{
				{"ROUND(CAST(127 AS TINYINT), -1)", "error[numeric-overflow]", "-126"},
				{"ABS(CAST(-128 AS TINYINT))", "error[numeric-overflow]", "-128"},
				{"TRY_CAST(9999999999.0 AS INT)", "NULL", "1410065407"},
			},
		},
		{
			Here: "SIGN and TRUNCATE also take TINYINT and SMALLINT",
			Why:  "Flink plans them and cannot compile what it planned",
			Examples: []Example{
				{"TRUNCATE(CAST(15 AS TINYINT), -1)", "10", "error"},
			},
		},
		{
			Here: "GREATEST and LEAST are NULL when an argument is, DECIMAL included",
			Why:  "Flink stops with a Java exception",
			Examples: []Example{
				{"GREATEST(CAST(NULL AS DECIMAL(10, 2)), 1.000)", "NULL", "error"},
			},
		},
		{
			Here: "ROUND and TRUNCATE take every DOUBLE",
			Why:  "Flink goes through a DECIMAL and fails for numbers of 39 digits and more",
			Examples: []Example{
				{"TRUNCATE(1e300)", "1e+300", "error"},
			},
		},
		{
			Here: "a FLOAT becomes a DECIMAL by its own digits",
			Why:  "Flink takes those of the DOUBLE next to it",
			Examples: []Example{
				{"CAST(CAST(2.675 AS FLOAT) AS DECIMAL(10, 2))", "2.68", "2.67"},
			},
		},
	},
}
