package op

import (
	"fmt"
	"strings"

	"streamsql/exec/kernel"
	"streamsql/internal/diag"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

// Values of error-handling.mode: what a row does that cannot be computed.
const (
	ModeFail = "fail" // it fails the query (default)
	ModeLog  = "log"  // it is dropped and counted
	ModeDLQ  = "dlq"  // it is dropped, counted and sent to port Dead
)

// rowPolicy applies error-handling.mode to the rows of one batch. It collects what a pass over the batch drops; settle
// makes it count, restart forgets it, so that a pass can be repeated.
type rowPolicy struct {
	mode    string
	active  vec.Bitmap // nil: no row dropped so far
	dropped int64
	letters DeadLetters
	clock   *EpochClock
}

// restart begins a pass.
func (p *rowPolicy) restart() {
	p.active, p.dropped = nil, 0
	p.letters.Reset()
}

// drop takes row e.Row of b out, or returns the error that ends the query.
func (p *rowPolicy) drop(b *zset.Batch, e *kernel.RowError) error {
	if p.mode != ModeLog && p.mode != ModeDLQ {
		return rowFault(b, e, p.clock)
	}
	if p.active == nil {
		p.active = vec.FullBitmap(b.N)
	}
	p.active.Clear(e.Row)
	p.dropped++
	if p.mode == ModeDLQ {
		p.letters.Add(letterOf(b, e))
	}
	return nil
}

// settle counts what the pass dropped and emits its dead letters.
func (p *rowPolicy) settle(c *Counters, out Collector) error {
	c.RowErrors += p.dropped
	if p.letters.Len() == 0 {
		return nil
	}
	return out.Emit(Dead, p.letters.Batch(p.clock.Now))
}

// rowFault is the error of a row under mode fail: the expression's place, the row's place, the epoch.
func rowFault(b *zset.Batch, e *kernel.RowError, clk *EpochClock) error {
	return diag.At(e.Code, e.Span, "%s, in %s, epoch %d", e.Msg, placeOf(b, e.Row), clk.Epoch).
		WithHint("TRY_CAST and CASE avoid such rows; SET 'streamsql.error-handling.mode' = 'log' or 'dlq' drops them")
}

// placeOf says where a row came from: its position in the input, or, behind an aggregate, its first columns.
func placeOf(b *zset.Batch, row int) string {
	if b.Origin != nil && b.Origin.Offset != nil {
		return "the row at " + b.Origin.Offset(b.RowOf(row))
	}
	return "the row with " + describe(b.Schema, b.Cols, row, 4)
}

// describe prints up to limit columns of a row as `name=value, …`.
func describe(schema sqltype.Schema, cols []*vec.Vec, row, limit int) string {
	var parts []string
	for i, f := range schema {
		if i >= len(cols) || cols[i] == nil {
			continue
		}
		if len(parts) == limit {
			parts = append(parts, "…")
			break
		}
		parts = append(parts, f.Name+"="+text(f.Type, cols[i], row))
	}
	return strings.Join(parts, ", ")
}

// text prints one value for people.
func text(t sqltype.Type, v *vec.Vec, row int) string {
	x := v.Value(row)
	switch x := x.(type) {
	case nil:
		return "NULL"
	case string:
		return "'" + x + "'"
	case int64:
		if t.IsTimestamp() {
			return clockText(x)
		}
		if t.Kind == sqltype.Decimal {
			return string(vec.I128Of(x).AppendDecimal(nil, int(t.S)))
		}
	case vec.I128:
		return string(x.AppendDecimal(nil, int(t.S)))
	}
	return fmt.Sprint(x)
}

// letterOf makes the dead letter of a row.
func letterOf(b *zset.Batch, e *kernel.RowError) DeadLetter {
	l := DeadLetter{Code: e.Code, Error: e.Msg}
	if o := b.Origin; o != nil {
		l.Source, l.Partition = o.Table, o.Partition
		row := b.RowOf(e.Row)
		if o.Offset != nil {
			l.Position = o.Offset(row)
		}
		if o.Raw != nil {
			l.Raw = o.Raw(row)
		}
		return l
	}
	l.Position = describe(b.Schema, b.Cols, e.Row, 4)
	return l
}
