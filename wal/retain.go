package wal

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"streamsql/internal/clock"
	"streamsql/internal/diag"
	"streamsql/internal/fault"
	"streamsql/internal/store"
)

// Policy says how much past is kept: an epoch goes when both limits have passed it.
type Policy struct {
	Epochs int64         // newest commits kept; at least 2
	Age    time.Duration // by the epochs' own clocks
}

// DefaultPolicy keeps 100 epochs and 10 minutes.
var DefaultPolicy = Policy{Epochs: 100, Age: 10 * time.Minute}

// Removed is what a call of Retain deleted.
type Removed struct {
	Epochs     int64    // commit records
	StateFiles []string // files that no retained commit names any more
	Leftovers  []string // files that earlier owners wrote and no commit ever named
}

// Limits of one call, so that it never holds up the epochs beside which it runs. What remains is done by later calls.
const (
	epochsPerCall    = 32
	readsPerCall     = 16
	deletionsPerCall = 64
)

// retention is what a Log remembers to delete without listing: which files each commit stopped naming.
//
// A file is named by consecutive commits, from the first after it was durable to the last before it was merged away. So
// when commit e goes, the files that can go are those that e names and e+1 does not.
type retention struct {
	mu      sync.Mutex // one Retain at a time; never held while Log.mu is wanted by others
	data    sync.Mutex // guards the maps: epochs are written beside Retain
	clocks  map[int64]clock.EventTime
	drops   map[int64][]string // e → files that commit e names no more, commit e−1 did
	pending []string           // deletable once the deletion of the commits that named them is durable

	// deletedAt is the newest record of a folder when the last deletion in it happened. A newer record's creation has
	// synced the folder, so the deletion is durable; without one it has to be settled before the next.
	deletedAt map[string]int64

	fenced bool // what earlier owners had unfinished is gone: no name that is freed can be taken again
	// files found at the start that no commit read so far names; nil when none remain to judge
	leftovers map[string]bool
	judged    int64 // next commit to read for that
	judgeEnd  int64 // the newest commit found at the start
	swept     bool
}

func (r *retention) init() {
	r.clocks, r.drops, r.deletedAt = map[int64]clock.EventTime{}, map[int64][]string{}, map[string]int64{}
	r.pending = nil
}

// reset forgets what an earlier load knew.
func (r *retention) reset(last *OffsetRecord) {
	r.data.Lock()
	r.init()
	r.data.Unlock()
	if last != nil {
		r.planned(last)
	}
}

func (r *retention) planned(rec *OffsetRecord) {
	r.data.Lock()
	defer r.data.Unlock()
	r.clocks[rec.Epoch] = rec.Clock
}

func (r *retention) committed(before, rec *CommitRecord) {
	r.data.Lock()
	defer r.data.Unlock()
	if before == nil {
		before = &CommitRecord{}
	}
	r.drops[rec.Epoch] = names(before.dropped(rec))
	for _, f := range rec.State {
		delete(r.leftovers, f.Name)
	}
}

func names(files []StateFile) []string {
	var out []string
	for _, f := range files {
		out = append(out, f.Name)
	}
	return out
}

// rememberLeftovers notes which state files exist as this owner starts. Those that no retained commit names will be
// deleted after our own first commit: a process that could still name one has by then lost the epoch it would name it
// in.
func (l *Log) rememberLeftovers(ctx context.Context) error {
	infos, err := l.st.List(ctx, stateDir)
	if err != nil {
		return readFailed(l.st, stateDir, err)
	}
	found := make(map[string]bool, len(infos))
	for _, i := range infos {
		found[i.Name] = true
	}
	if l.commit != nil {
		for _, f := range l.commit.State {
			delete(found, f.Name)
		}
	}
	r := &l.retain
	r.data.Lock()
	defer r.data.Unlock()
	r.leftovers, r.judged, r.judgeEnd, r.swept, r.fenced = found, l.commits.first, l.commits.last, false, false
	return nil
}

// Retain deletes what the policy lets go: commit and offset records, texts, the state files that only they named, and,
// once per start, what killed owners left behind. Before this owner's own first commit it does nothing. It costs a
// bounded number of deletions and reads nothing that this process wrote itself. now is the wall clock's reading, not
// the logged clock.
func (l *Log) Retain(ctx context.Context, policy Policy, now time.Time) (Removed, error) {
	r := &l.retain
	r.mu.Lock()
	defer r.mu.Unlock()
	var gone Removed
	l.mu.Lock()
	allowed, newest, broken := l.first >= 0, l.commits.last, l.broken
	l.mu.Unlock()
	// A start that has not committed yet may turn out not to be the owner; what it took for old may be what the owner
	// needs.
	if broken != nil || !allowed {
		return gone, broken
	}
	d := deleter{l: l, ctx: ctx}
	// In this order: a power cut may bring back a record whose deletion was not durable, and it must find its files.
	if r.fenced && r.waiting() {
		d.settle(commitsDir)
		d.files(r.takePending(), &gone.StateFiles)
	}
	l.sweepUnfinished(&d)
	l.retainEpochs(&d, policy, newest, now, &gone)
	l.sweep(&d, &gone)
	return gone, d.err
}

// retainEpochs deletes records from the old end, each only when the one before is gone durably, so that a crash cannot
// leave a gap.
func (l *Log) retainEpochs(d *deleter, policy Policy, newest int64, now time.Time, gone *Removed) {
	// Two at least, whatever the policy says: a stray is told apart from a log with a hole by a run of two records
	// (strays.go).
	keep := max(policy.Epochs, 2)
	for n := 0; n < epochsPerCall && d.err == nil; n++ {
		l.mu.Lock()
		// A process killed between the two deletions left one folder an epoch ahead. The one that lags is caught up
		// first.
		epoch := min(l.commits.first, l.offsets.first)
		l.mu.Unlock()
		if newest-epoch < keep || !aged(now, l.clockOf(d, epoch).Time(), policy.Age) || d.err != nil {
			return
		}
		// Asked before the record goes: afterwards nobody can say which files it alone named.
		drops := l.dropsOf(d, epoch+1)
		d.record(commitsDir, epoch)
		d.record(offsetsDir, epoch)
		if d.err != nil {
			return
		}
		l.forget(epoch, drops)
		gone.Epochs++
		l.retainTexts(d, epoch+1)
	}
}

// aged reports whether an epoch is older than age. One whose clock is further ahead than that was logged while the
// machine's clock was wrong, or is followed by such a one, since logged clocks never go back: nothing is known of its
// age, and keeping everything until that day comes would fill the disk. The number of epochs kept still holds.
func aged(now, clock time.Time, age time.Duration) bool {
	d := now.Sub(clock)
	return d >= age || d < -age
}

// forget updates the picture after the records of an epoch are gone.
func (l *Log) forget(epoch int64, drops []string) {
	l.mu.Lock()
	l.commits.first, l.offsets.first = epoch+1, epoch+1
	l.mu.Unlock()
	r := &l.retain
	r.data.Lock()
	defer r.data.Unlock()
	delete(r.clocks, epoch)
	delete(r.drops, epoch+1)
	// Not deleted yet: the record's deletion may not be durable. A later call settles the folder first.
	r.pending = append(r.pending, drops...)
}

func (r *retention) waiting() bool {
	r.data.Lock()
	defer r.data.Unlock()
	return len(r.pending) > 0
}

// takePending gives the files whose last commit an earlier call has deleted.
func (r *retention) takePending() []string {
	r.data.Lock()
	defer r.data.Unlock()
	n := min(len(r.pending), deletionsPerCall)
	out := r.pending[:n:n]
	r.pending = r.pending[n:]
	return out
}

// clockOf gives the clock of an epoch, from memory when this process planned it. A record that is gone already (its
// deletion was half done) counts as old.
func (l *Log) clockOf(d *deleter, epoch int64) clock.EventTime {
	r := &l.retain
	r.data.Lock()
	at, known := r.clocks[epoch]
	r.data.Unlock()
	if known {
		return at
	}
	rec, err := readOffsets(d.ctx, l.st, epoch)
	if err != nil {
		d.note(err)
		return clock.Min
	}
	return rec.Clock
}

// dropsOf gives the files that commit e stopped naming, from memory when this process wrote it.
func (l *Log) dropsOf(d *deleter, epoch int64) []string {
	r := &l.retain
	r.data.Lock()
	drops, known := r.drops[epoch]
	r.data.Unlock()
	if known {
		return drops
	}
	before, err := readCommit(d.ctx, l.st, epoch-1)
	if err != nil {
		d.note(err)
		return nil
	}
	after, err := readCommit(d.ctx, l.st, epoch)
	if err != nil {
		d.note(err)
		return nil
	}
	return names(before.dropped(after))
}

// retainTexts deletes the texts that no retained epoch runs under: all before the one that governs the oldest.
func (l *Log) retainTexts(d *deleter, oldest int64) {
	l.mu.Lock()
	governing := int64(-1)
	for _, q := range l.queries {
		if q.epoch <= oldest {
			governing = max(governing, q.epoch)
		}
	}
	var old []queryFile
	kept := l.queries[:0:0]
	for _, q := range l.queries {
		if q.epoch < governing && q.name != l.text.name {
			old = append(old, q)
		} else {
			kept = append(kept, q)
		}
	}
	l.queries = kept
	l.mu.Unlock()
	for _, q := range old {
		d.remove(queryDir + q.name + sqlExt)
		d.remove(queryDir + q.name + jsonExt)
	}
}

// sweepUnfinished removes the private files of earlier owners and their strays. It comes before every other deletion:
// an owner paused with a record in its private file must find either the name taken or the file gone. Should it fail,
// nothing else is deleted.
func (l *Log) sweepUnfinished(d *deleter) {
	r := &l.retain
	if r.fenced || d.err != nil {
		return
	}
	l.mu.Lock()
	strays, sweep := l.strays, l.unfinished
	err := l.superseded(d.ctx) // an owner of the past must not take away what the present one is making
	l.mu.Unlock()
	if d.err = err; err != nil {
		return
	}
	if err := sweep(d.ctx); err != nil {
		d.err = writeFailed(l.st, "private files", err)
		return
	}
	for _, name := range strays {
		d.remove(name)
	}
	r.fenced = d.err == nil
}

// sweep judges and deletes what earlier owners left: first it reads the commits found at the start, a few per call,
// then it deletes the files none of them names, then very old terms.
func (l *Log) sweep(d *deleter, gone *Removed) {
	r := &l.retain
	if r.swept || d.err != nil {
		return
	}
	for n := 0; n < readsPerCall && r.judged <= r.judgeEnd; n++ {
		rec, err := readCommit(d.ctx, l.st, r.judged)
		if err != nil && !errors.Is(err, store.ErrNotExist) {
			return // damaged: nothing is deleted that it might name
		}
		r.judged++
		if err == nil {
			r.named(rec)
		}
	}
	if r.judged <= r.judgeEnd {
		return
	}
	d.settle(commitsDir) // a record that is gone only for now may name some
	d.files(r.takeLeftovers(), &gone.Leftovers)
	if d.err != nil || r.remaining() > 0 {
		return
	}
	l.sweepTerms(d)
	r.swept = d.err == nil
}

func (r *retention) named(rec *CommitRecord) {
	r.data.Lock()
	defer r.data.Unlock()
	for _, f := range rec.State {
		delete(r.leftovers, f.Name)
	}
}

func (r *retention) takeLeftovers() []string {
	r.data.Lock()
	defer r.data.Unlock()
	out := slices.Sorted(maps.Keys(r.leftovers))
	out = out[:min(len(out), deletionsPerCall)]
	for _, name := range out {
		delete(r.leftovers, name)
	}
	return out
}

func (r *retention) remaining() int {
	r.data.Lock()
	defer r.data.Unlock()
	return len(r.leftovers)
}

// sweepTerms deletes term files far older than ours.
func (l *Log) sweepTerms(d *deleter) {
	l.mu.Lock()
	terms := l.terms
	l.mu.Unlock()
	for _, t := range terms {
		if t+termsKept < l.term.Number {
			d.remove(termName(t))
		}
	}
}

// deleter deletes one object after the other until something fails.
type deleter struct {
	l   *Log
	ctx context.Context
	n   int
	err error
}

func (d *deleter) remove(name string) {
	if d.err != nil {
		return
	}
	if d.n > 0 {
		if d.err = d.l.faults.Point(fault.GCHalf); d.err != nil {
			return
		}
	}
	d.n++
	if err := d.l.st.Delete(d.ctx, name); err != nil {
		d.err = writeFailed(d.l.st, name, err)
	}
}

func (d *deleter) files(names []string, gone *[]string) {
	for _, name := range names {
		if d.remove(name); d.err == nil {
			*gone = append(*gone, name)
		}
	}
}

// record deletes one record after the deletion before it in the same folder is durable.
func (d *deleter) record(dir string, epoch int64) {
	// Two deletions of which neither is durable may survive a power cut in either order. The later one alone is a gap
	// in the log, which the next start refuses as a loss.
	d.settle(dir)
	d.remove(dir + strconv.FormatInt(epoch, 10))
	// Also after an error: the deletion may have happened before it.
	d.l.retain.deletedAt[dir] = d.newest(dir)
}

// settle makes the last deletion in a folder durable, unless a record created since has done so.
func (d *deleter) settle(dir string) {
	at, any := d.l.retain.deletedAt[dir]
	if d.err != nil || !any || d.newest(dir) > at {
		return
	}
	if err := store.Settle(d.ctx, d.l.st, dir); err != nil {
		d.err = writeFailed(d.l.st, dir, err)
		return
	}
	delete(d.l.retain.deletedAt, dir)
}

// newest is the newest record of a folder. Creations hold the log's lock, so one that is not counted yet has not begun.
func (d *deleter) newest(dir string) int64 {
	d.l.mu.Lock()
	defer d.l.mu.Unlock()
	if dir == offsetsDir {
		return d.l.offsets.last
	}
	return d.l.commits.last
}

// note keeps an error of reading an old record. Whether it is gone or damaged does not matter any more: it is about to
// go, and the files it may have named are leftovers of the next start.
func (d *deleter) note(err error) {
	if err == nil || d.err != nil || errors.Is(err, store.ErrNotExist) || diag.CodeOf(err) == diag.LogDamaged {
		return
	}
	d.err = err
}
