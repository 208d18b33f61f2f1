package assemble

import (
	"streamsql/exec/decode"
	"streamsql/exec/flow"
	"streamsql/exec/op"
	"streamsql/internal/diag"
	"streamsql/internal/format"
	"streamsql/internal/option"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/planner/physical"
)

// scan adds a table's entry: decoding and computed columns run ahead of the epoch, what needs the epoch's clock
// follows as a projection in the lane.
func (b *builder) scan(n planned, o physical.Scan) error {
	t := &b.plan.Tables[o.At]
	used := make(sqltype.Schema, len(t.Used))
	for k, c := range t.Used {
		used[k] = t.Physical[c]
	}
	exprs := make([]scalar.Expr, len(t.Computed))
	for k, c := range t.Computed {
		exprs[k] = c.Expr
	}
	early, calc, rename := op.SplitClock(len(used), n.Schema, exprs)
	spec := op.ScanSpec{
		In: used, Out: append(sqltype.Schema{}, used...), ErrorMode: b.spec.ErrorMode,
		Periodic: t.Options.Given(option.KeyEmit) && t.Options.String(option.KeyEmit) == option.Periodic,
	}
	for _, k := range early {
		spec.Computed = append(spec.Computed, moved(exprs[k], rename))
		spec.Out = append(spec.Out, n.Schema[len(used)+k])
	}
	if t.Watermark != nil {
		spec.Watermark, spec.TimeCol = moved(t.Watermark, rename), rename[t.TimeCol]
		if spec.TimeCol < 0 { // the binder refuses it
			return diag.At(diag.Internal, t.Span, "the event time of table %q depends on the clock", t.Name)
		}
	}
	id := n.ID
	if calc != nil {
		id += "/decoded"
	}
	read, err := b.decodeSpec(o.At, spec)
	if err != nil {
		return err
	}
	scan := b.add(flow.Node{ID: id, Schema: spec.Out, Scan: &flow.Scan{
		Table: t.Name, Watermarked: t.Watermark != nil,
		NewDecoder: func() (flow.Decoder, error) { return decode.New(read) },
		Guard:      read.Guard,
		Attach:     func(m *flow.Morsel) { decode.Attach(m, b.spec.Clock.Now) },
	}})
	b.at[n.index], b.scans[o.At] = scan, scan
	b.deadTo(scan, t.DeadLetter)
	if calc != nil {
		cs := op.CalcSpec{Exprs: calc, ErrorMode: b.spec.ErrorMode, In: spec.Out, Out: n.Schema}
		b.put(n, []flow.Edge{{From: scan}}, func(int) (op.Operator, error) { return op.NewCalc(cs), nil })
		b.deadTo(b.at[n.index], t.DeadLetter)
	}
	return nil
}

// moved renumbers the columns of an expression from declared order to the scan's output.
func moved(e scalar.Expr, rename []int) scalar.Expr {
	return scalar.MapCols(e, func(c scalar.Col) scalar.Expr {
		c.Index = rename[c.Index]
		return c
	})
}

// decodeSpec is how the table at index is read; scan completes its rows.
func (b *builder) decodeSpec(index int, scan op.ScanSpec) (*decode.Spec, error) {
	t := &b.plan.Tables[index]
	s := &decode.Spec{
		Table: t.Name, Span: t.Span, Format: t.Format, ErrorMode: t.ErrorMode, Scan: scan,
		Columns: format.Config{Schema: t.Physical, Used: t.Used, Options: t.Options, Dictionaries: true},
	}
	var err error
	switch {
	case b.spec.Generated == nil && t.Format == "":
		s.Rows = func() format.Decoder { return rowless{} }
	case b.spec.Generated != nil && b.spec.Generated[index] != nil:
		s.Rows, err = b.spec.Generated[index].Rows(s.Columns)
	}
	return s, err
}

// rowless stands for the decoder of a generated table where nothing is read: Check has no sources.
type rowless struct{}

func (rowless) Decode(_ []byte, into *format.Rows) { into.Begin(nil) }
