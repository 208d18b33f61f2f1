package exec

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"streamsql/exec/flow"
	"streamsql/internal/clock"
	"streamsql/internal/diag"
	"streamsql/internal/fault"
	"streamsql/sinks"
	"streamsql/state"
	"streamsql/wal"
)

// The commit of an epoch (steps 9 to 11 of the package doc). A crash before the first sink's commit leaves files that
// nobody names; after it, sinks that hold rows of an epoch without a record, which the next start recognises by their
// markers; after the record, a finished epoch.

// commit writes the state file beside staging, then commits every sink, then writes the record. What a nil error
// promises: the epoch is done, and whoever starts next resumes after it. It looks at nothing that the operators or the
// readers of a next epoch could be changing: what it needs of them is in the outcome.
func (q *Query) commit(ctx context.Context, o *outcome) error {
	p := o.epoch
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
	// A merge that has ended takes effect here: this record names its output and its inputs no more.
	files := q.compact.swap(q.files)
	if file != nil {
		files = append(files[:len(files):len(files)], *file) // a copy: q.files stays as it is if the record fails
	}
	q.complete(o.record, files, markers)
	found, err := q.log.WriteCommit(ctx, o.record)
	if err != nil {
		return err
	}
	q.totals = o.record.Totals
	// An owner before us finished this very epoch. Its files count: ours have the same content under other names, which
	// no record will ever mention.
	if found != nil {
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
	// Side by side: both wait for a disk or a network, and what both write is invisible until a sink commits.
	var wg sync.WaitGroup
	errs := make([]error, len(o.outputs))
	for i, out := range o.outputs {
		if out.Tx != nil {
			wg.Go(func() { errs[i] = sinks.Failed(out.Name, q.stageSink(ctx, q.sinks[i], out.Tx)) })
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
	ref, err := o.state.Write(ctx, q.env.Store, stateFileName(o.epoch.number, q.term.Number))
	if err != nil {
		return nil, err
	}
	return &ref, q.env.Faults.Point(fault.StateWritten)
}

// commitSinks makes the epoch visible in every sink that has rows for it, side by side, and returns the newest marker
// of each sink. A sink that held the epoch already must have held exactly these rows.
func (q *Query) commitSinks(ctx context.Context, o *outcome) ([]sinks.Marker, error) {
	markers := make([]sinks.Marker, len(q.sinks))
	errs := make([]error, len(q.sinks))
	var wg sync.WaitGroup
	for i, s := range q.sinks {
		markers[i] = s.newest
		out := o.outputs[i]
		// This sink committed the epoch before the crash. The replay's digest must agree, or the input or the query is
		// not what it was, and the rows of the other sinks would not fit those in this one.
		if s.holds != nil {
			errs[i] = q.sameRows(s, o.epoch.number, out)
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
		commit := func() { errs[i] = sinks.Failed(s.name(), q.commitSink(ctx, s, out.Tx, markers[i])) }
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
		Query: q.log.ID(), Sink: s.plan.Name, Epoch: o.epoch.number, Term: q.term.Number, Rows: out.Digest.Rows,
		Digest: out.Digest.String(), Plan: o.record.Plan,
	}
}

// sameRows compares a replay with what the sink holds of the epoch.
func (q *Query) sameRows(s *sink, epoch int64, o flow.Output) error {
	if s.holds.Epoch == epoch && s.holds.Rows == o.Digest.Rows && s.holds.Digest == o.Digest.String() {
		return nil
	}
	if q.env.AcceptSinks[s.name()] {
		q.env.Say("warning: table %q keeps what it holds of epoch %d (rows: %d) although the replay gives something "+
			"else (rows: %d); a window that it holds may come again", s.name(), epoch, s.holds.Rows, o.Digest.Rows)
		return nil
	}
	return diag.New(diag.ReplayDiffers, "table %q holds epoch %d with %s (digest %s), but the replay gives %s (digest %s)",
		s.name(), epoch, diag.Plural(s.holds.Rows, "row"), s.holds.Digest, diag.Plural(o.Digest.Rows, "row"), o.Digest).
		WithHint("the input or the query changed since the epoch was written, or a file of it was left out: "+
			"restore them and start again; or keep what the table holds with --accept-sink %s; "+
			"or start with --fresh on an empty sink", s.name())
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
		r.State = append(r.State, wal.StateFile{
			Name: f.Name, Bytes: f.Bytes, CRC: fmt.Sprintf("%08x", f.CRC), Class: f.Class, First: f.First, Last: f.Last,
		})
	}
}

// FilesOf reads the state files that a commit record names.
func FilesOf(c *wal.CommitRecord) []state.FileRef {
	out := make([]state.FileRef, len(c.State))
	for i, f := range c.State {
		crc, _ := strconv.ParseUint(f.CRC, 16, 32) // the record is sealed by a checksum of its own
		out[i] = state.FileRef{
			Name: f.Name, Bytes: f.Bytes, CRC: uint32(crc), Class: f.Class, First: f.First, Last: f.Last,
		}
	}
	return out
}
