package wal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"streamsql/internal/diag"
	"streamsql/internal/fault"
	"streamsql/internal/nonce"
	"streamsql/internal/store"
)

// Term is one process' ownership of a query. The newest term owns; the number is written into every record, so that
// each says who made it.
type Term struct {
	Number  uint64 `json:"term"`
	Nonce   string `json:"nonce"` // tells apart two processes that each believe they made the same term
	PID     int    `json:"pid"`
	Host    string `json:"host"`
	Started string `json:"started"` // RFC 3339, UTC
}

// Owner describes the process for people.
func (t Term) Owner() string {
	if t.PID == 0 {
		return fmt.Sprintf("the owner of term %d", t.Number)
	}
	return fmt.Sprintf("pid %d on host %s since %s (term %d)", t.PID, t.Host, t.Started, t.Number)
}

// Claim is how a process asks for a query.
type Claim struct {
	// Force takes the query from a live owner; without it a store that is locked is left alone.
	Force bool
	// Now is the start time shown to people.
	Now time.Time
	// ID is the identity a new query gets; empty makes a random one.
	ID string
}

const termsDir = "terms/"

// termsKept is how many term files stay: enough for people to see who ran, and for a process that slept through
// takeovers to find its successor.
const termsKept = 1000

func newTerm(number uint64, now time.Time) Term {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return Term{Number: number, Nonce: nonce.Hex(8), PID: os.Getpid(), Host: host, Started: now.UTC().Format(time.RFC3339)}
}

func termName(number uint64) string { return termsDir + strconv.FormatUint(number, 10) }

// AcquireTerm makes this process the owner: it takes the store's lock (or, when forced, does without), settles and
// reads the logs again, gives a new query its identity, and creates the next term. From here on Recovery is binding.
// The caller then fences every sink and calls VerifyTerm.
func (l *Log) AcquireTerm(ctx context.Context, claim Claim) (Term, error) {
	if err := l.lock(ctx, claim); err != nil {
		return Term{}, err
	}
	if err := l.settle(ctx); err != nil {
		return Term{}, err
	}
	if err := l.identify(ctx, claim.ID); err != nil {
		return Term{}, err
	}
	term, err := createTerm(ctx, l.st, l.newestTerm(), claim)
	if err != nil {
		return Term{}, err
	}
	l.term = term
	// What an earlier owner has in its private file now may get a name without a look at our term. What it makes from
	// now on does not, and what a later owner makes is not ours to judge.
	if l.unfinished, err = store.Unfinished(ctx, l.st); err != nil {
		return Term{}, readFailed(l.st, "private files", err)
	}
	// What the owner before us wrote until the term existed counts; what it writes from now on meets exclusive names.
	if err := l.load(ctx); err != nil {
		return Term{}, err
	}
	if err := l.rememberLeftovers(ctx); err != nil {
		return Term{}, err
	}
	return term, l.faults.Point(fault.TakeoverTerm)
}

// Lock takes the store's lock, unless the claim is forced and somebody has it. AcquireTerm does so too; a caller that
// has something to judge before asks first, so that a second start beside a live owner is told that and nothing else.
func (l *Log) Lock(ctx context.Context, claim Claim) error { return l.lock(ctx, claim) }

// Reread brings Recovery up to what the owner before us wrote after our term existed: it may have planned and committed
// until every sink was fenced. Call it when they are.
func (l *Log) Reread(ctx context.Context) error {
	l.mu.Lock()
	knew := [2]int64{l.offsets.last, l.commits.last}
	l.mu.Unlock()
	if err := l.load(ctx); err != nil {
		return err
	}
	l.mu.Lock()
	know := [2]int64{l.offsets.last, l.commits.last}
	l.mu.Unlock()
	if know == knew {
		return nil
	}
	// Found is not durable, and there may be state files that were not there before.
	if err := l.settle(ctx); err != nil {
		return err
	}
	if err := l.load(ctx); err != nil {
		return err
	}
	return l.rememberLeftovers(ctx)
}

func (l *Log) lock(ctx context.Context, claim Claim) error {
	if l.unlock != nil {
		return nil
	}
	unlock, err := l.st.Lock(ctx)
	if err == nil {
		l.unlock = unlock
		return nil
	}
	if !errors.Is(err, store.ErrLocked) {
		return writeFailed(l.st, "lock", err)
	}
	if claim.Force {
		return nil
	}
	return inUse(l.st, err)
}

func inUse(st store.Store, err error) *diag.Error {
	holder := "another process"
	var locked *store.LockedError
	if errors.As(err, &locked) && locked.Holder != "" {
		holder = locked.Holder
	}
	return diag.New(diag.StateInUse, "the state %s is in use by %s", st.Location(), holder).
		WithHint("wait for it to end or stop it, or give this query another --state")
}

// termTries is how often the creation of a term is repeated because another owner has swept its unfinished file.
const termTries = 10

// createTerm creates the first free term after newest. Without force a name that is taken means that another process
// starts at this moment.
func createTerm(ctx context.Context, st store.Store, newest uint64, claim Claim) (Term, error) {
	for number, tries := newest+1, 1; ; number++ {
		term := newTerm(number, claim.Now)
		err := st.Create(ctx, termName(number), marshal(term), nil)
		switch {
		case err == nil:
			return term, nil
		case errors.Is(err, fs.ErrNotExist) && tries < termTries:
			// The owner that we are about to take over has just made its first commit and removed what was unfinished
			// when its own term began, our file among it.
			tries, number = tries+1, number-1
		case !errors.Is(err, store.ErrExist):
			return Term{}, writeFailed(st, termName(number), err)
		case !claim.Force:
			owner := readTerm(ctx, st, number)
			return Term{}, diag.New(diag.StateInUse, "the state %s is in use by %s", st.Location(), owner.Owner()).
				WithHint("wait for it to end or stop it, or give this query another --state")
		}
	}
}

// readTerm reads a term file; a damaged one gives the number alone, because nothing but messages depends on the rest.
func readTerm(ctx context.Context, st store.Store, number uint64) Term {
	data, err := st.Get(ctx, termName(number))
	t := Term{}
	if err != nil || json.Unmarshal(data, &t) != nil || t.Number != number {
		return Term{Number: number}
	}
	return t
}

// VerifyTerm reports whether this process still owns the query; diag.FencingLost names who does.
func (l *Log) VerifyTerm(ctx context.Context) error {
	infos, err := l.st.List(ctx, termsDir)
	if err != nil {
		return readFailed(l.st, termsDir, err)
	}
	newest := uint64(0)
	for _, i := range infos {
		if n, ok := number(strings.TrimPrefix(i.Name, termsDir)); ok {
			newest = max(newest, uint64(n))
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if newest > l.term.Number {
		return l.lost(readTerm(ctx, l.st, newest))
	}
	data, err := l.st.Get(ctx, termName(l.term.Number))
	if err != nil && !errors.Is(err, store.ErrNotExist) {
		return readFailed(l.st, termName(l.term.Number), err) // a file that cannot be read is not lost
	}
	// Of two processes that each believe they made the term (an answer was lost, a folder was copied), the nonce in the
	// file names the one that did.
	var owner Term
	if json.Unmarshal(data, &owner) != nil || owner.Nonce != l.term.Nonce {
		owner.Number = l.term.Number
		return l.lost(owner)
	}
	return nil
}

// superseded looks for the term after ours, so that an owner that was paused through a takeover stops. What this look
// cannot see, exclusive creation decides (see create).
func (l *Log) superseded(ctx context.Context) error {
	next := l.term.Number + 1
	_, err := l.st.Get(ctx, termName(next))
	if err == nil {
		return l.lost(readTerm(ctx, l.st, next))
	}
	if !errors.Is(err, store.ErrNotExist) {
		return readFailed(l.st, termName(next), err)
	}
	return nil
}

// gone looks for our own term: neither it nor the next one is there when the folder was set aside after another owner,
// or when a thousand owners came and went.
func (l *Log) gone(ctx context.Context) error {
	name := termName(l.term.Number)
	_, err := l.st.Get(ctx, name)
	if errors.Is(err, store.ErrNotExist) {
		return l.lost(Term{Number: l.term.Number + 1})
	}
	if err != nil {
		return readFailed(l.st, name, err)
	}
	return nil
}

// lost makes the error of a process that is no longer the owner, and makes it stay.
func (l *Log) lost(winner Term) error {
	l.broken = diag.New(diag.FencingLost, "the state %s now belongs to %s", l.st.Location(), winner.Owner()).
		WithHint("this process held term %d; it has stopped and needs no clean-up", l.term.Number)
	return l.broken
}
