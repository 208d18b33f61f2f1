package op

import (
	"time"

	"streamsql/internal/clock"
	"streamsql/internal/sqltype"
	"streamsql/internal/zset"
)

// Union joins any number of inputs with the same column types into one: UNION ALL.
//
//	input       any mode, on any number of ports
//	output      append if every input is, else the widest of their modes; watermark: the least of the ports'
//	state       none
//	late rows   not judged: whoever judges them looks at the least watermark of the ports, never at one port's
//	retractions pass like other rows; a −old and a +new of one input stay next to each other
//	order       batch by batch as they arrive, those of one port in the order of that port
//	cost        per batch; rows are not touched
type Union struct {
	out zset.Batch
}

// NewUnion makes the operator; its rows get the names of schema.
func NewUnion(schema sqltype.Schema) *Union { return &Union{out: zset.Batch{Schema: schema}} }

// Open implements Operator.
func (u *Union) Open(*Setup) error { return nil }

// Process implements Operator.
func (u *Union) Process(_ int, b *zset.Batch, out Collector) error {
	schema := u.out.Schema
	u.out = *b
	u.out.Schema = schema
	return out.Emit(Rows, &u.out)
}

// Advance implements Operator.
func (u *Union) Advance(t Tick, _ Collector) (clock.EventTime, error) { return t.Watermark, nil }

// NextDue implements Operator.
func (u *Union) NextDue() (time.Time, bool) { return time.Time{}, false }

// Close implements Operator.
func (u *Union) Close() error { return nil }
