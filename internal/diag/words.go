package diag

import (
	"fmt"
	"strings"
)

// Plural is a number with its noun: 1 row, 2 rows. The plural takes an s.
func Plural[N ~int | ~int32 | ~int64](n N, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Either lists alternatives: COUNT, SUM or AVG.
func Either(words []string) string {
	last := len(words) - 1
	if last <= 0 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
