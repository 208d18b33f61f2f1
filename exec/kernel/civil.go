package kernel

// Calendar arithmetic over days since 1970-01-01 in the proleptic Gregorian calendar, and microseconds since then. All
// divisions that split a time floor, so that times before 1970 behave like later ones.

const (
	microsPerSecond = int64(1_000_000)
	microsPerMinute = 60 * microsPerSecond
	microsPerHour   = 60 * microsPerMinute
	microsPerDay    = 24 * microsPerHour
)

// The years that text and shifts of times may reach.
const minYear, maxYear = 1, 9999

var (
	minDay = daysOf(minYear, 1, 1)
	maxDay = daysOf(maxYear, 12, 31)
)

func inRange(micros int64) bool {
	d := floorDiv(micros, microsPerDay)
	return d >= minDay && d <= maxDay
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func floorMod(a, b int64) int64 {
	r := a % b
	if r < 0 {
		r += b
	}
	return r
}

// civil splits a day into year, month and day of month. Years are taken to begin in March, so that the leap day is the
// last of its year; an era has 400 years and 146,097 days.
func civil(days int64) (year, month, day int64) {
	d := days + 719_468 // since 0000-03-01
	era := floorDiv(d, 146_097)
	doe := d - era*146_097
	yoe := (doe - doe/1460 + doe/36_524 - doe/146_096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	m := (5*doy + 2) / 153
	day = doy - (153*m+2)/5 + 1
	month = m + 3
	if month > 12 {
		month -= 12
	}
	year = yoe + era*400
	if month <= 2 {
		year++
	}
	return year, month, day
}

// daysOf is the inverse of civil.
func daysOf(year, month, day int64) int64 {
	if month <= 2 {
		year--
		month += 12
	}
	era := floorDiv(year, 400)
	yoe := year - era*400
	doy := (153*(month-3)+2)/5 + day - 1
	return era*146_097 + yoe*365 + yoe/4 - yoe/100 + doy - 719_468
}

func isLeap(y int64) bool { return y%4 == 0 && (y%100 != 0 || y%400 == 0) }

func daysIn(year, month int64) int64 {
	switch month {
	case 2:
		if isLeap(year) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// weekday is 0 for Monday … 6 for Sunday.
func weekday(days int64) int64 { return floorMod(days+3, 7) }

func dayOfYear(days int64) int64 {
	y, _, _ := civil(days)
	return days - daysOf(y, 1, 1) + 1
}

// isoWeek is the ISO 8601 week and its year: the week belongs to the year that holds its Thursday.
func isoWeek(days int64) (year, week int64) {
	thursday := days - weekday(days) + 3
	year, _, _ = civil(thursday)
	return year, (thursday-daysOf(year, 1, 1))/7 + 1
}

// addMonths moves a day by months; the day of month is cut to the length of the month reached. ok is false outside of
// the supported years.
func addMonths(days, n int64) (out int64, ok bool) {
	y, m, d := civil(days)
	if n > 12*maxYear || n < -12*maxYear {
		return 0, false
	}
	t := y*12 + m - 1 + n
	y, m = floorDiv(t, 12), floorMod(t, 12)+1
	if y < minYear || y > maxYear {
		return 0, false
	}
	return daysOf(y, m, min(d, daysIn(y, m))), true
}

// precisionUnit is the microseconds that a time of precision p is a multiple of.
func precisionUnit(p int32) int64 {
	u := int64(1)
	for ; p < 6; p++ {
		u *= 10
	}
	return u
}
