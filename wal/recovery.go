package wal

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Kind is what a start does first.
type Kind uint8

// The kinds.
const (
	Fresh    Kind = iota // a new query: epoch 0 is planned by this process
	Continue             // every planned epoch is done: plan the next
	Replay               // one epoch is planned and not known to be done: run it again, sinks that have it discard
)

// String names the kind.
func (k Kind) String() string { return [...]string{"fresh", "continue", "replay"}[k] }

// Recovery says where a query resumes. The records are shared: do not change them.
type Recovery struct {
	Kind   Kind
	Epoch  int64         // the next epoch to run
	Replay *OffsetRecord // Kind Replay: what Epoch reads and by which clock
	Last   *OffsetRecord // the record of Epoch−1, whose ends are Epoch's starts; nil for epoch 0
	Commit *CommitRecord // the record of Epoch−1; nil for epoch 0
	// records of owners that were taken over long ago, see strays.go; ignored, and deleted by Retain
	Strays []string
}

// Finished reports whether the query's input has ended and all of it is done.
func (r Recovery) Finished() bool { return r.Kind == Continue && r.Commit.Finished }

// looks is how often a store is looked at before it is refused. A live owner moves both ends of the logs, and a listing
// is not a snapshot: it may show a later record and not the one before it. Real damage looks the same every time.
const looks = 5

// load lists the folders, verifies what recovery depends on, and decides. It is the only place where a Log's picture of
// the store comes from reading.
func (l *Log) load(ctx context.Context) error {
	var err error
	for range looks {
		if err = l.look(ctx); err == nil || ctx.Err() != nil {
			break
		}
	}
	return err
}

func (l *Log) look(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.listLogs(ctx); err != nil {
		return err
	}
	var err error
	if err := l.listTerms(ctx); err != nil {
		return err
	}
	if l.queries, err = listQueries(ctx, l.st); err != nil {
		return err
	}
	if l.id, err = readIdentity(ctx, l.st); err != nil {
		return err
	}
	if err := l.checkPresence(ctx); err != nil {
		return err
	}
	if err := l.decide(ctx); err != nil {
		return err
	}
	l.text = queryRef{}
	if l.last != nil {
		l.text = queryRef{l.last.QueryName, l.last.QueryCRC}
	}
	l.retain.reset(l.last)
	return nil
}

// listLogs lists offsets and commits so that a live owner cannot make them look inconsistent: commits before and, when
// the offsets are ahead, once more after. At the moment of the middle listing the newest commit was between the two.
func (l *Log) listLogs(ctx context.Context) (err error) {
	var commits, offsets []int64
	if l.commits, commits, err = listEpochs(ctx, l.st, commitsDir); err != nil {
		return err
	}
	if l.offsets, offsets, err = listEpochs(ctx, l.st, offsetsDir); err != nil {
		return err
	}
	if l.offsets.last > l.commits.last+1 {
		if l.commits, commits, err = listEpochs(ctx, l.st, commitsDir); err != nil {
			return err
		}
		// Commits of epochs that were planned after the offsets were listed.
		l.commits.last = min(l.commits.last, l.offsets.last)
	}
	l.strays = strayNames(offsets, commits)
	return nil
}

func rangeName(dir string, from, to int64) string {
	if from == to {
		return fmt.Sprintf("%s%d", dir, from)
	}
	return fmt.Sprintf("%s%d to %s%d", dir, from, dir, to)
}

func (l *Log) listTerms(ctx context.Context) error {
	infos, err := l.st.List(ctx, termsDir)
	if err != nil {
		return readFailed(l.st, termsDir, err)
	}
	l.terms = l.terms[:0]
	for _, i := range infos {
		if n, ok := number(strings.TrimPrefix(i.Name, termsDir)); ok {
			l.terms = append(l.terms, uint64(n))
		}
	}
	slices.Sort(l.terms)
	return nil
}

// newestTerm is the highest term that anything in the store knows of: a record keeps its term alive when the file is
// gone.
func (l *Log) newestTerm() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	newest := uint64(0)
	if n := len(l.terms); n > 0 {
		newest = l.terms[n-1]
	}
	if l.last != nil {
		newest = max(newest, l.last.Term)
	}
	if l.commit != nil {
		newest = max(newest, l.commit.Term)
	}
	return newest
}

// checkPresence refuses stores from which a part was taken away.
func (l *Log) checkPresence(ctx context.Context) error {
	logs := !l.offsets.empty() || !l.commits.empty()
	if l.id == "" && (logs || len(l.queries) > 0) {
		return missing(l.st, metadataName, "there are logs beside it, and without it their rows could be written twice")
	}
	if logs {
		return nil
	}
	infos, err := l.st.List(ctx, stateDir)
	if err != nil {
		return readFailed(l.st, stateDir, err)
	}
	if len(infos) > 0 {
		return missing(l.st, offsetsDir+" and "+commitsDir, "there is state of an earlier run, for example "+
			infos[0].Name)
	}
	return nil
}

// decide compares the newest offsets with the newest commit, reads those records, and says where to resume.
func (l *Log) decide(ctx context.Context) error {
	l.last, l.commit, l.recovery = nil, nil, Recovery{Strays: l.strays}
	o, c := l.offsets.last, l.commits.last
	switch {
	case o < c:
		return missing(l.st, rangeName(offsetsDir, o+1, c), fmt.Sprintf("%s says the epoch is done", commitsName(c)))
	case o > c+1:
		return missing(l.st, rangeName(commitsDir, c+1, o-1),
			fmt.Sprintf("%s was planned, which happens only after they exist", offsetsName(o)))
	case o < 0:
		return nil
	}
	var err error
	if l.last, err = l.ownOffsets(ctx, o); err != nil {
		return err
	}
	if c >= 0 {
		if l.commit, err = l.ownCommit(ctx, c); err != nil {
			return err
		}
	}
	if o == c {
		l.recovery = Recovery{Kind: Continue, Epoch: o + 1, Last: l.last, Commit: l.commit, Strays: l.strays}
		return nil
	}
	l.recovery = Recovery{Kind: Replay, Epoch: o, Replay: l.last, Commit: l.commit, Strays: l.strays}
	if o == 0 {
		return nil
	}
	if l.offsets.first == o {
		return missing(l.st, offsetsName(o-1), "epoch "+fmt.Sprint(o)+
			" has to be repeated and starts where that one ended")
	}
	l.recovery.Last, err = l.ownOffsets(ctx, o-1)
	return err
}

func (l *Log) ownOffsets(ctx context.Context, epoch int64) (*OffsetRecord, error) {
	rec, err := readOffsets(ctx, l.st, epoch)
	if err == nil && rec.Query != l.id {
		err = foreign(l.st, offsetsName(epoch), otherQuery(rec.Query, l.id))
	}
	return rec, err
}

func (l *Log) ownCommit(ctx context.Context, epoch int64) (*CommitRecord, error) {
	rec, err := readCommit(ctx, l.st, epoch)
	if err == nil && rec.Query != l.id {
		err = foreign(l.st, commitsName(epoch), otherQuery(rec.Query, l.id))
	}
	return rec, err
}

func otherQuery(has, want string) string {
	return fmt.Sprintf("it belongs to query %s, but metadata names %s", has, want)
}
