package report

import (
	"fmt"
	"maps"
	"slices"
)

// Say prints one line of text.
type Say func(format string, args ...any)

// verb gives the form that goes with a number: 1 group, 2 groups.
func verb(n int64, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// Groups writes a number of groups of a state.
func Groups(n int64) string { return Count(n) + " " + verb(n, "group", "groups") }

// Count shortens a large number.
func Count(n int64) string {
	switch {
	case n >= 10_000_000:
		return fmt.Sprintf("%.1f M", float64(n)/1e6)
	case n >= 10_000:
		return fmt.Sprintf("%.1f K", float64(n)/1e3)
	}
	return fmt.Sprint(n)
}

// Bytes writes a number of bytes.
func Bytes(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%d B", n)
}

func sortedNames[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
