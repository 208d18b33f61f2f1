package scalar

// And is n-ary, three-valued and lazy: an operand sees only rows that the earlier ones left undecided.
type And struct {
	Node
	Args []Expr
}

// String implements Expr.
func (e And) String() string { return printed(e) }

func (e And) operands() []Expr      { return e.Args }
func (e And) with(args []Expr) Expr { e.Args = args; return e }
func (And) reads() Reads            { return readsNothing }

func (e And) text(b []byte, operand func([]byte, Expr) []byte) []byte {
	return list(b, "and", e.Args, operand)
}
