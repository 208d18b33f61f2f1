package scalar

// Children returns the direct operands of e, in evaluation order. The caller does not change them.
func Children(e Expr) []Expr { return e.operands() }

// Walk calls fn for e and everything below it, parents first.
func Walk(e Expr, fn func(Expr)) {
	fn(e)
	for _, c := range e.operands() {
		Walk(c, fn)
	}
}

// Rewrite replaces sub-expressions from the top: where fn reports true its result is taken, elsewhere the operands are
// rewritten. k is the key of e, and fn gets the key of what it is asked about, so that it need not print it; with a nil
// k it gets nil. e stays as it is.
func Rewrite(e Expr, k *Key, fn func(Expr, *Key) (Expr, bool)) Expr {
	if out, done := fn(e, k); done {
		return out
	}
	old := e.operands()
	if len(old) == 0 {
		return e
	}
	operands := make([]Expr, len(old))
	for i, x := range old {
		operands[i] = Rewrite(x, k.operand(i), fn)
	}
	return e.with(operands)
}

// MapCols rebuilds e with every column replaced by what fn returns for it.
func MapCols(e Expr, fn func(Col) Expr) Expr {
	return Rewrite(e, nil, func(e Expr, _ *Key) (Expr, bool) {
		c, is := e.(Col)
		if !is {
			return e, false
		}
		return fn(c), true
	})
}
