package op

import (
	"errors"
	"fmt"
	"strings"

	"streamsql/exec/kernel"
	"streamsql/internal/deadletter"
	"streamsql/internal/diag"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

// rowPolicy applies error-handling.mode to the rows of one batch. It collects what a pass over the batch drops; settle
// makes it count, restart forgets it, so that a pass can be repeated.
type rowPolicy struct {
	mode    string
	dropped int64
	letters DeadLetters
	kinds   Kinds       // under mode log
	clock   *EpochClock // nil while the epoch is not known
}

// Each dropped row repeats the evaluation of its batch. After manyErrors of them the batch is cut into pieces of
// pieceRows, so that a batch of nothing but bad rows costs pieceRows evaluations of each row, not one per row squared.
const (
	manyErrors = 8
	pieceRows  = 64
)

// These end a pass over a batch that should be cut into pieces, each with a pass of its own.
var (
	errTooMany = errors.New("many rows fail")
	errTooWide = errors.New("the texts of the rows need more memory than one batch may take")
)

// piecesAfter is how many rows the pieces of b may have after a pass that ended with err; 0 when cutting does not help.
func piecesAfter(err error, b *zset.Batch) int {
	switch {
	case errors.Is(err, errTooMany):
		return pieceRows
	case errors.Is(err, errTooWide) && b.N > kernel.WideRows:
		return kernel.WideRows
	}
	return 0
}

// restart begins a pass.
func (p *rowPolicy) restart() {
	p.dropped = 0
	p.kinds = p.kinds[:0]
	p.letters.Reset()
}

// drop notes that row e.Row of b is left out, or returns the error that ends the query, or one that asks for
// the batch to be cut.
func (p *rowPolicy) drop(b *zset.Batch, e *kernel.RowError) error {
	// No row is at fault, under any mode.
	if e.TooWide {
		return errTooWide
	}
	if p.mode != deadletter.Log && p.mode != deadletter.DLQ {
		return rowFault(b, e, p.clock)
	}
	p.dropped++
	if p.dropped > manyErrors && b.N > pieceRows {
		return errTooMany
	}
	if p.mode == deadletter.DLQ {
		p.letters.Add(letterOf(b, e))
		return nil
	}
	p.kinds.Add(e.Code, "", func() string { return placeOf(b, e.Row) + ": " + e.Msg })
	return nil
}

// settle counts what the pass dropped and emits its dead letters.
func (p *rowPolicy) settle(c *Counters, out Collector) error {
	c.RowErrors += p.dropped
	c.RowErrorKinds.Merge(p.kinds)
	if p.letters.Len() == 0 {
		return nil
	}
	return out.Emit(Dead, p.letters.Batch(p.clock.Now))
}

// rowFault is the error of a row under mode fail: the expression's place, the row's place, the epoch.
func rowFault(b *zset.Batch, e *kernel.RowError, clk *EpochClock) error {
	epoch := "" // unknown while rows are decoded ahead of their epoch
	if clk != nil {
		epoch = fmt.Sprintf(", epoch %d", clk.Epoch)
	}
	return diag.At(e.Code, e.Span, "%s, in %s%s", e.Msg, placeOf(b, e.Row), epoch).
		WithHint("TRY_CAST and CASE avoid such rows; SET 'streamsql.error-handling.mode' = 'log' or 'dlq' drops them")
}

// placeOf says where a row came from: its position in the input, or, after an aggregate, its first columns.
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

// text prints one value, for messages.
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
