package wal

import (
	"context"
	"errors"
	"slices"

	"streamsql/internal/store"
)

// Status is what the logs say about a query that may or may not be running, for `streamsql status`.
type Status struct {
	Location string
	Exists   bool // false: nothing was ever written here
	ID       string
	Recovery Recovery      // what a start would do
	Offsets  *OffsetRecord // newest planned epoch; nil when none
	Commit   *CommitRecord // newest done epoch; nil when none
	Oldest   int64         // oldest retained commit, when Commit is not nil
	Owner    Term          // the newest term: who ran it last, or runs it
	Terms    int           // how often it was started, as far as retained
	Query    QueryText     // the newest text; empty when none
	Progress []byte        // progress.json; nil when none

	StateFiles  int   // files that the newest commit names
	StateBytes  int64 // and their length
	StoredBytes int64 // everything in the store, retained past included
}

// ReadStatus reads the status of a query without taking part in it: it takes no lock and writes nothing. A damaged
// store gives the error that a start would give.
func ReadStatus(ctx context.Context, st store.Store) (Status, error) {
	var s Status
	var err error
	for range 3 { // retention and new records move both ends while we look
		if s, err = readStatus(ctx, st); err == nil {
			return s, nil
		}
	}
	return Status{}, err
}

func readStatus(ctx context.Context, st store.Store) (Status, error) {
	l := newLog(st, nil)
	if err := l.load(ctx); err != nil {
		return Status{}, err
	}
	var err error
	s := Status{
		Location: st.Location(), ID: l.id, Recovery: l.recovery, Offsets: l.last, Commit: l.commit,
		Oldest: l.commits.first, Terms: len(l.terms),
	}
	if s.Terms > 0 {
		s.Owner = readTerm(ctx, st, slices.Max(l.terms))
	}
	if l.last != nil && l.last.QueryName != "" {
		if s.Query, err = readQuery(ctx, st, l.last); err != nil {
			return Status{}, err
		}
	}
	if l.commit != nil {
		for _, f := range l.commit.State {
			s.StateFiles++
			s.StateBytes += f.Bytes
		}
	}
	if s.Progress, err = st.Get(ctx, progressName); err != nil && !errors.Is(err, store.ErrNotExist) {
		return Status{}, readFailed(st, progressName, err)
	}
	infos, err := st.List(ctx, "")
	if err != nil {
		return Status{}, readFailed(st, "", err)
	}
	s.Exists = len(infos) > 0
	for _, i := range infos {
		s.StoredBytes += i.Size
	}
	return s, nil
}
