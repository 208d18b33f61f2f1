package wal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"streamsql/internal/diag"
	"streamsql/internal/fault"
	"streamsql/internal/store"
)

// Log is the logs of one query in one store. Open reads and verifies; AcquireTerm makes this process the owner, before
// which nothing can be written. One goroutine writes epochs; Retain and the reading methods may run beside it.
type Log struct {
	st     store.Store
	faults *fault.Set

	// Written by load and by the owner's writes, under mu.
	mu       sync.Mutex
	id       string
	term     Term
	offsets  span
	commits  span
	strays   []string // records before the runs, see strays.go
	terms    []uint64
	queries  []queryFile
	recovery Recovery
	last     *OffsetRecord // newest offsets record
	commit   *CommitRecord // newest commit record
	text     queryRef      // the text that governs the next epoch
	first    int64         // epoch of this owner's first commit, -1 before
	broken   error         // set for good by a failed sync or by lost fencing

	unlock     func() error
	unfinished func(context.Context) error // removes what earlier owners had unfinished when our term began
	retain     retention
}

// span is the epochs of one log folder: contiguous, none when last < first.
type span struct{ first, last int64 }

var noSpan = span{0, -1}

func (s span) empty() bool { return s.last < s.first }

const (
	offsetsDir = "offsets/"
	commitsDir = "commits/"
	stateDir   = "state/"
)

func offsetsName(epoch int64) string { return offsetsDir + strconv.FormatInt(epoch, 10) }
func commitsName(epoch int64) string { return commitsDir + strconv.FormatInt(epoch, 10) }

// Open reads the logs of a query and verifies them. An empty store is a new query. Open writes nothing; its Recovery is
// for looking at, AcquireTerm makes it binding. A store that makes no sense while another process has it is in use
// (diag.StateInUse), not damaged.
func Open(ctx context.Context, st store.Store, faults *fault.Set) (*Log, error) {
	l := newLog(st, faults)
	err := l.load(ctx)
	if err == nil {
		return l, nil
	}
	// A live owner moves the logs, perhaps between any two listings. Under the lock nobody does: what still makes no sense
	// is damage.
	unlock, lockErr := st.Lock(ctx)
	if errors.Is(lockErr, store.ErrLocked) {
		return nil, inUse(st, lockErr)
	}
	if lockErr != nil {
		return nil, err // a store that we may only read
	}
	defer func() { _ = unlock() }()
	if err = l.load(ctx); err != nil {
		return nil, err
	}
	return l, nil
}

func newLog(st store.Store, faults *fault.Set) *Log {
	l := &Log{st: st, faults: faults, first: -1}
	l.retain.init()
	return l
}

// ID is the query's identity; empty for a new query before AcquireTerm.
func (l *Log) ID() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.id
}

// Term is this process' ownership; its number is 0 before AcquireTerm.
func (l *Log) Term() Term { return l.term }

// Recovery says where to resume: what a start at this moment would be told.
func (l *Log) Recovery() Recovery {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.recovery
}

// Close gives the store's lock back. The records stay as they are.
func (l *Log) Close() error {
	if l.unlock == nil {
		return nil
	}
	unlock := l.unlock
	l.unlock = nil
	return unlock()
}

// settle makes durable what a killed owner may have left visible only, so that no decision rests on what a power cut
// can still take away.
func (l *Log) settle(ctx context.Context) error {
	for _, folder := range []string{"", termsDir, queryDir, offsetsDir, commitsDir} {
		if err := store.Settle(ctx, l.st, folder); err != nil {
			return writeFailed(l.st, folder, err)
		}
	}
	return nil
}

// WriteOffsets creates offsets/N: from now on epoch N is what the record says, however often it is run. It sets Query,
// Term, QueryName and QueryCRC of the record and keeps it: do not change it afterwards. Nothing of N may leave the
// process before it returns nil.
//
// Errors: diag.FencingLost when another process owns the query; ErrPlanned when an owner before us has planned N;
// diag.CheckpointWrite when the record could not be written (it may be tried again unless the store says
// store.ErrFatal).
func (l *Log) WriteOffsets(ctx context.Context, rec *OffsetRecord) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.writable(ctx); err != nil {
		return err
	}
	if rec.Epoch != l.offsets.last+1 || l.commits.last != l.offsets.last {
		return diag.New(diag.Internal, "offsets of epoch %d out of turn: newest offsets %d, newest commit %d",
			rec.Epoch, l.offsets.last, l.commits.last)
	}
	rec.Query, rec.Term = l.id, l.term.Number
	rec.QueryName, rec.QueryCRC = l.text.name, l.text.crc
	data, err := rec.encode()
	if err != nil {
		return diag.New(diag.Internal, "offset record of epoch %d", rec.Epoch).WithCause(err)
	}
	name := offsetsName(rec.Epoch)
	found, err := l.create(ctx, name, data, points{fault.WALOffsetsSynced, fault.WALOffsetsLooked,
		fault.WALOffsetsLinked})
	if err != nil {
		return err
	}
	if found != nil {
		return l.offsetsTaken(ctx, name, found)
	}
	l.recovery = Recovery{Kind: Replay, Epoch: rec.Epoch, Replay: rec, Last: l.last, Commit: l.commit}
	l.offsets.last, l.last = rec.Epoch, rec
	l.retain.planned(rec)
	return nil
}

// ErrPlanned is wrapped by WriteOffsets when an owner before us has planned the epoch: it saw no later term just before
// ours existed. Its record counts; the epoch is to be replayed after a new start.
var ErrPlanned = errors.New("the epoch was planned by an earlier owner")

// offsetsTaken is the error of a process that finds its epoch planned by another.
func (l *Log) offsetsTaken(ctx context.Context, name string, found []byte) error {
	other, err := decodeOffsets(found)
	if err != nil {
		return damaged(l.st, name, err)
	}
	if other.Query == l.id && other.Term < l.term.Number {
		return diag.New(diag.CheckpointWrite, "%s in %s was planned by %s in its last moment", name, l.st.Location(),
			readTerm(ctx, l.st, other.Term).Owner()).WithCause(ErrPlanned).
			WithHint("start again: the epoch is repeated as it was planned")
	}
	return l.lost(readTerm(ctx, l.st, other.Term))
}

// WriteCommit creates commits/N: epoch N is done. It sets Query, Term and Clock of the record and keeps it.
//
// When the record exists already (an owner before us that was not dead yet, or our own lost answer) and describes the
// same output, it is adopted: found is what it says, and its State is what the log keeps. Otherwise the error is
// diag.FencingLost (made by a newer term) or diag.CommitConflict (other results under an equal or older term).
func (l *Log) WriteCommit(ctx context.Context, rec *CommitRecord) (found *CommitRecord, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.usable(); err != nil {
		return nil, err
	}
	if rec.Epoch != l.commits.last+1 || rec.Epoch != l.offsets.last {
		return nil, diag.New(diag.Internal, "commit of epoch %d out of turn: newest offsets %d, newest commit %d",
			rec.Epoch, l.offsets.last, l.commits.last)
	}
	rec.Query, rec.Term, rec.Clock = l.id, l.term.Number, l.last.Clock
	name := commitsName(rec.Epoch)
	data, err := l.create(ctx, name, rec.encode(),
		points{fault.WALCommitsSynced, fault.WALCommitsLooked, fault.WALCommitsLinked})
	if err != nil {
		return nil, err
	}
	if data != nil {
		if found, err = l.commitTaken(ctx, name, data, rec); err != nil {
			return nil, err
		}
		rec = found
	}
	l.retain.committed(l.commit, rec)
	l.commits.last, l.commit = rec.Epoch, rec
	l.recovery = Recovery{Kind: Continue, Epoch: rec.Epoch + 1, Last: l.last, Commit: rec}
	if l.first < 0 {
		l.first = rec.Epoch
	}
	return found, nil
}

// commitTaken judges a commit record that was there first.
func (l *Log) commitTaken(ctx context.Context, name string, data []byte, rec *CommitRecord) (*CommitRecord, error) {
	found, err := decodeCommit(data)
	if err != nil {
		return nil, damaged(l.st, name, err)
	}
	if found.Query != rec.Query || found.Epoch != rec.Epoch {
		return nil, foreign(l.st, name, fmt.Sprintf("it is epoch %d of query %s", found.Epoch, found.Query))
	}
	if found.Term > l.term.Number {
		return nil, l.lost(readTerm(ctx, l.st, found.Term))
	}
	if !found.sameResult(rec) {
		l.broken = diag.New(diag.CommitConflict, "%s in %s, written by %s, differs from what this run did", name,
			l.st.Location(), readTerm(ctx, l.st, found.Term).Owner()).
			WithHint("two runs of one epoch gave different rows; keep the state and report it, " +
				"or start over with --fresh")
		return nil, l.broken
	}
	return found, nil
}

// points are the fault points of a record's creation.
type points struct{ synced, looked, linked string }

// create writes one record. When the name is taken by other bytes it returns them; by the same bytes, it was us and an
// answer was lost.
//
// The look for a later term comes after the bytes are private and before they get the name. An owner that was paused
// before the look stops there. One that is paused after it holds a private file that is older than the later term,
// which the later owner removes before it deletes its first record: the name is taken, or there is nothing to give it
// to.
func (l *Log) create(ctx context.Context, name string, data []byte, at points) ([]byte, error) {
	phase := func(step string) error {
		if step != "synced" {
			return l.faults.Point(at.linked)
		}
		if err := l.faults.Point(at.synced); err != nil {
			return err
		}
		if err := l.superseded(ctx); err != nil {
			return err
		}
		return l.faults.Point(at.looked)
	}
	err := l.st.Create(ctx, name, data, phase)
	if err == nil {
		return nil, nil
	}
	if errors.Is(err, store.ErrExist) {
		found, err := l.st.Get(ctx, name)
		if err != nil {
			return nil, readFailed(l.st, name, err)
		}
		if bytes.Equal(found, data) { // our own write, whose answer was lost
			return nil, nil
		}
		return found, nil
	}
	if lost := l.superseded(ctx); diag.CodeOf(lost) == diag.FencingLost {
		return nil, lost // a later owner has swept the unfinished file: that is why it failed
	}
	failed := writeFailed(l.st, name, err)
	// After a failed sync nobody knows what is on the disk, and a second sync may report success for pages that the first
	// one lost.
	if errors.Is(err, store.ErrFatal) || errors.Is(err, store.ErrFrozen) {
		l.broken = failed
	}
	return nil, failed
}

// usable reports whether this process may write at all.
func (l *Log) usable() error {
	if l.broken != nil {
		return l.broken
	}
	if l.term.Number == 0 {
		return diag.New(diag.Internal, "write to a log without a term")
	}
	return nil
}

// writable also looks for a newer owner.
func (l *Log) writable(ctx context.Context) error {
	if err := l.usable(); err != nil {
		return err
	}
	if err := l.superseded(ctx); err != nil {
		return err
	}
	return l.gone(ctx)
}

// Offsets reads the offset record of an epoch; errors.Is(err, store.ErrNotExist) when it is not retained.
func (l *Log) Offsets(ctx context.Context, epoch int64) (*OffsetRecord, error) {
	return readOffsets(ctx, l.st, epoch)
}

// Commit reads the commit record of an epoch; errors.Is(err, store.ErrNotExist) when it is not retained.
func (l *Log) Commit(ctx context.Context, epoch int64) (*CommitRecord, error) {
	return readCommit(ctx, l.st, epoch)
}

// Epochs returns which commits are retained; ok is false when none are.
func (l *Log) Epochs() (oldest, newest int64, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.commits.first, l.commits.last, !l.commits.empty()
}

// WriteProgress replaces progress.json, for `status` and for people; nothing depends on it.
func (l *Log) WriteProgress(ctx context.Context, event []byte) error {
	return l.st.Replace(ctx, progressName, event)
}

const progressName = "progress.json"

func readOffsets(ctx context.Context, st store.Store, epoch int64) (*OffsetRecord, error) {
	name := offsetsName(epoch)
	data, err := st.Get(ctx, name)
	if err != nil {
		return nil, readFailed(st, name, err)
	}
	rec, err := decodeOffsets(data)
	if err != nil {
		return nil, damaged(st, name, err)
	}
	if rec.Epoch != epoch {
		return nil, foreign(st, name, fmt.Sprintf("it is the record of epoch %d", rec.Epoch))
	}
	return rec, nil
}

func readCommit(ctx context.Context, st store.Store, epoch int64) (*CommitRecord, error) {
	name := commitsName(epoch)
	data, err := st.Get(ctx, name)
	if err != nil {
		return nil, readFailed(st, name, err)
	}
	rec, err := decodeCommit(data)
	if err != nil {
		return nil, damaged(st, name, err)
	}
	if rec.Epoch != epoch {
		return nil, foreign(st, name, fmt.Sprintf("it is the record of epoch %d", rec.Epoch))
	}
	return rec, nil
}
