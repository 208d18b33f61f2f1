// Package kept is a sink whose rows stay in the process: golden tests and the engine's own tests read them back from a
// Table, which outlives the queries that write to it, their restarts and their crashes. It is the counterpart of
// sources/fed.
//
// A table does everything that the contract of sinks allows: it takes frames or batches, refuses for now, commits while
// the answer gets lost, belongs to one query, and knows its terms. So exec is tested against brokers that do not exist
// yet.
package kept

import (
	"fmt"
	"maps"
	"slices"
	"sync"

	"streamsql/internal/vec"
	"streamsql/sinks"
)

// Row is one change: a row as text, and how often it was added, or taken back.
type Row struct {
	Text   string
	Weight int64
}

// Table holds what was committed, each epoch once. The zero value is an empty table. Safe for concurrent use.
type Table struct {
	// Name is the table's in messages. Set, like Text and Batches, before the first query.
	Name string
	// Text writes a row; nil writes its values with a space between.
	Text func(cols []*vec.Vec, row int) string
	// Batches makes the sink take batches instead of frames.
	Batches bool

	mu        sync.Mutex
	epochs    map[int64][]Row
	marker    sinks.Marker
	term      uint64 // who may write
	breaches  []string
	refuse    int // of the next calls of Stage and Commit
	meanwhile func()
	lose      bool
}

// Sink opens the table, as each start of a query does.
func (t *Table) Sink() sinks.Sink { return &sink{table: t} }

// Refuse makes the next n calls of Stage or Commit fail as certainly not committed. What happens meanwhile may be nil;
// it is called at each refusal.
func (t *Table) Refuse(n int, meanwhile func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.refuse, t.meanwhile = n, meanwhile
}

// LoseAnswer makes the next commit happen and fail nevertheless, as when the process dies before it hears of it.
func (t *Table) LoseAnswer() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lose = true
}

// Marker is the newest commit's.
func (t *Table) Marker() sinks.Marker {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.marker
}

// SetMarker puts another marker in its place: what an earlier version, another query or somebody's hand left there.
func (t *Table) SetMarker(m sinks.Marker) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.marker = m
}

// Term is that of the newest owner.
func (t *Table) Term() uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.term
}

// Epochs lists the epochs that brought rows, ascending.
func (t *Table) Epochs() []int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Sorted(maps.Keys(t.epochs))
}

// Rows are the changes of one epoch, in the order in which they were written.
func (t *Table) Rows(epoch int64) []Row {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.epochs[epoch])
}

// All are the changes of all epochs, in their order.
func (t *Table) All() []Row {
	var out []Row
	for _, e := range t.Epochs() {
		out = append(out, t.Rows(e)...)
	}
	return out
}

// Fold is what a reader of all changes has: each row with the sum of its weights, without those of which nothing is
// left.
func (t *Table) Fold() map[string]int64 { return fold(t.All()) }

func fold(rows []Row) map[string]int64 {
	sum := map[string]int64{}
	for _, r := range rows {
		if sum[r.Text] += r.Weight; sum[r.Text] == 0 {
			delete(sum, r.Text)
		}
	}
	return sum
}

// Breaches lists what no query may do to a table: commit an epoch twice with different rows, or take back a row that is
// not there when its epoch ends.
func (t *Table) Breaches() []string {
	t.mu.Lock()
	out := slices.Clone(t.breaches)
	t.mu.Unlock()
	sum := map[string]int64{}
	for _, e := range t.Epochs() {
		rows := t.Rows(e)
		for _, r := range rows {
			sum[r.Text] += r.Weight
		}
		for _, r := range rows {
			if sum[r.Text] < 0 {
				out = append(out, fmt.Sprintf("epoch %d deletes %q, which is not there", e, r.Text))
			}
		}
	}
	return out
}
