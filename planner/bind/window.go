package bind

import (
	"strings"
	"time"

	"streamsql/exec/window"
	"streamsql/internal/diag"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/planner/ast"
	"streamsql/planner/logical"
)

// allWindows is said where another window was asked for.
const allWindows = "the windows are TUMBLE, HOP and CUMULATE"

// windowTVF binds TUMBLE(…) and its like in FROM: the input's columns, then those of the window.
func (b *binder) windowTVF(f *ast.WindowTVF, scope *env) *relation {
	in := b.from(f.Input, scope)
	kind, known := windowKinds[f.Kind]
	if !known {
		b.refuse(f.Func.Span, f.Kind.String()+" is", allWindows)
	} else if len(f.PartitionBy) > 0 {
		b.refuse(f.PartitionBy[0].Span, "PARTITION BY in a window function is", "put the columns into GROUP BY")
		return nil
	}
	if in == nil || f.TimeCol == nil {
		return nil
	}
	args := windowArgs{kind: kind, timeCol: f.TimeCol, step: f.Slide, size: f.Size, offset: f.Offset}
	if f.Kind == ast.Cumulate {
		args.step = f.Step
	}
	if f.Kind == ast.Session { // refused above; its other faults are shown, too
		args.size = f.Gap
	}
	w, ok := b.window(in, args, f.Span)
	if !ok {
		return nil
	}
	out := &relation{node: w, what: in.what, alias: in.alias, twice: in.twice}
	out.cols = append(append(out.cols, in.cols...), w.Start, w.End, w.Time)
	return b.aliased(out, f.Alias)
}

// windowKinds are the kinds of the window functions that are supported.
var windowKinds = map[ast.TVFKind]window.Kind{
	ast.Tumble: window.Tumble, ast.Hop: window.Hop, ast.Cumulate: window.Cumulate,
}

// windowArgs are the arguments of a window.
type windowArgs struct {
	kind         window.Kind
	timeCol      *ast.Name
	step         ast.Expr // HOP: the slide; nil where the kind has none
	size, offset ast.Expr // offset may be nil
}

// step is what the kind calls it.
func (a windowArgs) stepName() string {
	if a.kind == window.Hop {
		return "slide"
	}
	return "step"
}

// window makes the node over an event-time column.
func (b *binder) window(in *relation, a windowArgs, at diag.Span) (*logical.Window, bool) {
	x := &expression{b: b, rel: in, place: "a window"}
	col, found := x.find(a.timeCol)
	w := &logical.Window{In: in.node, TimeCol: col.ID, At: at, Emit: allOfWindow}
	var ok bool
	if w.Spec, ok = x.windowSpec(a); !ok {
		found = false
	}
	if !found || !b.eventTime(in, col, a.timeCol) {
		return nil, false
	}
	taken := func(n string) bool {
		for _, c := range in.cols {
			if c.Name == n {
				return true
			}
		}
		return false
	}
	stamp := sqltype.TimestampType(3).Required()
	w.Start = logical.Column{ID: b.fresh(), Name: freeName(window.ColStart.String(), taken), Type: stamp}
	w.End = logical.Column{ID: b.fresh(), Name: freeName(window.ColEnd.String(), taken), Type: stamp}
	w.Time = logical.Column{ID: b.fresh(), Name: freeName(window.ColTime.String(), taken),
		Type: sqltype.Type{Kind: col.Type.Kind, P: 3, NotNull: true}, Rowtime: true}
	return w, true
}

// windowSpec reads the lengths of a window.
func (x *expression) windowSpec(a windowArgs) (s window.Spec, ok bool) {
	s.Kind, ok = a.kind, true
	if a.step != nil {
		s.Step, ok = x.length(a.step, a.stepName(), true)
	}
	var fine bool
	s.Size, fine = x.length(a.size, "size", true)
	ok = fine && ok
	if a.offset != nil {
		s.Offset, fine = x.length(a.offset, "offset", false)
		ok = fine && ok
	}
	return s, ok && x.fits(s, a)
}

// length reads a length of time that is a number of milliseconds.
func (x *expression) length(e ast.Expr, what string, positive bool) (time.Duration, bool) {
	d, ok := x.span(e, what)
	switch {
	case !ok:
	case positive && (d <= 0 || d%time.Millisecond != 0):
		x.b.at(diag.WindowSize, e.Pos(), "a window's %s must be a positive number of milliseconds, not %s", what, d).
			WithHint("for instance INTERVAL '10' SECOND")
		return 0, false
	case d%time.Millisecond != 0:
		x.b.at(diag.WindowSize, e.Pos(), "a window's %s must be a number of milliseconds, not %s", what, d).
			WithHint("for instance INTERVAL '1' SECOND")
		return 0, false
	}
	return d, ok
}

// fits refuses lengths that do not go together.
func (x *expression) fits(s window.Spec, a windowArgs) bool {
	if s.Kind == window.Cumulate && s.Size%s.Step != 0 {
		x.b.at(diag.WindowSize, a.step.Pos(),
			"the size of a CUMULATE, %s, must be a multiple of its step, %s", s.Size, s.Step).
			WithHint("windows grow by the step until they have the size")
		return false
	}
	if _, err := s.Assigner(); err != nil {
		x.b.at(diag.WindowSize, a.step.Pos(), "a slide of %s puts every row into %d windows of %s", s.Step, s.Size/s.Step,
			s.Size).WithHint("use a longer slide")
		return false
	}
	return true
}

// eventTime refuses a window over a column that has no watermark.
func (b *binder) eventTime(in *relation, col logical.Column, at *ast.Name) bool {
	if col.Rowtime {
		return true
	}
	e := b.at(diag.EventTime, at.Span, "column %q of %s is not event time", col.Name, in.what)
	switch {
	case logical.PropsOf(in.node).Updating != nil:
		e.WithHint( //nolint:errcheck // sets the hint
			"event time ends at an aggregation without a window: its rows change at any time")
	case logical.PropsOf(in.node).Windowed:
		e.WithHint( //nolint:errcheck // sets the hint
			"after a window, window_time is the event time: select it and use it here")
	case !col.Type.IsTimestamp():
		e.WithHint( //nolint:errcheck // sets the hint
			"it is %s; a watermark needs a TIMESTAMP(3) column", col.Type.Nullable())
	default:
		e.WithHint( //nolint:errcheck // sets the hint
			"declare it in CREATE TABLE: WATERMARK FOR %s AS %s - INTERVAL '5' SECOND", col.Name, col.Name)
	}
	return false
}

// span reads a length of time: an interval literal without months.
func (x *expression) span(e ast.Expr, what string) (time.Duration, bool) {
	if e == nil {
		return 0, false
	}
	v := x.value(e)
	if v == nil {
		return 0, false
	}
	c, ok := v.(scalar.Const)
	if n, is := c.Value.(int64); ok && is && c.T.Kind == sqltype.IntervalMicros {
		if limit := int64(1<<63-1) / 1000; n > limit || n < -limit {
			x.b.at(diag.WindowSize, e.Pos(), "the window's %s is longer than 292 years", what).WithHint("use a shorter interval")
			return 0, false
		}
		return time.Duration(n) * time.Microsecond, true
	}
	hint := "for instance INTERVAL '10' SECOND"
	if v.Type().Kind == sqltype.IntervalMonths {
		hint = "months and years differ in length: use DAY"
	}
	x.b.at(diag.WindowSize, e.Pos(), "the window's %s must be an interval literal of days or less",
		what).WithHint("%s", hint)
	return 0, false
}

// The group window functions and what gives their columns.
var groupWindows = map[string]bool{"TUMBLE": true, "HOP": true, "SESSION": true}

// groupWindow is the function's name in capitals if c is a window in GROUP BY.
func groupWindow(c *ast.Call) string {
	name := strings.ToUpper(c.Name.Last().Name)
	if len(c.Name.Parts) == 1 && groupWindows[name] {
		return name
	}
	return ""
}

// groupWindow binds TUMBLE(ts, size [, offset]) or HOP(ts, slide, size [, offset]) in GROUP BY: a Window goes under
// the aggregation.
func (g *grouping) groupWindow(c *ast.Call) bool {
	name := groupWindow(c)
	if name == "SESSION" {
		g.b.refuse(c.Span, name+" is", allWindows)
		return false
	}
	if g.window != nil {
		g.b.at(diag.WindowAuxiliary, c.Span, "GROUP BY has two windows").WithHint("keep one of them")
		return false
	}
	kind := window.Tumble
	if name == "HOP" {
		kind = window.Hop
	}
	w, ok := g.windowOf(c, kind)
	if !ok {
		return false
	}
	in := *g.in
	in.node = w
	g.window, g.in = w, &in
	g.over = &logical.Over{Window: w, Emit: w.Emit}
	return true
}

// windowOf reads the arguments of a group window or of one of its auxiliary functions.
func (g *grouping) windowOf(c *ast.Call, kind window.Kind) (*logical.Window, bool) {
	lengths, takes, example := 1, "a time column and a size", "TUMBLE(ts, INTERVAL '10' SECOND)"
	if kind == window.Hop {
		lengths, takes = 2, "a time column, a slide and a size"
		example = "HOP(ts, INTERVAL '2' SECOND, INTERVAL '10' SECOND)"
	}
	lengths++ // the column
	if len(c.Args) < lengths || len(c.Args) > lengths+1 {
		g.b.at(diag.NoOverload, c.Span, "%s takes %s, not %s", strings.ToUpper(c.Name.Last().Name), takes,
			diag.Plural(len(c.Args), "argument")).
			WithHint("for instance %s", example)
		return nil, false
	}
	col, ok := c.Args[0].(*ast.Name)
	if !ok {
		g.b.at(diag.EventTime, c.Args[0].Pos(), "a window is over an event-time column, not over an expression").
			WithHint("add the expression to CREATE TABLE as a computed column with a watermark")
		return nil, false
	}
	a := windowArgs{kind: kind, timeCol: col, size: c.Args[lengths-1]}
	if kind == window.Hop {
		a.step = c.Args[1]
	}
	if len(c.Args) > lengths {
		a.offset = c.Args[lengths]
	}
	return g.b.window(g.in, a, c.Span)
}

// auxiliary are the functions that give a group window's columns.
var auxiliary = map[string]auxiliaryFunc{
	"TUMBLE_START": {window.Tumble, window.ColStart}, "TUMBLE_END": {window.Tumble, window.ColEnd},
	"TUMBLE_ROWTIME": {window.Tumble, window.ColTime}, "HOP_START": {window.Hop, window.ColStart},
	"HOP_END": {window.Hop, window.ColEnd}, "HOP_ROWTIME": {window.Hop, window.ColTime},
}

type auxiliaryFunc struct {
	kind window.Kind
	col  window.Col
}

// laterAuxiliary are those of the other windows, and of processing time.
var laterAuxiliary = map[string]bool{
	"SESSION_START": true, "SESSION_END": true, "SESSION_ROWTIME": true,
	"TUMBLE_PROCTIME": true, "HOP_PROCTIME": true, "SESSION_PROCTIME": true,
}

// auxiliary binds TUMBLE_START(ts, size) and its like: the arguments must be those of the window in GROUP BY.
func (x *expression) auxiliary(c *ast.Call, f auxiliaryFunc) scalar.Expr {
	name := strings.ToUpper(c.Name.Last().Name)
	if x.group == nil || x.inAggregate || x.group.window == nil || x.group.window.Spec.Kind != f.kind {
		x.b.at(diag.WindowAuxiliary, c.Span, "%s needs the same %s in GROUP BY", name, f.kind).
			WithHint("add GROUP BY %s(…) with the same arguments", f.kind)
		return nil
	}
	w, ok := x.group.windowOf(c, f.kind)
	if !ok {
		return nil
	}
	mine := x.group.window
	if w.TimeCol != mine.TimeCol || w.Spec != mine.Spec {
		x.b.at(diag.WindowAuxiliary, c.Span, "the arguments of %s differ from those of %s in GROUP BY", name, f.kind).
			WithHint("use the same column, lengths and offset")
		return nil
	}
	col := mine.Col(f.col)
	return scalar.Col{Node: scalar.Node{T: col.Type, At: c.Span}, Index: int(col.ID)}
}
