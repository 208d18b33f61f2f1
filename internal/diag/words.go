package diag

import "fmt"

// Plural is a number with its noun: 1 row, 2 rows. The plural takes an s.
func Plural[N ~int | ~int32 | ~int64](n N, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
