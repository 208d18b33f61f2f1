package exec

import (
	"fmt"

	"streamsql/internal/budget"
	"streamsql/internal/diag"
)

// withinBudget fails when what is accounted for has outgrown what the process may use. It is asked when an epoch's rows
// have been computed and nothing of it is visible yet, and after a restore: the next start repeats the epoch, with more
// memory.
func withinBudget(b *budget.Budget) error {
	if !b.Over() {
		return nil
	}
	largest := b.Report()[0]
	return diag.New(diag.MemoryLimit, "the query holds %s of the %s it may use; most of it, %s, is %s",
		mebibytes(b.Sum()), mebibytes(b.Limit()), mebibytes(largest.Bytes), largest.Name).
		WithHint("give it more with --memory, make its windows or its lateness shorter, or group by fewer keys; " +
			"nothing is lost, the next start resumes from the last commit")
}

func mebibytes(n int64) string { return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20)) }
