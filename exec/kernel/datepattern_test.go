package kernel

import (
	"strings"
	"testing"
	"time"

	"streamsql/internal/diag"
)

func TestDatePatternsWrite(t *testing.T) {
	at := time.Date(2024, 2, 9, 15, 4, 5, 67_890_000, time.UTC).UnixMicro()
	for _, c := range []struct{ pattern, want string }{
		{"yyyy-MM-dd HH:mm:ss.SSS", "2024-02-09 15:04:05.067"}, {"yy/M/d", "24/2/9"},
		{"EEE, dd MMM yyyy", "Fri, 09 Feb 2024"},
		{"EEEE MMMM", "Friday February"}, {"hh:mm a", "03:04 PM"}, {"K k H", "3 15 15"}, {"D", "40"}, {"DDD", "040"},
		{"'o''clock' HH", "o'clock 15"}, {"''yyyy''", "'2024'"}, {"SSSSSSSSS", "067890000"},
		{"yyyyMMddHHmmss", "20240209150405"},
		{"é", "é"}, {"uuuu-LL", "2024-02"}, {"yyy LLL", "2024 Feb"},
	} {
		p, err := parsePattern(c.pattern, writeTime)
		if err != nil {
			t.Errorf("%q: %v", c.pattern, err)
			continue
		}
		if got := string(p.append(nil, at)); got != c.want {
			t.Errorf("%q: %q, want %q", c.pattern, got, c.want)
		}
	}
}

func TestDatePatternsRead(t *testing.T) {
	for _, c := range []struct {
		use                 dateUse
		pattern, text, want string
	}{
		{readTime, "yyyyMMddHHmmss", "20240209150405", "2024-02-09 15:04:05"},
		{readTime, "d.M.yyyy", "9.12.2024", "2024-12-09 00:00:00"},
		{readTime, "hh:mm a", "12:30 AM", "1970-01-01 00:30:00"},
		{readTime, "hh:mm a", "12:30 PM", "1970-01-01 12:30:00"},
		{readTime, "hh:mm a", "12:30 pm", ""}, {readText, "hh:mm a", "12:30 pm", "1970-01-01 12:30:00"},
		{readTime, "dd MMM yy", "09 Feb 24", "2024-02-09 00:00:00"}, {readTime, "dd MMM yy", "09 feb 24", ""},
		{readText, "dd MMM yyyy", "09 feb 2024", "2024-02-09 00:00:00"},
		{readText, "dd MMM yyyy", "09 february 2024", "2024-02-09 00:00:00"},
		{readTime, "MMMM d yyyy", "February 9 2024", "2024-02-09 00:00:00"},
		{readTime, "MMMM d yyyy", "Feb 9 2024", ""},
		{readTime, "yyyy-MM-dd", "2023-02-29", ""}, {readTime, "yyyy-MM-dd", "2024-02-09x", ""},
		{readTime, "yyyy-MM-dd", "2024-2-09", ""},
		{readTime, "yyyy-DDD", "2024-040", "2024-02-09 00:00:00"},
		{readTime, "yyyyDDD", "2024366", "2024-12-31 00:00:00"},
		{readTime, "yyyy-D", "2023-366", ""}, {readTime, "yyyy-D", "2023-0", ""},
		{readTime, "EEE yyyy-MM-dd", "Fri 2024-02-09", "2024-02-09 00:00:00"},
		{readTime, "EEE yyyy-MM-dd", "Mon 2024-02-09", ""},
		{readTime, "yyyy-MM-dd HH:mm", "2024-02-29 24:00", "2024-03-01 00:00:00"},
		{readTime, "yyyy-MM-dd HH:mm", "2024-02-29 24:01", ""},
		{readTime, "yyyy-MM-dd HH:mm", "9999-12-31 24:00", ""}, {readTime, "HH:mm", "24:00", ""},
		{readTime, "kk", "24", "1970-01-01 00:00:00"},
		{readText, "[yyyy]#", "[2024]#", "2024-01-01 00:00:00"},
	} {
		p, err := parsePattern(c.pattern, c.use)
		if err != nil {
			t.Fatal(err)
		}
		v, ok := p.parse([]byte(c.text))
		got := ""
		if ok {
			got = string(appendTimestamp(nil, v, 0))
		}
		if got != c.want {
			t.Errorf("%q by %q: %q, want %q", c.text, c.pattern, got, c.want)
		}
	}
}

func TestDatePatternsRefused(t *testing.T) {
	for _, c := range []struct {
		use           dateUse
		pattern, want string
	}{
		{writeTime, "é MMMMM", "MMMMM is too long: M is the month, at most MMMM, at character 3"},
		{writeTime, "EEEEE", "at most "},
		{writeTime, "ddd", "at most dd"}, {writeTime, "DDDD", "at most DDD"}, {writeTime, "yyyyy", "at most "},
		{writeTime, "aa", "at most a"},
		{writeTime, "yyyy[-MM]", "[ has a meaning of its own"}, {writeTime, "#", "# has"}, {writeTime, "{", "{ has"},
		{writeTime, "YYYY-MM-dd", "write yyyy for the year"}, {writeTime, "Q", "QUARTER"}, {writeTime, "XXX", "UTC"},
		{writeTime, "G", "the era"},
		{writeTime, "yyyy-MM-ddThh", "T is not a pattern letter"}, {writeTime, "'a", "a quote is not closed"},
		{writeText, "uuuu", "write y"}, {writeText, "SS", "write SSS"}, {readText, "dd.MM.yy", "century"},
		{readTime, "DD", "needs a year"}, {readTime, "yyyy-MM-DD", "write d for the day of the month"},
		{readTime, "hh:mm", "write H"},
		{readTime, "HH:mm a", "goes with h"}, {readTime, "HH hh a", "twice"}, {readTime, "yyyy yyyy", "twice"},
		{readTime, "yMMdd", "not clear"},
		{readTime, "yyyyH", "not clear"}, {readTime, "EEE HH", "compared with a date"},
	} {
		_, err := parsePattern(c.pattern, c.use)
		if diag.CodeOf(err) != diag.BadPattern || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.pattern, err, c.want)
		}
	}
	// A letter of either class of Java is known, taken or not.
	for c := byte('A'); c <= 'z'; c++ {
		if c|0x20 >= 'a' && c|0x20 <= 'z' && strings.IndexByte("yuMLdDEaHkhKmsSYwWFecQqGAnNBgpzZXxVvO",
			c) >= 0 != (dateLetters[c].what != "") {
			t.Errorf("letter %c", c)
		}
	}
}
