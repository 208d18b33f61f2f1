package state

import (
	"context"

	"streamsql/internal/budget"
	"streamsql/internal/fault"
	"streamsql/internal/store"
)

// Compactor keeps the number of files small: it merges eight files of a class into one of the next class. It reads and
// writes files only; whoever calls it names the result, in place of the inputs, in the next commit. Until then the
// result belongs to nobody, and after a failure everything is as before.
type Compactor struct {
	Store   store.Store
	Faults  *fault.Set
	Account *budget.Account // what a merge holds in memory; may be nil
}

// FanIn is how many files of a class become one of the next. Each row is rewritten once per class, so log8(epochs)
// times; a restore reads at most 7 files per class.
const FanIn = 8

// Plan chooses the files to merge: the oldest eight of the lowest class that has so many. files is what the last commit
// names. When the oldest file of all is among them, the first input says so in First (fromStart): nothing older
// exists, so tombstones can go.
func (c *Compactor) Plan(files []FileRef) (inputs []FileRef, ok bool) {
	files = byAge(files)
	perClass := map[int]int{}
	for i := len(files) - 1; i >= 0; i-- {
		class := files[i].Class
		// Only neighbours in age may be merged: a run ends where another class lies between.
		if i < len(files)-1 && files[i+1].Class != class {
			perClass[class] = 0
		}
		perClass[class]++
		// The oldest eight of a run. If newer ones were merged, files of the class would remain on both sides of the result
		// and could never be merged with each other.
		if perClass[class] < FanIn || i > 0 && files[i-1].Class == class {
			continue
		}
		inputs = append(inputs, files[i:i+FanIn]...)
		if i == 0 {
			inputs[0].First = fromStart
		}
		return inputs, true
	}
	return nil, false
}

// Merge writes the newest row of every key of the inputs to a new file.
func (c *Compactor) Merge(ctx context.Context, inputs []FileRef, name string) (FileRef, error) {
	inputs = byAge(inputs)
	out := FileRef{Name: name, First: inputs[0].First, Last: inputs[len(inputs)-1].Last}
	for _, f := range inputs {
		out.Class = max(out.Class, f.Class+1)
	}
	m, err := openMerger(ctx, c.Store, inputs, out.First == fromStart)
	if err != nil {
		return FileRef{}, err
	}
	defer m.close()
	m.account = c.Account
	defer c.Account.Set(0)
	w, err := c.Store.Writer(ctx, name)
	if err != nil {
		return FileRef{}, err
	}
	defer func() { _ = w.Close() }() // takes an unfinished file away; after Commit it does nothing
	out.CRC, out.Bytes, err = m.write(ctx, w, func() error { return c.Faults.Point(fault.CompactHalf) })
	if err != nil {
		return FileRef{}, err
	}
	// Durable before anybody can name it: a commit record must never name a file that a power cut takes away.
	if err := w.Commit(); err != nil {
		return FileRef{}, err
	}
	return out, c.Faults.Point(fault.CompactWritten)
}
