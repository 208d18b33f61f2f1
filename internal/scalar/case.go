package scalar

// Case is the searched CASE: the first branch whose condition is TRUE; a branch is evaluated only for rows that reach
// it. Else is never nil (the planner writes a NULL constant).
type Case struct {
	Node
	Whens []When
	Else  Expr
}

// When is one branch of a Case.
type When struct{ Cond, Then Expr }

// String implements Expr.
func (e Case) String() string { return printed(e) }

// operands are condition and value of each branch in turn, then Else.
func (e Case) operands() []Expr {
	out := make([]Expr, 0, 2*len(e.Whens)+1)
	for _, w := range e.Whens {
		out = append(out, w.Cond, w.Then)
	}
	return append(out, e.Else)
}

func (e Case) with(operands []Expr) Expr {
	whens := make([]When, len(e.Whens))
	for i := range whens {
		whens[i] = When{Cond: operands[2*i], Then: operands[2*i+1]}
	}
	e.Whens, e.Else = whens, operands[2*len(whens)]
	return e
}

func (Case) reads() Reads { return readsNothing }

func (e Case) text(b []byte, operand func([]byte, Expr) []byte) []byte {
	b = append(b, "case["...)
	for _, w := range e.Whens {
		b = append(operand(b, w.Cond), "->"...)
		b = append(operand(b, w.Then), ';')
	}
	return append(operand(b, e.Else), ']')
}
