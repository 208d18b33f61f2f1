package op

import (
	"time"

	"streamsql/internal/clock"
	"streamsql/internal/deadletter"
	"streamsql/internal/sqltype"
	"streamsql/internal/zset"
)

// DeadTable gives dead letters the columns of the table that takes them: a subset of deadletter.Schema, by name, in the
// table's order. The planner has checked names and types.
//
//	input       deadletter.Schema, append
//	output      the table's schema, append; it says nothing about time
//	state       none
type DeadTable struct {
	pick []int
	out  zset.Batch
}

// NewDeadTable makes the operator for a table's schema.
func NewDeadTable(schema sqltype.Schema) *DeadTable {
	d := &DeadTable{out: zset.Batch{Schema: schema}}
	for _, f := range schema {
		d.pick = append(d.pick, deadletter.Schema.Index(f.Name))
	}
	return d
}

// Open implements Operator.
func (d *DeadTable) Open(*Setup) error { return nil }

// Process implements Operator.
func (d *DeadTable) Process(_ int, b *zset.Batch, out Collector) error {
	schema, cols := d.out.Schema, d.out.Cols[:0]
	for _, i := range d.pick {
		cols = append(cols, b.Cols[i])
	}
	d.out = *b
	d.out.Schema, d.out.Cols = schema, cols
	return out.Emit(Rows, &d.out)
}

// Advance implements Operator.
func (d *DeadTable) Advance(Tick, Collector) (clock.EventTime, error) { return clock.Max, nil }

// NextDue implements Operator.
func (d *DeadTable) NextDue() (time.Time, bool) { return time.Time{}, false }

// Close implements Operator.
func (d *DeadTable) Close() error { return nil }
