package op

import (
	"time"

	"streamsql/exec/expr"
	"streamsql/internal/clock"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/internal/zset"
)

// CalcSpec describes a Calc.
type CalcSpec struct {
	Filter    scalar.Expr   // nil: every row passes
	Exprs     []scalar.Expr // over the input, evaluated for rows that pass
	ErrorMode string        // a mode of package deadletter
	In, Out   sqltype.Schema
}

// Calc filters and projects.
//
//	input       any mode; filter and projection are linear, weights are carried along
//	output      the mode of the input; watermark W
//	state       none
//	late rows   not judged: the watermark was taken before any filter
//	row errors  mode fail: the query ends with the expression's and the row's place. log, dlq: the row is dropped and
//	            counted, dlq also sends it to port Dead; the other rows are processed
//	cost        the kernels; needed columns are copied once when the filter drops rows, columns passed on are not
type Calc struct {
	spec     CalcSpec
	calc     *expr.Calc
	counters *Counters
	policy   rowPolicy
}

// NewCalc makes the operator.
func NewCalc(spec CalcSpec) *Calc { return &Calc{spec: spec} }

// Open implements Operator: it compiles the expressions.
func (c *Calc) Open(s *Setup) (err error) {
	c.counters = s.Counters
	c.policy = rowPolicy{mode: c.spec.ErrorMode, clock: s.Epoch}
	c.calc, err = expr.NewCalc(c.spec.Filter, c.spec.Exprs, c.spec.In, c.spec.Out, expressionClock(s.Epoch))
	return err
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
	err := c.pass(b, out)
	rows := piecesAfter(err, b)
	if rows == 0 {
		return err
	}
	for from := 0; from < b.N; from += rows {
		if err := c.Process(0, b.Slice(from, min(from+rows, b.N)), out); err != nil {
			return err
		}
	}
	return nil
}

// pass evaluates b and emits the result. When the batch should be cut, nothing has been counted or
// emitted.
func (c *Calc) pass(b *zset.Batch, out Collector) error {
	c.policy.restart()
	res, err := c.calc.Run(b, func(e *expr.RowError) error { return c.policy.drop(b, e) })
	if err != nil {
		return err
	}
	if err := c.policy.settle(c.counters, out); err != nil || res == nil {
		return err
	}
	return out.Emit(Rows, res)
}

// Advance implements Operator.
func (c *Calc) Advance(t Tick, _ Collector) (clock.EventTime, error) { return t.Watermark, nil }

// NextDue implements Operator.
func (c *Calc) NextDue() (time.Time, bool) { return time.Time{}, false }

// Close implements Operator.
func (c *Calc) Close() error { return nil }
