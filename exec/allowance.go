package exec

import (
	"fmt"

	"streamsql/internal/budget"
	"streamsql/internal/diag"
)

// allowance holds what the query has accounted for against what the process may use.
type allowance struct {
	held map[string]*budget.Account // by what the graph calls the holder
}

// settle brings the accounts up to date that nobody keeps row by row, and checks the sum. It is called between epochs.
func (a *allowance) settle(q *Query) error {
	q.graph.Held(a.note(q.env.Budget))
	q.state.Report()
	return withinBudget(q.env.Budget)
}

// midway is settle between two stages of an epoch, when rows wait in exchanges.
func (a *allowance) midway(q *Query) error {
	q.graph.Waiting(a.note(q.env.Budget))
	q.state.Report()
	return withinBudget(q.env.Budget)
}

// note enters what the graph reports into accounts of b.
func (a *allowance) note(b *budget.Budget) func(what string, bytes int64) {
	return func(what string, bytes int64) {
		if a.held[what] == nil {
			if a.held == nil {
				a.held = map[string]*budget.Account{}
			}
			a.held[what] = b.Open(what)
		}
		a.held[what].Set(bytes)
	}
}

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
		WithHint("give it more with --memory, make its windows or its lateness shorter, or group by fewer keys. " +
			"Nothing is lost: the next start resumes from the last commit")
}

func mebibytes(n int64) string { return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20)) }
