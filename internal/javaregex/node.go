package javaregex

// node is a piece of a parsed pattern. Flags are resolved: what a node means does not depend on its surroundings.
type node struct {
	op       op
	set      set // opSet
	subs     []*node
	min, max int // opRepeat; max < 0: unlimited
	lazy     bool
	group    int  // opGroup: its number, from 1
	at       edge // opEdge

	lineBreak bool // the alternation that \R is
}

type op uint8

const (
	opEmpty op = iota
	opSet      // one character of set
	opCat
	opAlt
	opRepeat
	opGroup
	opEdge
)

// edge is a condition on a place between characters.
type edge uint8

const (
	textStart     edge = iota // ^, \A
	textEnd                   // \z
	lastLineEnd               // $, \Z: the end, or before the line end that ends the text
	lastNewline               // the same with (?d), where only \n ends a line
	lineStart                 // ^ with (?m)
	lineEnd                   // $ with (?m)
	lineStartUnix             // the same two with (?dm)
	lineEndUnix
	wordEdge // \b
	noWordEdge
)

// nullable reports whether n can match the empty text somewhere.
func (n *node) nullable() bool {
	switch n.op {
	case opSet:
		return false
	case opCat:
		for _, s := range n.subs {
			if !s.nullable() {
				return false
			}
		}
		return true
	case opAlt:
		for _, s := range n.subs {
			if s.nullable() {
				return true
			}
		}
		return false
	case opRepeat:
		return n.min == 0 || n.subs[0].nullable()
	case opGroup:
		return n.subs[0].nullable()
	default: // opEmpty, opEdge
		return true
	}
}

// size is the number of instructions that n becomes, once its counts are unrolled; beyond maxSize it is only a bound.
func (n *node) size() int {
	total := 2
	for _, s := range n.subs {
		total = min(total+s.size(), maxSize+1)
	}
	if n.op == opRepeat {
		total = min(total*max(n.min, n.max, 1), maxSize+1)
	}
	return total
}

// emptyLast reports whether n, which can match nothing, does so only where it can match nothing else.
func (n *node) emptyLast() bool {
	switch n.op {
	case opRepeat:
		return !n.lazy && (!n.subs[0].nullable() || n.subs[0].emptyLast())
	case opAlt:
		for i, s := range n.subs {
			if s.nullable() && (i < len(n.subs)-1 || !s.emptyLast()) {
				return false
			}
		}
	case opCat, opGroup:
		for _, s := range n.subs {
			if s.nullable() && !s.emptyLast() {
				return false
			}
		}
	}
	return true
}

// each visits n and all below it.
func (n *node) each(visit func(*node)) {
	visit(n)
	for _, s := range n.subs {
		s.each(visit)
	}
}

// holds reports whether n or a node in it has the property.
func (n *node) holds(property func(*node) bool) (found bool) {
	n.each(func(x *node) { found = found || property(x) })
	return found
}
