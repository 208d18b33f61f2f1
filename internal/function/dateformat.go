package function

import "streamsql/internal/sqltype"

const patternNote = " Pattern letters are Java's, see [patterns](patterns.md). Text is in single quotes."

// dateFormatFamily converts between times and text. What cannot be read becomes NULL, as in Flink; CAST is the way to
// have an error instead.
func dateFormatFamily(f *family) {
	f.text("DATE_FORMAT", of(tsk, str), spec{CanFail: true, Doc: "The time written by a pattern." + patternNote,
		Examples: examples(ex("2024/02/29 12h", ts("2024-02-29 12:34:56.789"), "yyyy/MM/dd HH'h'"))})
	f.text("DATE_FORMAT", of(ltz, str), spec{CanFail: true})
	f.text("DATE_FORMAT", of(str, str), spec{
		MayNull: true, CanFail: true,
		Examples: examples(ex("12:34", "2024-02-29 12:34:56", "HH:mm")),
	})

	f.add("TO_TIMESTAMP", of(str), always(sqltype.TimestampType(3)), spec{
		MayNull: true,
		Doc: "TO_TIMESTAMP(text [, pattern]); the default pattern is yyyy-MM-dd HH:mm:ss with an optional fraction. " +
			"NULL for other text." + patternNote,
		Examples: examples(ex("2024-02-29 12:34:56.000", "2024-02-29 12:34:56"), ex("NULL", "2023-02-29 00:00:00")),
	})
	f.add("TO_TIMESTAMP", of(str, str), always(sqltype.TimestampType(3)), spec{MayNull: true, CanFail: true,
		Examples: examples(ex("2024-02-29 00:00:00.000", "29.02.2024", "dd.MM.yyyy"))})
	f.add("TO_DATE", of(str), always(sqltype.DateType), spec{
		MayNull: true,
		Doc: "TO_DATE(text [, pattern]); without a pattern it reads what CAST reads: yyyy-MM-dd, also yyyy-M-d, " +
			"yyyy-MM, yyyy, and the date of a time. NULL for other text." + patternNote,
		Examples: examples(ex("2024-02-29", "2024-02-29")),
	})
	f.add("TO_DATE", of(str, str), always(sqltype.DateType), spec{
		MayNull: true, CanFail: true,
		Examples: examples(ex("2024-02-29", "20240229", "yyyyMMdd")),
	})
	f.add("TO_TIMESTAMP_LTZ", of(i64), always(sqltype.TimestampLTZType(3)), spec{
		CanFail: true,
		Doc: "TO_TIMESTAMP_LTZ(n [, precision]): n milliseconds (precision 3, the default) or seconds (precision 0) " +
			"since 1970.",
		Examples: examples(ex("1970-01-01 00:00:01.500", 1500)),
	})
	f.add("TO_TIMESTAMP_LTZ", of(i64, i32), always(sqltype.TimestampLTZType(3)), spec{
		CanFail:  true,
		Examples: examples(ex("1970-01-01 00:00:02.000", 2, 0)),
	})

	f.add("UNIX_TIMESTAMP", of(str), always(sqltype.BigIntType), spec{
		Doc: "UNIX_TIMESTAMP(text [, pattern]): seconds since 1970; the least BIGINT when the text cannot be read." +
			patternNote,
		Examples: examples(ex("90", "1970-01-01 00:01:30")),
	})
	f.add("UNIX_TIMESTAMP", of(str, str), always(sqltype.BigIntType), spec{
		CanFail:  true,
		Examples: examples(ex("86400", "02/01/1970", "dd/MM/yyyy")),
	})
	f.text("FROM_UNIXTIME", of(i64), spec{
		CanFail: true,
		Doc: "FROM_UNIXTIME(seconds [, pattern]): the time as text; the default pattern is yyyy-MM-dd HH:mm:ss." +
			patternNote,
		Examples: examples(ex("1970-01-01 00:01:30", 90)),
	})
	f.text("FROM_UNIXTIME", of(i64, str), spec{CanFail: true, Examples: examples(ex("01:30", 90, "mm:ss"))})
}
