package javaregex

// program is a pattern for the machine: instructions of Thompson's automaton, in order of preference.
type program struct {
	insts []inst
	start int32
	saves int // 2 for each group, the whole match included
}

type inst struct {
	op   instOp
	next int32
	arg  int32 // instSplit: the second choice; instSave: the slot; instEdge: the edge
	set  set
}

type instOp uint8

const (
	instChar instOp = iota
	instSplit
	instSave
	instEdge
	instMatch
)

// compile makes the program of a pattern. The caller has had RE2 accept the pattern, which bounds its size.
func compile(n *node, groups int) *program {
	p := &program{saves: 2 * (groups + 1)}
	last := p.add(inst{op: instMatch})
	last = p.add(inst{op: instSave, arg: 1, next: last})
	p.start = p.add(inst{op: instSave, arg: 0, next: p.node(n, last)})
	return p
}

func (p *program) add(i inst) int32 {
	p.insts = append(p.insts, i)
	return int32(len(p.insts) - 1)
}

// node adds n before next and returns where it begins.
func (p *program) node(n *node, next int32) int32 {
	switch n.op {
	case opSet:
		return p.add(inst{op: instChar, set: n.set, next: next})
	case opCat:
		for i := len(n.subs) - 1; i >= 0; i-- {
			next = p.node(n.subs[i], next)
		}
		return next
	case opAlt:
		first := p.node(n.subs[len(n.subs)-1], next)
		for i := len(n.subs) - 2; i >= 0; i-- {
			first = p.add(inst{op: instSplit, next: p.node(n.subs[i], next), arg: first})
		}
		return first
	case opGroup:
		end := p.add(inst{op: instSave, arg: int32(2*n.group + 1), next: next})
		return p.add(inst{op: instSave, arg: int32(2 * n.group), next: p.node(n.subs[0], end)})
	case opEdge:
		return p.add(inst{op: instEdge, arg: int32(n.at), next: next})
	case opRepeat:
		return p.repeat(n, next)
	}
	return next
}

// repeat unrolls what is counted: n.min copies, then a loop or n.max − n.min options within each other.
func (p *program) repeat(n *node, next int32) int32 {
	body, copies := n.subs[0], n.min
	switch {
	case n.max >= 0:
		after := next
		for range n.max - n.min {
			next = p.split(p.node(body, next), after, n.lazy)
		}
	case n.min > 0 || body.nullable():
		// A body that can match nothing is entered before it loops, as RE2 has it: (x*)* is (x+)?.
		after := next
		loop := p.add(inst{op: instSplit})
		next = p.node(body, loop)
		p.setSplit(loop, next, after, n.lazy)
		if copies--; n.min == 0 {
			next, copies = p.split(next, after, n.lazy), 0
		}
	default:
		loop := p.add(inst{op: instSplit})
		p.setSplit(loop, p.node(body, loop), next, n.lazy)
		next = loop
	}
	for range copies {
		next = p.node(body, next)
	}
	return next
}

func (p *program) split(body, after int32, lazy bool) int32 {
	i := p.add(inst{op: instSplit})
	p.setSplit(i, body, after, lazy)
	return i
}

func (p *program) setSplit(i, body, after int32, lazy bool) {
	if lazy {
		body, after = after, body
	}
	p.insts[i].next, p.insts[i].arg = body, after
}
