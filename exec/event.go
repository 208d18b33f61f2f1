package exec

import (
	"encoding/json"

	"streamsql/exec/flow"
	"streamsql/exec/op"
	"streamsql/internal/progress"
	"streamsql/sources"
)

// event begins the progress of an epoch.
func (q *Query) event(p *planned, res flow.Result) progress.Event {
	id, term := q.Identity()
	e := progress.Event{
		ID: id, RunID: termText(term), Name: q.prog.Settings.PipelineName,
		Timestamp: p.clock.UTC().Format("2006-01-02T15:04:05.000Z"),
		BatchID:   p.number, DurationMs: p.phases, Replayed: p.replayed, Finished: p.final, EventTime: map[string]string{},
	}
	if e.Name == "" {
		e.Name = q.prog.Name
	}
	gap := p.clock.Sub(q.lastClock).Seconds()
	for i, t := range q.tables {
		cut := p.feeds[i].Cut
		e.NumInputRows += cut.Records
		e.Sources = append(e.Sources, progress.Source{
			Description: t.plan.Name, StartOffset: rawOrNull(p.from[i]), EndOffset: rawOrNull(p.to[i]),
			NumInputRows: cut.Records, AheadRows: res.Ahead[t.plan.Name],
			BadRows: res.Bad[t.plan.Name], BadKinds: kinds(res.Kinds[t.plan.Name]),
			Bytes: cut.Bytes, Limited: cut.Limited, Metrics: t.metrics(),
		})
	}
	if !q.lastClock.IsZero() && gap > 0 {
		e.InputRowsPerSecond = float64(e.NumInputRows) / gap
	}
	for name, w := range q.Watermarks() {
		e.EventTime[name] = w.String()
	}
	e.Idle = p.idle
	e.HeldBackBy = q.heldBackBy(p.idle)
	q.addCounters(&e)
	for _, o := range res.Outputs {
		e.Sinks = append(e.Sinks, progress.Sink{Description: o.Name, NumOutputRows: o.Digest.Rows, Bytes: o.Bytes})
	}
	return e
}

// addCounters folds the operators' counters into the event.
func (q *Query) addCounters(e *progress.Event) {
	var late int64
	defer func() {
		for i := range e.StateOperators { // Spark counts a late row at the operator whose state it would have changed
			e.StateOperators[i].NumRowsDroppedByWatermark = late
		}
	}()
	for _, c := range q.graph.TakeCounters() {
		late += c.Late
		if c.StateRows > 0 || c.StateBytes > 0 {
			e.StateOperators = append(e.StateOperators, progress.StateOperator{
				OperatorName: c.ID, NumRowsTotal: c.StateRows, MemoryUsedBytes: c.StateBytes,
			})
		}
		for _, r := range []struct {
			reason string
			rows   int64
			sample string
			kinds  op.Kinds
		}{
			{"late", c.Late, c.LateSample, nil},
			{progress.PartlyLate, c.PartlyLate, c.PartlySample, nil},
			{"null-event-time", c.NullTime, "", nil},
			{"row-error", c.RowErrors, "", c.RowErrorKinds},
		} {
			if r.rows > 0 {
				l := progress.Late{Operator: c.ID, Reason: r.reason, Rows: r.rows, Sample: r.sample, Kinds: kinds(r.kinds)}
				e.Late = append(e.Late, l)
			}
		}
	}
}

// kinds is what mode log dropped, as progress shows it.
func kinds(dropped op.Kinds) []progress.Kind {
	var out []progress.Kind
	for _, k := range dropped {
		out = append(out, progress.Kind{Code: string(k.Code), Column: k.Column, Rows: k.Rows, First: k.First})
	}
	return out
}

// rawOrNull is an offset as progress shows it: null where a table has none yet.
func rawOrNull(o sources.Offset) json.RawMessage {
	if o == nil {
		return json.RawMessage("null")
	}
	return o
}
