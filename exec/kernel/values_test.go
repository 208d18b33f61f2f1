package kernel

import (
	"math"
	"strconv"
	"testing"

	"streamsql/internal/sqltype"
)

// TestValuesAsFlink pins results that were compared with Flink 2.3.
func TestValuesAsFlink(t *testing.T) {
	str, in, dbl := sqltype.StringType, sqltype.IntType, sqltype.DoubleType
	for _, c := range []struct {
		id    string
		types []sqltype.Type
		args  []any
		want  any
	}{
		{"locate", []sqltype.Type{str, str, in}, []any{"b", "abcb", 0}, int64(2)},
		{"locate", []sqltype.Type{str, str, in}, []any{"b", "abcb", -1}, int64(2)},
		{"locate", []sqltype.Type{str, str, in}, []any{"", "abc", 5}, int64(1)},
		{"instr", []sqltype.Type{str, str, in}, []any{"abcabcabc", "b", -3}, int64(5)},
		{"instr", []sqltype.Type{str, str, in}, []any{"abcabcabc", "bc", -2}, int64(5)},
		{"instr", []sqltype.Type{str, str, in}, []any{"aaa", "aa", -2}, int64(1)},
		{"instr", []sqltype.Type{str, str, in}, []any{"abcabcabc", "b", -99}, int64(0)},
		{"instr", []sqltype.Type{str, str, in}, []any{"abc", "", -1}, int64(4)},
		{"instr", []sqltype.Type{str, str, in, in}, []any{"aaaa", "aa", 1, 3}, int64(3)},
		{"instr", []sqltype.Type{str, str, in, in}, []any{"abcabcabc", "b", -1, 3}, int64(2)},
		{"instr", []sqltype.Type{str, str, in, in}, []any{"abcabcabc", "b", 1, 0}, nil},
		{"overlay", []sqltype.Type{str, str, in, in}, []any{"abcdef", "xy", 3, -3}, "abxy"},
		{"url_encode", []sqltype.Type{str}, []any{"*~-_.!'() +%é"}, "*%7E-_.%21%27%28%29+%2B%25%C3%A9"},
		{"round", []sqltype.Type{dbl, in}, []any{1.005, 2}, 1.01},
		{"round", []sqltype.Type{dbl, in}, []any{math.MaxFloat64, -300}, 1.79769313e308},
		{"round", []sqltype.Type{dbl, in}, []any{9.99, -400}, 0.0},
		{"truncate", []sqltype.Type{dbl, in}, []any{4.35, 2}, 4.35},
		{"truncate", []sqltype.Type{dbl, in}, []any{123456.789, -2}, 123400.0},
	} {
		got, err := run(t, c.id, c.types, c.args...)
		if got != c.want || (err == nil) != (c.want != nil) {
			t.Errorf("%s%v: %v, %v; want %v", c.id, c.args, got, err, c.want)
		}
	}
	for i := range 10_000 {
		x, _ := strconv.ParseFloat(strconv.Itoa(i/100)+"."+strconv.Itoa(100 + i%100)[1:], 64)
		if got := roundDecimally(x, 2, true); got != x {
			t.Fatalf("TRUNCATE(%v, 2) is %v", x, got)
		}
	}
}

// TestMonthsBetweenIsSymmetric: backward it is the same number of months, whatever the month ends.
func TestMonthsBetweenIsSymmetric(t *testing.T) {
	const day = microsPerDay
	for d := daysOf(2023, 12, 25); d < daysOf(2024, 6, 5); d++ {
		for e := d; e < d+130; e++ {
			if a, b := monthsBetween(d*day, e*day), monthsBetween(e*day, d*day); a != -b {
				t.Fatalf("%d and %d", a, b)
			}
		}
	}
	if got := monthsBetween(daysOf(2024, 3, 31)*day, daysOf(2024, 2, 29)*day); got != -1 {
		t.Errorf("March 31 to February 29: %d months", got)
	}
}
