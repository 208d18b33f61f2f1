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

// windowTVF binds TUMBLE(…) in FROM: the input's columns, then those of the window.
func (b *binder) windowTVF(f *ast.WindowTVF, scope *env) *relation {
	in := b.from(f.Input, scope)
	if f.Kind != ast.Tumble {
		b.refuse(f.Func.Span, f.Kind.String()+" is", "TUMBLE is the only window")
	} else if len(f.PartitionBy) > 0 {
		b.refuse(f.PartitionBy[0].Span, "PARTITION BY in a window function is", "put the columns into GROUP BY")
		return nil
	}
	if in == nil || f.TimeCol == nil {
		return nil
	}
	size := f.Size
	if size == nil {
		size = f.Gap
	}
	w, ok := b.window(in, f.TimeCol, size, f.Offset, f.Span)
	if !ok {
		return nil
	}
	out := &relation{node: w, what: in.what, alias: in.alias, twice: in.twice}
	out.cols = append(append(out.cols, in.cols...), w.Start, w.End, w.Time)
	return b.aliased(out, f.Alias)
}

// window makes the node over an event-time column.
func (b *binder) window(in *relation, timeCol *ast.Name, size, offset ast.Expr, at diag.Span) (*logical.Window, bool) {
	x := &expression{b: b, rel: in, place: "a window"}
	col, found := x.find(timeCol)
	w := &logical.Window{In: in.node, TimeCol: col.ID, At: at, Emit: allOfWindow}
	var ok bool
	if w.Spec.Size, ok = x.span(size, "size"); !ok {
		found = false
	} else if w.Spec.Size <= 0 || w.Spec.Size%time.Millisecond != 0 {
		b.at(diag.WindowSize, size.Pos(), "a window's size must be a positive number of milliseconds, not %s",
			w.Spec.Size).WithHint("for instance INTERVAL '10' SECOND")
		found = false
	}
	if offset != nil {
		if w.Spec.Offset, ok = x.span(offset, "offset"); !ok {
			found = false
		} else if w.Spec.Offset%time.Millisecond != 0 {
			b.at(diag.WindowSize, offset.Pos(), "a window's offset must be a number of milliseconds, not %s", w.Spec.Offset).
				WithHint("for instance INTERVAL '1' SECOND")
			found = false
		}
	}
	if !found || !b.eventTime(in, col, timeCol) {
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

// groupWindow binds TUMBLE(ts, size [, offset]) in GROUP BY: a Window goes under the aggregation.
func (g *grouping) groupWindow(c *ast.Call) bool {
	name := groupWindow(c)
	if name != "TUMBLE" {
		g.b.refuse(c.Span, name+" is", "TUMBLE is the only window")
		return false
	}
	if g.window != nil {
		g.b.at(diag.WindowAuxiliary, c.Span, "GROUP BY has two windows").WithHint("keep one of them")
		return false
	}
	w, ok := g.windowOf(c)
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
func (g *grouping) windowOf(c *ast.Call) (*logical.Window, bool) {
	if len(c.Args) < 2 || len(c.Args) > 3 {
		g.b.at(diag.NoOverload, c.Span, "%s takes a time column and a size, not %s", strings.ToUpper(c.Name.Last().Name),
			diag.Plural(len(c.Args), "argument")).
			WithHint("for instance TUMBLE(ts, INTERVAL '10' SECOND)")
		return nil, false
	}
	col, ok := c.Args[0].(*ast.Name)
	if !ok {
		g.b.at(diag.EventTime, c.Args[0].Pos(), "a window is over an event-time column, not over an expression").
			WithHint("add the expression to CREATE TABLE as a computed column with a watermark")
		return nil, false
	}
	var offset ast.Expr
	if len(c.Args) == 3 {
		offset = c.Args[2]
	}
	return g.b.window(g.in, col, c.Args[1], offset, c.Span)
}

// auxiliary are the functions that give a group window's columns.
var auxiliary = map[string]window.Col{
	"TUMBLE_START": window.ColStart, "TUMBLE_END": window.ColEnd, "TUMBLE_ROWTIME": window.ColTime,
}

// laterAuxiliary are those of the other windows, and of processing time.
var laterAuxiliary = map[string]bool{
	"HOP_START": true, "HOP_END": true, "HOP_ROWTIME": true, "SESSION_START": true,
	"SESSION_END": true, "SESSION_ROWTIME": true,
	"TUMBLE_PROCTIME": true, "HOP_PROCTIME": true, "SESSION_PROCTIME": true,
}

// auxiliary binds TUMBLE_START(ts, size) and its like: the arguments must be those of the window in GROUP BY.
func (x *expression) auxiliary(c *ast.Call, which window.Col) scalar.Expr {
	name := strings.ToUpper(c.Name.Last().Name)
	if x.group == nil || x.inAggregate || x.group.window == nil {
		x.b.at(diag.WindowAuxiliary, c.Span, "%s needs the same TUMBLE in GROUP BY", name).
			WithHint("add GROUP BY TUMBLE(…) with the same arguments")
		return nil
	}
	w, ok := x.group.windowOf(c)
	if !ok {
		return nil
	}
	mine := x.group.window
	if w.TimeCol != mine.TimeCol || w.Spec != mine.Spec {
		x.b.at(diag.WindowAuxiliary, c.Span, "the arguments of %s differ from those of TUMBLE in GROUP BY", name).
			WithHint("use the same column, size and offset")
		return nil
	}
	col := mine.Col(which)
	return scalar.Col{Node: scalar.Node{T: col.Type, At: c.Span}, Index: int(col.ID)}
}
