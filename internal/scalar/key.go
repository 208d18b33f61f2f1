package scalar

import "strconv"

// Keys numbers expressions so that two have the same number if and only if they have the same canonical text. One call
// of Of costs the size of the tree, however deep it is. The zero value is ready; it is used by one goroutine.
type Keys struct {
	numbers map[string]int
	buffer  []byte
}

// Key is what Keys knows of an expression.
type Key struct {
	ID       int    // equal for equal canonical text, from 1
	Operands []*Key // of Children, in their order
	Constant bool   // nothing at or below it reads anything: its value is the same for every row and epoch
}

// operand is the key of the i-th operand; nil when k is.
func (k *Key) operand(i int) *Key {
	if k == nil {
		return nil
	}
	return k.Operands[i]
}

// Of numbers e and everything below it.
func (k *Keys) Of(e Expr) *Key {
	children := e.operands()
	out := &Key{Constant: e.reads() == readsNothing}
	if len(children) > 0 {
		out.Operands = make([]*Key, len(children))
	}
	for i, c := range children {
		out.Operands[i] = k.Of(c)
		out.Constant = out.Constant && out.Operands[i].Constant
	}
	// The node's own text with the numbers of its operands in the place of theirs. The mark cannot open any other text.
	next := 0
	k.buffer = e.text(k.buffer[:0], func(b []byte, _ Expr) []byte {
		b = strconv.AppendInt(append(b, '#'), int64(out.Operands[next].ID), 10)
		next++
		return b
	})
	out.ID = k.number(k.buffer)
	return out
}

// number is the number of a node's text.
func (k *Keys) number(text []byte) int {
	if id, ok := k.numbers[string(text)]; ok {
		return id
	}
	if k.numbers == nil {
		k.numbers = map[string]int{}
	}
	id := len(k.numbers) + 1
	k.numbers[string(text)] = id
	return id
}
