package exec

import (
	"context"
	"sync"

	"streamsql/internal/budget"
	"streamsql/state"
)

// compaction merges state files beside the running query: at most one merge at a time, on files only. Its result enters
// the file list with the next commit; a failure changes nothing and is reported.
type compaction struct {
	mu      sync.Mutex
	busy    bool
	inputs  []state.FileRef
	output  *state.FileRef
	account *budget.Account
	cancel  context.CancelFunc
	wg      sync.WaitGroup
}

// swap replaces the inputs of a finished merge by its output in a copy of files.
func (c *compaction) swap(files []state.FileRef) []state.FileRef {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.output == nil {
		return files
	}
	gone := map[string]bool{}
	for _, f := range c.inputs {
		gone[f.Name] = true
	}
	out := make([]state.FileRef, 0, len(files))
	placed := false
	for _, f := range files {
		if !gone[f.Name] {
			out = append(out, f)
			continue
		}
		// The list goes from old to new, and rows of a later file replace those of an earlier one. The output has the
		// rows of its inputs, so it takes the place of the first.
		if !placed {
			out, placed = append(out, *c.output), true
		}
	}
	c.output, c.inputs = nil, nil
	return out
}

// start begins a merge when enough files of one class have gathered and none is running or waiting to be named.
func (c *compaction) start(q *Query) {
	c.mu.Lock()
	defer c.mu.Unlock()
	// The inputs of a merge that waits for its commit are still in q.files: they would be merged twice.
	if c.busy || c.output != nil {
		return
	}
	if c.account == nil {
		c.account = q.env.Budget.Open("merge of state files")
	}
	merger := state.Compactor{Store: q.env.Store, Faults: q.env.Faults, Account: c.account}
	inputs, ok := merger.Plan(q.files)
	if !ok {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	c.busy, c.cancel = true, cancel
	name := mergedFileName(inputs, q.term.Number)
	c.wg.Go(func() {
		defer cancel()
		ref, err := merger.Merge(ctx, inputs, name)
		c.mu.Lock()
		defer c.mu.Unlock()
		c.busy = false
		if err != nil {
			if ctx.Err() == nil {
				q.env.Say("warning: state files could not be merged: %v (nothing is lost; restarts read more files)", err)
			}
			return
		}
		c.inputs, c.output = inputs, &ref
	})
}

// stop ends a running merge and waits for it.
func (c *compaction) stop() {
	c.mu.Lock()
	if c.cancel != nil {
		c.cancel()
	}
	c.mu.Unlock()
	c.wg.Wait()
}
