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
	Constant bool   // no column and no clock below: its value is the same for every row and epoch
}

// Of numbers e and everything below it.
func (k *Keys) Of(e Expr) *Key {
	children := Children(e)
	out := &Key{Constant: true}
	if len(children) > 0 {
		out.Operands = make([]*Key, len(children))
	}
	for i, c := range children {
		out.Operands[i] = k.Of(c)
		out.Constant = out.Constant && out.Operands[i].Constant
	}
	switch e.(type) {
	case Col, Clock:
		out.Constant = false
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
