package exec

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"streamsql/exec/flow"
	"streamsql/internal/clock"
	"streamsql/internal/diag"
	"streamsql/internal/fault"
	"streamsql/sinks"
	"streamsql/sources"
	"streamsql/state"
	"streamsql/wal"
)

// commit is rooms 9 to 11: state file beside staging, then every sink, then the commit record. What a nil error promises:
// the epoch is done, whoever starts next goes on after it. It looks at nothing that the operators or the readers of a
// next epoch could be changing: what it needs of them is in the outcome.
func (q *Query) commit(ctx context.Context, o *outcome) error {
	p := o.plan
	watch := clock.Start()
	file, err := q.stage(ctx, o)
	if err != nil {
		return err
	}
	p.phases["stateCommit"] = watch.Millis()
	watch = clock.Start()
	markers, err := q.commitSinks(ctx, o)
	if err != nil {
		return err
	}
	p.phases["sinkCommit"] = watch.Millis()
	watch = clock.Start()
	files := q.compact.swap(q.files)
	if file != nil {
		files = append(files[:len(files):len(files)], *file)
	}
	q.complete(o.record, files, markers)
	found, err := q.log.WriteCommit(ctx, o.record)
	if err != nil {
		return err
	}
	q.totals = o.record.Totals
	if found != nil { // an owner before us finished this very epoch: its files count
		files = FilesOf(found)
	}
	p.phases["walCommit"] += watch.Millis()
	q.files = files
	for i, s := range q.sinks {
		s.newest, s.holds = markers[i], nil
	}
	o.event.StateFiles = len(files)
	for _, f := range files {
		o.event.StateFileBytes += f.Bytes
	}
	return nil
}

// stage writes the state file while the sinks make their rows durable.
func (q *Query) stage(ctx context.Context, o *outcome) (*state.FileRef, error) {
	var wg sync.WaitGroup
	errs := make([]error, len(o.outputs))
	for i, out := range o.outputs {
		if out.Tx != nil {
			wg.Go(func() { errs[i] = sinkError(out.Name, q.stageSink(ctx, q.sinks[i], out.Tx)) })
		}
	}
	file, err := q.writeState(ctx, o)
	wg.Wait()
	if err = errors.Join(append(errs, err)...); err != nil {
		return nil, err
	}
	return file, nil
}

func (q *Query) writeState(ctx context.Context, o *outcome) (*state.FileRef, error) {
	if o.state == nil {
		return nil, nil
	}
	ref, err := o.state.Write(ctx, q.env.Store, stateFileName(o.plan.number, q.term.Number))
	if err != nil {
		return nil, err
	}
	return &ref, q.env.Faults.Point(fault.StateWritten)
}

// commitSinks makes the epoch visible in every sink that has rows for it, side by side, and returns the newest marker of
// each sink. A sink that held the epoch already must have held exactly these rows.
func (q *Query) commitSinks(ctx context.Context, o *outcome) ([]sinks.Marker, error) {
	markers := make([]sinks.Marker, len(q.sinks))
	errs := make([]error, len(q.sinks))
	var wg sync.WaitGroup
	for i, s := range q.sinks {
		markers[i] = s.newest
		out := o.outputs[i]
		if s.holds != nil {
			errs[i] = q.sameRows(s, o.plan.number, out)
			markers[i] = *s.holds
			continue
		}
		if out.Tx == nil {
			continue
		}
		markers[i] = q.marker(s, o, out)
		if i > 0 {
			if err := q.env.Faults.Point(fault.SinkBetween); err != nil {
				wg.Wait()
				return nil, err
			}
		}
		commit := func() { errs[i] = sinkError(s.name(), q.commitSink(ctx, s, out.Tx, markers[i])) }
		if len(q.sinks) == 1 {
			commit()
		} else {
			wg.Go(commit)
		}
	}
	wg.Wait()
	return markers, errors.Join(errs...)
}

// marker is what a sink records with its rows of the epoch.
func (q *Query) marker(s *sink, o *outcome, out flow.Output) sinks.Marker {
	return sinks.Marker{
		Query: q.log.ID(), Sink: s.plan.Name, Epoch: o.plan.number, Term: q.term.Number, Rows: out.Digest.Rows, Digest: out.Digest.String(),
		Plan: o.record.Plan,
	}
}

// sameRows compares a replay with what the sink holds of the epoch.
func (q *Query) sameRows(s *sink, epoch int64, o flow.Output) error {
	if s.holds.Epoch == epoch && s.holds.Rows == o.Digest.Rows && s.holds.Digest == o.Digest.String() {
		return nil
	}
	if q.env.AcceptSinks[s.name()] {
		q.env.Talk("warning: table %q keeps what it holds of epoch %d (rows: %d) although the replay gives something else (rows: %d); "+
			"a window that it holds may come again", s.name(), epoch, s.holds.Rows, o.Digest.Rows)
		return nil
	}
	return diag.New(diag.ReplayDiffers, "table %q holds epoch %d with %s (digest %s), the replay gives %s (digest %s)",
		s.name(), epoch, diag.Plural(s.holds.Rows, "row"), s.holds.Digest, diag.Plural(o.Digest.Rows, "row"), o.Digest).
		WithHint("the input or the query changed since the epoch was written, or a file of it was left out: restore them and start "+
			"again; or keep what the table holds with --accept-sink %s; or start with --fresh on an empty sink", s.name())
}

func sinkError(table string, err error) error {
	if err == nil || diag.CodeOf(err) != diag.Internal {
		return err
	}
	return diag.New(diag.SinkFailed, "table %q cannot be written", table).WithCause(err).
		WithHint("nothing is lost: start the query again when the sink is back, it repeats this epoch")
}

// complete adds to a record what only the commits of sinks and state have made known.
func (q *Query) complete(r *wal.CommitRecord, files []state.FileRef, markers []sinks.Marker) {
	for i, s := range q.sinks {
		if m := markers[i]; !m.Zero() {
			r.Sinks[s.name()] = wal.MarkerRecord{Epoch: m.Epoch, Term: m.Term, Rows: m.Rows, Digest: m.Digest}
		}
	}
	r.Totals = q.totals.Plus(r.Rows)
	for _, f := range files {
		r.State = append(r.State, wal.StateFile{Name: f.Name, Bytes: f.Bytes, CRC: fmt.Sprintf("%08x", f.CRC), Class: f.Class, First: f.First, Last: f.Last})
	}
}

// FilesOf reads the state files that a commit record names.
func FilesOf(c *wal.CommitRecord) []state.FileRef {
	out := make([]state.FileRef, len(c.State))
	for i, f := range c.State {
		crc, _ := strconv.ParseUint(f.CRC, 16, 32) // the record is sealed by a checksum of its own
		out[i] = state.FileRef{Name: f.Name, Bytes: f.Bytes, CRC: uint32(crc), Class: f.Class, First: f.First, Last: f.Last}
	}
	return out
}

// name is the sink's name in logs; the printed result of a bare SELECT is "stdout".
func (s *sink) name() string {
	if s.plan.Name == "" {
		return "stdout"
	}
	return s.plan.Name
}

// afterCommit is room 12: nothing here can undo the epoch, and everything here may be repeated.
func (q *Query) afterCommit(ctx context.Context, o *outcome) error {
	p, event := o.plan, o.event
	took := p.watch.Elapsed()
	event.ElapsedMicros = took.Microseconds()
	event.DurationMs["triggerExecution"] = took.Milliseconds()
	if s := took.Seconds(); s > 0 {
		event.ProcessedRowsPerSecond = float64(event.NumInputRows) / s
	}
	q.listen()
	event.Warnings, q.heard = q.heard, nil
	q.env.OnProgress(event)
	for i, t := range q.tables {
		// Best effort: the epoch is committed, and what the source learns is said again with the next one.
		if err := t.source.Committed(ctx, p.to[i]); err != nil && ctx.Err() == nil {
			q.env.Talk("warning: table %q was not told that epoch %d is committed: %v", t.plan.Name, p.number, err)
		}
	}
	if _, err := q.log.Retain(ctx, wal.Policy{Epochs: int64(q.env.KeepEpochs), Age: q.env.KeepAge}, p.began); err != nil {
		return err
	}
	q.last = event
	q.writeProgress(ctx)
	q.compact.start(q)
	return nil
}

// writeProgress keeps the last event beside the logs, for status. It is for people only: when it fails the epoch is
// committed all the same.
func (q *Query) writeProgress(ctx context.Context) {
	text, err := json.Marshal(q.last)
	if err != nil || !q.prog.Inserts {
		return
	}
	if err := q.log.WriteProgress(ctx, text); err != nil && !q.toldProgress {
		q.toldProgress = true
		q.env.Talk("warning: progress.json cannot be written: %v", err)
	}
}

// hear passes on what the sources have noticed when no epoch carries it: a table without new rows has none.
func (q *Query) hear(ctx context.Context) {
	if !q.listen() || len(q.last.Sources) != len(q.tables) {
		return
	}
	for i, t := range q.tables {
		q.last.Sources[i].Metrics = t.metrics()
	}
	q.writeProgress(ctx)
}

// listen takes what the sources have noticed, tells it, and keeps it for the next epoch. It reports whether there was
// any.
func (q *Query) listen() bool {
	before := len(q.heard)
	for _, t := range q.tables {
		s, ok := t.source.(sources.Noticing)
		if !ok {
			continue
		}
		for _, n := range s.Notices() {
			q.heard = append(q.heard, n)
			q.env.Talk("warning: %s", n)
		}
	}
	return len(q.heard) > before
}
