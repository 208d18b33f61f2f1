package ast

import (
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

// call writes a function call with its FILTER and OVER.
func (p *printer) call(c *Call) {
	p.functionName(c.Name)
	if !c.Bare {
		p.word("(")
		p.when(c.Distinct, "DISTINCT ")
		p.arguments(c)
		p.word(")")
	}
	if c.Filter != nil {
		p.word(" FILTER (WHERE ")
		p.expr(c.Filter, anyLevel)
		p.word(")")
	}
	if c.Over != nil {
		p.word(" OVER ")
		p.windowSpec(c.Over)
	}
}

// spelled are the words between the arguments of functions that have no commas, by name and count of arguments.
var spelled = map[string]map[int][]string{
	"EXTRACT":  {2: {" FROM "}},
	"TRIM":     {3: {" ", " FROM "}},
	"POSITION": {2: {" IN "}},
	"OVERLAY":  {3: {" PLACING ", " FROM "}, 4: {" PLACING ", " FROM ", " FOR "}},
}

func (p *printer) arguments(c *Call) {
	between := p.between(c)
	for i, arg := range c.Args {
		if i > 0 {
			p.word(between(i - 1))
		}
		at := anyLevel
		if between(i) != ", " {
			at = addLevel // before IN and FROM, a predicate needs brackets
		}
		p.expr(arg, at)
	}
}

// between gives what is written after each argument of c.
func (p *printer) between(c *Call) func(int) string {
	name := strings.ToUpper(c.Name.Last().Name)
	words := spelled[name][len(c.Args)]
	if len(c.Args) == 2 && strings.Contains(" CEIL CEILING FLOOR ", " "+name+" ") {
		if _, ok := c.Args[1].(*Keyword); ok {
			words = []string{" TO "}
		}
	}
	if len(c.Name.Parts) > 1 || c.Name.Parts[0].Quoted {
		words = nil
	}
	return func(i int) string {
		if i < len(words) {
			return words[i]
		}
		return ", "
	}
}

func (p *printer) windowSpec(w *WindowSpec) {
	if w.Bare {
		p.ident(*w.Ref)
		return
	}
	var parts []string
	add := func(write func(*printer)) {
		part := &printer{flat: 1}
		write(part)
		parts = append(parts, string(part.b))
	}
	if w.Ref != nil {
		add(func(p *printer) { p.ident(*w.Ref) })
	}
	if len(w.PartitionBy) > 0 {
		add(func(p *printer) { p.word("PARTITION BY "); p.exprs(w.PartitionBy) })
	}
	if len(w.OrderBy) > 0 {
		add(func(p *printer) { p.word("ORDER BY "); p.orderItems(w.OrderBy) })
	}
	if w.Frame != nil {
		add(func(p *printer) { p.frame(w.Frame) })
	}
	p.word("(", strings.Join(parts, " "), ")")
}

func (p *printer) frame(f *Frame) {
	if f.Rows {
		p.word("ROWS ")
	} else {
		p.word("RANGE ")
	}
	p.when(f.Between, "BETWEEN ")
	p.bound(f.Start)
	if f.Between {
		p.word(" AND ")
		p.bound(f.End)
	}
}

func (p *printer) bound(b Bound) {
	switch b.Kind {
	case UnboundedPreceding:
		p.word("UNBOUNDED PRECEDING")
	case CurrentRow:
		p.word("CURRENT ROW")
	case UnboundedFollowing:
		p.word("UNBOUNDED FOLLOWING")
	case OffsetPreceding:
		p.expr(b.Offset, anyLevel)
		p.word(" PRECEDING")
	case OffsetFollowing:
		p.expr(b.Offset, anyLevel)
		p.word(" FOLLOWING")
	}
}
