package function

import "streamsql/internal/sqltype"

// Units of time as keywords.
var (
	extractUnits = []string{
		"EPOCH", "YEAR", "ISOYEAR", "QUARTER", "MONTH", "WEEK", "DOY", "DAY", "DOW", "ISODOW", "HOUR", "MINUTE", "SECOND",
	}
	addUnits   = []string{"SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR"}
	floorUnits = []string{"SECOND", "MINUTE", "HOUR", "DAY", "MONTH", "QUARTER", "YEAR"}
	dateUnits  = []string{"DAY", "WEEK", "MONTH", "QUARTER", "YEAR"}
	dateFloors = []string{"DAY", "MONTH", "QUARTER", "YEAR"}
)

// Every function works in UTC, TIMESTAMP_LTZ too.
func temporalFamily(f *family) {
	clocks(f)
	parts(f)
	shifts(f)
}

func clocks(f *family) {
	for _, c := range []struct {
		name, doc string
		t         sqltype.Type
	}{
		{"CURRENT_TIMESTAMP", "The time of the trigger that read the row, the same for all rows of an epoch.",
			sqltype.TimestampLTZType(3)},
		{"LOCALTIMESTAMP", "The time of the trigger as TIMESTAMP(3) in UTC.", sqltype.TimestampType(3)},
		{"CURRENT_DATE", "The date of the trigger in UTC.", sqltype.DateType},
	} {
		f.add(c.name, nil, always(c.t.Required()), spec{Form: Clock, Doc: c.doc})
	}
	f.alias("CURRENT_TIMESTAMP", "NOW")
}

func parts(f *family) {
	big := always(sqltype.BigIntType)
	s := spec{
		Doc: "EXTRACT(unit FROM time). WEEK, ISOYEAR and ISODOW follow ISO 8601 (Monday is 1); " +
			"DOW counts from Sunday = 1; EPOCH is seconds since 1970, rounded down.",
		Examples: examples(
			exs("EXTRACT(YEAR FROM TIMESTAMP '2024-02-29 12:34:56.789')", "2024", "YEAR", ts("2024-02-29 12:34:56.789")),
			exs("EXTRACT(WEEK FROM DATE '2021-01-03')", "53", "WEEK", date("2021-01-03"))),
	}
	f.add("EXTRACT", []Param{keyword(extractUnits...), {Kind: tsk}}, big, s)
	f.add("EXTRACT", []Param{keyword(extractUnits...), {Kind: ltz}}, big, spec{})
	for _, p := range []struct{ name, doc, want string }{
		{"YEAR", "Year.", "2024"},
		{"QUARTER", "Quarter, 1 to 4.", "1"},
		{"MONTH", "Month, 1 to 12.", "2"},
		{"WEEK", "Week of ISO 8601.", "9"},
		{"DAYOFYEAR", "Day of the year from 1.", "60"},
		{"DAYOFMONTH", "Day of the month from 1.", "29"},
		{"DAYOFWEEK", "Day of the week; Sunday is 1.", "5"},
		{"HOUR", "Hour, 0 to 23.", "12"},
		{"MINUTE", "Minute, 0 to 59.", "34"},
		{"SECOND", "Second, 0 to 59, without its fraction.", "56"},
	} {
		f.add(p.name, of(tsk), big, spec{Doc: p.doc, Examples: examples(ex(p.want, ts("2024-02-29 12:34:56.789")))})
		f.add(p.name, of(ltz), big, spec{})
	}
	f.alias("DAYOFMONTH", "DAY")
}

func shifts(f *family) {
	noon := ts("2024-02-29 12:34:56.789")
	for _, r := range []struct{ name, to string }{
		{"FLOOR", "2024-02-29 12:00:00.000"}, {"CEIL", "2024-02-29 13:00:00.000"},
	} {
		f.add(r.name, []Param{{Kind: tsk}, keyword(floorUnits...)}, likeArg(0), spec{CanFail: true, Examples: examples(
			exs(r.name+"(TIMESTAMP '2024-02-29 12:34:56.789' TO HOUR)", r.to, noon, "HOUR"))})
		f.add(r.name, []Param{{Kind: ltz}, keyword(floorUnits...)}, likeArg(0), spec{CanFail: true})
		f.add(r.name, []Param{{Kind: datk}, keyword(dateFloors...)}, likeArg(0), spec{CanFail: true})
	}
	add := spec{
		CanFail: true,
		Doc: "TIMESTAMPADD(unit, n, time): the time n units later. Months keep the day, or take the last of a " +
			"shorter month.",
		Examples: examples(exs("TIMESTAMPADD(MONTH, 1, TIMESTAMP '2024-01-31 00:00:00')", "2024-02-29 00:00:00", "MONTH", 1,
			ts("2024-01-31 00:00:00"))),
	}
	diff := spec{
		CanFail: true,
		Doc:     "TIMESTAMPDIFF(unit, from, to): whole units from the first time to the second, truncated toward zero.",
		Examples: examples(exs("TIMESTAMPDIFF(DAY, TIMESTAMP '2024-01-01 12:00:00', TIMESTAMP '2024-01-03 11:00:00')", "1",
			"DAY", ts("2024-01-01 12:00:00"), ts("2024-01-03 11:00:00"))),
	}
	for _, k := range []sqltype.Kind{tsk, ltz} {
		f.add("TIMESTAMPADD", []Param{keyword(addUnits...), {Kind: i64}, {Kind: k}}, likeArg(2), add)
		f.add("TIMESTAMPDIFF", []Param{keyword(addUnits...), {Kind: k}, {Kind: k}}, always(sqltype.IntType), diff)
		add.Doc, add.Examples, diff.Doc, diff.Examples = "", nil, "", nil
	}
	f.add("TIMESTAMPADD", []Param{keyword(dateUnits...), {Kind: i64}, {Kind: datk}}, likeArg(2), add)
}
