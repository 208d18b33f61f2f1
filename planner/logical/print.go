package logical

import (
	"fmt"
	"strings"

	"streamsql/internal/scalar"
)

// Print writes a tree with one node per line, inputs indented under the node that reads them. Columns are name#id.
func Print(n Node) string {
	var b strings.Builder
	for depth := 0; n != nil; depth, n = depth+1, n.Input() {
		b.WriteString(strings.Repeat("  ", depth))
		b.WriteString(Line(n))
		b.WriteByte('\n')
	}
	return b.String()
}

// Line describes one node.
func Line(n Node) string {
	switch n := n.(type) {
	case *Scan:
		return "Scan " + n.Table.Name + " (" + columnNames(n.Cols) + ")"
	case *Calc:
		return n.line()
	case *Window:
		in, _ := Find(n.In.Columns(), n.TimeCol)
		s := fmt.Sprintf("Window TUMBLE(%s, %s", name(n.In.Columns()[in]), n.Size)
		if n.Offset != 0 {
			s += fmt.Sprintf(", offset %s", n.Offset)
		}
		return s + ") adds (" + columnNames(n.Of(n.Emit)) + ")"
	case *Aggregate:
		return n.line()
	case *Sink:
		if n.Table == nil {
			return "Print (" + strings.Join(n.Print, ", ") + ")"
		}
		return "Sink " + n.Table.Name
	}
	panic("logical: unknown node")
}

func (c *Calc) line() string {
	parts := make([]string, len(c.Items))
	for i, item := range c.Items {
		parts[i] = name(item.Column)
		if _, ok := RefID(item.Expr); !ok {
			parts[i] += " := " + item.Expr.String()
		}
	}
	s := "Calc (" + strings.Join(parts, ", ") + ")"
	if c.Filter != nil {
		s += " where " + c.Filter.String()
	}
	return s
}

func (a *Aggregate) line() string {
	kind := "Aggregate"
	if a.Over != nil {
		kind = "WindowAggregate"
	}
	parts := make([]string, len(a.Aggs))
	for i, g := range a.Aggs {
		parts[i] = name(g.Column) + " := " + g.ID
		for _, id := range g.Args {
			parts[i] += scalar.Col{Index: int(id)}.String()
		}
		if g.Filter != 0 {
			parts[i] += " filter " + scalar.Col{Index: int(g.Filter)}.String()
		}
	}
	s := kind + " by (" + columnNames(a.Keys) + ")"
	if a.Over != nil {
		s += " in window (" + columnNames(a.Over.Window.Of(a.Over.Emit)) + ")"
	}
	return s + " (" + strings.Join(parts, ", ") + ")"
}

func columnNames(cols []Column) string {
	parts := make([]string, len(cols))
	for i, c := range cols {
		parts[i] = name(c)
	}
	return strings.Join(parts, ", ")
}

func name(c Column) string { return fmt.Sprintf("%s$%d", c.Name, c.ID) }
