package wal

import (
	"context"
	"slices"
	"strings"

	"streamsql/internal/store"
)

// ours is everything that a query keeps in its store, in the order in which Reset takes it away. Logs or state without
// metadata are refused, so a reset that was cut short is never mistaken for a query; what nobody would miss (spools) goes
// before what is missed.
var ours = []string{metadataName, "sources/", progressName, stateDir, queryDir, commitsDir, offsetsDir}

// Reset forgets a query: `--fresh`. It works on damaged stores too. The terms stay, so that an owner that was paused
// finds itself superseded, and so does everything in the folder that is not a query's. A store that is in use is left
// alone unless the claim is forced. The next AcquireTerm makes a new query with a new identity.
func Reset(ctx context.Context, st store.Store, claim Claim) error {
	l := newLog(st, nil)
	if err := l.lock(ctx, claim); err != nil {
		return err
	}
	defer l.Close()
	if err := l.listTerms(ctx); err != nil {
		return err
	}
	for _, dir := range []string{offsetsDir, commitsDir} {
		l.terms = append(l.terms, recordTerms(ctx, st, dir)...)
	}
	slices.Sort(l.terms)
	if _, err := createTerm(ctx, st, l.newestTerm(), claim); err != nil {
		return err
	}
	for _, prefix := range ours {
		if err := removeAll(ctx, st, prefix); err != nil {
			return err
		}
	}
	return nil
}

// recordTerms gives the terms of the readable records of a folder, in case the term files are gone.
func recordTerms(ctx context.Context, st store.Store, dir string) []uint64 {
	span, err := listEpochs(ctx, st, dir)
	if err != nil || span.empty() {
		return nil
	}
	if dir == offsetsDir {
		if rec, err := readOffsets(ctx, st, span.last); err == nil {
			return []uint64{rec.Term}
		}
	} else if rec, err := readCommit(ctx, st, span.last); err == nil {
		return []uint64{rec.Term}
	}
	return nil
}

// removeAll deletes an object, or a folder's objects, and makes that durable before anything else goes.
func removeAll(ctx context.Context, st store.Store, prefix string) error {
	infos, err := st.List(ctx, prefix)
	if err != nil {
		return readFailed(st, prefix, err)
	}
	folders := map[string]bool{}
	for _, i := range infos {
		if !strings.HasSuffix(prefix, "/") && i.Name != prefix {
			continue
		}
		if err := st.Delete(ctx, i.Name); err != nil {
			return writeFailed(st, i.Name, err)
		}
		folders[i.Name[:strings.LastIndexByte(i.Name, '/')+1]] = true
	}
	for folder := range folders {
		if err := store.Settle(ctx, st, folder); err != nil {
			return writeFailed(st, folder, err)
		}
	}
	return nil
}
