package op

import (
	"time"

	"streamsql/exec/expr"
	"streamsql/internal/clock"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

// CalcSpec describes a Calc.
type CalcSpec struct {
	Filter    scalar.Expr   // nil: every row passes
	Exprs     []scalar.Expr // over the input, evaluated for rows that pass
	ErrorMode string        // ModeFail, ModeLog or ModeDLQ
	In, Out   sqltype.Schema
}

// Calc filters and projects.
//
//	input       any mode; filter and projection are linear, weights are carried along
//	output      the mode of the input; watermark W
//	state       none
//	late rows   not judged: the watermark was taken before any filter
//	row errors  mode fail: the query ends with the expression's and the row's place. log, dlq: the row is dropped and
//	            counted, dlq also sends it to port Dead; the other rows go on
//	cost        the kernels; needed columns are copied once when the filter drops rows, columns passed on are not
type Calc struct {
	spec     CalcSpec
	filter   *expr.Program
	project  *expr.Program
	need     []bool // input columns that the projection reads
	counters *Counters
	policy   rowPolicy

	pass vec.Bitmap
	sel  []int32
	kept gather // rows that pass the filter
	good gather // rows without errors
	out  zset.Batch
}

// NewCalc makes the operator.
func NewCalc(spec CalcSpec) *Calc { return &Calc{spec: spec} }

// Open implements Operator: it compiles the expressions.
func (c *Calc) Open(s *Setup) error {
	c.counters = s.Counters
	c.policy = rowPolicy{mode: c.spec.ErrorMode, clock: s.Epoch}
	var err error
	if c.spec.Filter != nil {
		if c.filter, err = expr.Compile([]scalar.Expr{c.spec.Filter}, c.spec.In, expressionClock(s.Epoch)); err != nil {
			return err
		}
	}
	if c.project, err = expr.Compile(c.spec.Exprs, c.spec.In, expressionClock(s.Epoch)); err != nil {
		return err
	}
	c.need = make([]bool, len(c.spec.In))
	for _, i := range c.project.Inputs() {
		c.need[i] = true
	}
	return nil
}

// expressionClock lends the epoch's clock to expressions.
func expressionClock(clk *EpochClock) *expr.Epoch {
	return &expr.Epoch{Now: func() time.Time { return clk.Now }}
}

// Process implements Operator.
func (c *Calc) Process(_ int, b *zset.Batch, out Collector) error {
	if b.N == 0 {
		return nil
	}
	res, err := c.evaluate(b)
	if err != nil {
		return err
	}
	if res == nil {
		return c.pieces(b, out)
	}
	return c.deliver(res, out)
}

// pieces processes a batch with many bad rows.
func (c *Calc) pieces(b *zset.Batch, out Collector) error {
	for from := 0; from < b.N; from += pieceRows {
		res, err := c.evaluate(piece(b, from))
		if err != nil {
			return err
		}
		if err := c.deliver(res, out); err != nil {
			return err
		}
	}
	return nil
}

// deliver counts what a pass dropped and emits its result.
func (c *Calc) deliver(res *zset.Batch, out Collector) error {
	if err := c.policy.settle(c.counters, out); err != nil {
		return err
	}
	if res.N == 0 {
		return nil
	}
	err := out.Emit(Rows, res)
	c.kept.scribble()
	c.good.scribble()
	return err
}

// evaluate is one pass over b. It returns nil when so many rows fail that b should be cut into pieces.
func (c *Calc) evaluate(b *zset.Batch) (*zset.Batch, error) {
	c.policy.restart()
	b, ok, err := c.where(b)
	if !ok || err != nil {
		return nil, err
	}
	if b.N == 0 {
		return b, nil
	}
	filtered := c.policy.dropped
	c.policy.active = nil // rows that failed in the filter are not among those that passed
	cols, ok, err := c.compute(c.project, b)
	if !ok || err != nil {
		return nil, err
	}
	c.out = *b
	c.out.Schema, c.out.Cols = c.spec.Out, cols
	if c.policy.dropped == filtered {
		return &c.out, nil
	}
	c.sel = vec.SelectionOf(c.policy.active, b.N, c.sel)
	return c.good.take(&c.out, c.sel, nil), nil
}

// where applies the filter. ok is false when there are too many errors.
func (c *Calc) where(b *zset.Batch) (kept *zset.Batch, ok bool, err error) {
	if c.filter == nil {
		return b, true, nil
	}
	res, ok, err := c.compute(c.filter, b)
	if !ok || err != nil {
		return nil, ok, err
	}
	c.pass = vec.And(c.pass, res[0].Bits(), res[0].Valid, b.N)
	if c.policy.active != nil {
		c.pass = vec.And(c.pass, c.pass, c.policy.active, b.N)
	}
	if vec.All(c.pass, b.N) {
		return b, true, nil
	}
	c.sel = vec.SelectionOf(c.pass, b.N, c.sel)
	return c.kept.take(b, c.sel, c.need), true, nil
}

// compute runs p over the active rows, dropping those that fail. ok is false when there are too many.
func (c *Calc) compute(p *expr.Program, b *zset.Batch) (cols []*vec.Vec, ok bool, err error) {
	for {
		cols, fault := p.Eval(b, c.policy.active)
		if fault == nil {
			return cols, true, nil
		}
		if err := c.policy.drop(b, fault); err != nil {
			return nil, false, err
		}
		if c.policy.tooMany(b) {
			return nil, false, nil
		}
	}
}

// Advance implements Operator.
func (c *Calc) Advance(t Tick, _ Collector) (clock.EventTime, error) { return t.Watermark, nil }

// NextDue implements Operator.
func (c *Calc) NextDue() (time.Time, bool) { return time.Time{}, false }

// Close implements Operator.
func (c *Calc) Close() error { return nil }
