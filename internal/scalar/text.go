package scalar

// The canonical text is part of the state format since v1: fingerprints are made of it. Every node writes its own part
// once, into one buffer. A node that joined the texts of its operands would copy the lowest text once per level: 4,000
// times || took half a minute.

// printed is the canonical text of e.
func printed(e Expr) string { return string(whole(nil, e)) }

// whole writes an operand with everything below it.
func whole(b []byte, e Expr) []byte { return e.text(b, whole) }

// negation writes the mark of a negated test.
func negation(b []byte, negate bool) []byte {
	if negate {
		return append(b, "not_"...)
	}
	return b
}

// list writes a name and operands between brackets.
func list(b []byte, name string, args []Expr, operand func([]byte, Expr) []byte) []byte {
	b = append(append(b, name...), '[')
	for i, a := range args {
		if i > 0 {
			b = append(b, ',')
		}
		b = operand(b, a)
	}
	return append(b, ']')
}
