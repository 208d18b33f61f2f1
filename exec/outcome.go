package exec

import (
	"maps"

	"streamsql/exec/flow"
	"streamsql/internal/clock"
	"streamsql/internal/fault"
	"streamsql/internal/progress"
	"streamsql/state"
	"streamsql/wal"
)

// outcome is what an epoch's operators leave to its commit, taken when they are done and before anybody could begin the
// next epoch: outputs, captured state, positions, watermarks, counters. Commit reads these and nothing live.
type outcome struct {
	epoch   *planned
	outputs []flow.Output
	state   *state.Capture    // nil: no container was touched
	record  *wal.CommitRecord // all but state files, markers and totals
	event   progress.Event
}

// snapshot takes the outcome of the epoch that RunEpoch has just ended.
func (q *Query) snapshot(p *planned, res flow.Result) (*outcome, error) {
	q.remember(p) // before Capture: what a source remembers of this epoch's chunks belongs to the same commit
	o := &outcome{epoch: p, outputs: res.Outputs, event: q.event(p, res)}
	o.record = q.commitRecord(p, res, o.event)
	var err error
	if o.state, err = q.state.Capture(p.number); err != nil {
		return nil, err
	}
	return o, q.env.Faults.Point(fault.StateCaptured)
}

// commitRecord is what the next start must know of the operators and the readers.
func (q *Query) commitRecord(p *planned, res flow.Result, e progress.Event) *wal.CommitRecord {
	r := &wal.CommitRecord{
		Epoch: p.number, Plan: q.fingerprint, Watermark: q.leastWatermark(), Finished: p.final,
		Partitions: map[string]map[string]clock.EventTime{}, Nodes: q.graph.Watermarks(), Idle: p.idle,
		Sinks: map[string]wal.MarkerRecord{},
		Rows: wal.RowCounts{
			In: map[string]int64{}, Out: map[string]int64{}, Late: map[string]int64{}, Dead: map[string]int64{},
		},
	}
	for i, t := range q.tables {
		r.Partitions[t.plan.Name] = maps.Clone(t.reader.Maxima())
		r.Rows.In[t.plan.Name] = p.feeds[i].Cut.Records
		if bad := res.Bad[t.plan.Name]; bad > 0 {
			r.Rows.Dead[t.plan.Name] = bad
		}
	}
	for i, s := range q.sinks {
		r.Rows.Out[s.name()] = res.Outputs[i].Digest.Rows
	}
	for _, l := range e.Late {
		r.Rows.Late[l.Operator+" "+l.Reason] += l.Rows
	}
	return r
}
