package sources

import (
	"cmp"
	"strings"
)

// ComparePartitions orders partitions by name, and by number where names end in one: bids-9 comes before bids-10.
// Arrival order within an epoch follows it, so it is part of the format of a replay since v1 and must not change.
func ComparePartitions(a, b string) int {
	an, ad := splitNumber(a)
	bn, bd := splitNumber(b)
	if c := strings.Compare(an, bn); c != 0 {
		return c
	}
	if c := cmp.Compare(len(ad), len(bd)); c != 0 {
		return c
	}
	if c := strings.Compare(ad, bd); c != 0 {
		return c
	}
	return strings.Compare(a, b) // they differ in leading zeros only
}

// splitNumber parts a name from the digits it ends in, without their leading zeros.
func splitNumber(s string) (name, digits string) {
	n := len(s)
	for n > 0 && '0' <= s[n-1] && s[n-1] <= '9' {
		n--
	}
	return s[:n], strings.TrimLeft(s[n:], "0")
}
