package wal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"streamsql/internal/store"
)

// A stray is a record that an owner created after retention had freed its name: it was paused between its look for a
// later term and the creation, through a takeover and all the epochs after it. Creation is exclusive, but a name that
// was deleted is free again. Where unfinished files are private (a disk) the sweep before the first deletion leaves it
// nothing to give the name to; where creation is one request (an object store) nothing can, and the rule is that
// recovery goes by the newest run of records.
//
// What distinguishes a stray from a log with a hole: retention has passed its epoch, so records of a later owner are in
// the run, all of them: a stray's term is below every term of the run. And the run has two records at least, because
// retention never leaves fewer.

// listEpochs lists one log folder: the newest contiguous run, and the epochs of the strays before it.
func listEpochs(ctx context.Context, st store.Store, dir string) (span, []int64, error) {
	infos, err := st.List(ctx, dir)
	if err != nil {
		return noSpan, nil, readFailed(st, dir, err)
	}
	var epochs []int64
	for _, i := range infos {
		if n, ok := number(strings.TrimPrefix(i.Name, dir)); ok {
			epochs = append(epochs, n)
		}
	}
	if len(epochs) == 0 {
		return noSpan, nil, nil
	}
	slices.Sort(epochs)
	first := len(epochs) - 1
	for first > 0 && epochs[first-1] == epochs[first]-1 {
		first--
	}
	run := span{epochs[first], epochs[len(epochs)-1]}
	strays, err := judgeStrays(ctx, st, dir, run, epochs[:first])
	return run, strays, err
}

// judgeStrays makes sure that what is before a gap is there by the rule above. A gap of any other kind is a loss.
func judgeStrays(ctx context.Context, st store.Store, dir string, run span, before []int64) ([]int64, error) {
	if len(before) == 0 {
		return nil, nil
	}
	last := before[len(before)-1]
	gap := missing(st, rangeName(dir, last+1, run.first-1),
		fmt.Sprintf("%s%d and %s%d are there", dir, last, dir, run.first))
	// A listing is not a snapshot: it may show a record and not the one before it, which was made earlier. Only a name
	// that is free now is a gap.
	if _, err := st.Get(ctx, fmt.Sprintf("%s%d", dir, run.first-1)); !errors.Is(err, store.ErrNotExist) {
		return nil, gap
	}
	oldest, err := recordTerm(ctx, st, dir, run.first)
	if err != nil {
		return nil, err
	}
	if run.first == run.last { // retention leaves two at least: a single record has lost its neighbour
		return nil, gap
	}
	var strays []int64
	for _, epoch := range before {
		term, err := recordTerm(ctx, st, dir, epoch)
		switch {
		case errors.Is(err, store.ErrNotExist): // retention was at it while we listed
		case err != nil, term >= oldest:
			return nil, gap
		default:
			strays = append(strays, epoch)
		}
	}
	return strays, nil
}

// recordTerm reads who made a record.
func recordTerm(ctx context.Context, st store.Store, dir string, epoch int64) (uint64, error) {
	if dir == offsetsDir {
		rec, err := readOffsets(ctx, st, epoch)
		if err != nil {
			return 0, err
		}
		return rec.Term, nil
	}
	rec, err := readCommit(ctx, st, epoch)
	if err != nil {
		return 0, err
	}
	return rec.Term, nil
}

// strayNames names the strays of both folders, for messages and for the sweep.
func strayNames(offsets, commits []int64) []string {
	var out []string
	for _, e := range offsets {
		out = append(out, offsetsName(e))
	}
	for _, e := range commits {
		out = append(out, commitsName(e))
	}
	return out
}
