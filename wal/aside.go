package wal

import (
	"context"
	"slices"

	"streamsql/internal/diag"
	"streamsql/internal/store"
)

// SetAside starts over without losing anything: `--fresh`. It gives what a store holds of a query, damaged or not,
// another name, which must be free; what a name is depends on the store. A state that is in use is left alone unless
// the claim is forced; one in a store that cannot rename is left as it is (store.ErrNoRename).
//
// The empty store gets a term above all of the old one: a process that was paused while its folder was renamed finds,
// under the old name, that it is superseded, not a log to continue in.
func SetAside(ctx context.Context, st store.Store, to string, claim Claim) error {
	l := newLog(st, nil)
	infos, err := st.List(ctx, "")
	if err != nil {
		return readFailed(st, "", err)
	}
	if len(infos) == 0 {
		return nil
	}
	if err := l.lock(ctx, claim); err != nil {
		return err
	}
	defer func() { _ = l.Close() }()
	newest, err := l.highestTerm(ctx)
	if err != nil {
		return err
	}
	if err := store.MoveAside(st, to); err != nil {
		return diag.New(diag.CheckpointWrite, "the state %s cannot be renamed to %s", st.Location(), to).WithCause(err).
			WithHint("rename or remove it by hand, or use another --state")
	}
	if newest == 0 {
		return nil
	}
	_, err = createTerm(ctx, st, newest, claim)
	return err
}

// highestTerm looks through term files and the newest records, whatever else is damaged.
func (l *Log) highestTerm(ctx context.Context) (uint64, error) {
	if err := l.listTerms(ctx); err != nil {
		return 0, err
	}
	for _, dir := range []string{offsetsDir, commitsDir} {
		l.terms = append(l.terms, newestRecordTerm(ctx, l.st, dir))
	}
	return slices.Max(l.terms), nil
}

// newestRecordTerm returns 0 when there is no record or it cannot be read.
func newestRecordTerm(ctx context.Context, st store.Store, dir string) uint64 {
	epochs, _, err := listEpochs(ctx, st, dir)
	if err != nil || epochs.empty() {
		return 0
	}
	if dir == offsetsDir {
		if rec, err := readOffsets(ctx, st, epochs.last); err == nil {
			return rec.Term
		}
		return 0
	}
	if rec, err := readCommit(ctx, st, epochs.last); err == nil {
		return rec.Term
	}
	return 0
}
