package scalar

// Or is n-ary, three-valued and lazy: an operand sees only rows that the earlier ones left undecided.
type Or struct {
	Node
	Args []Expr
}

// String implements Expr.
func (e Or) String() string { return printed(e) }

func (e Or) operands() []Expr      { return e.Args }
func (e Or) with(args []Expr) Expr { e.Args = args; return e }
func (Or) reads() Reads            { return readsNothing }

func (e Or) text(b []byte, operand func([]byte, Expr) []byte) []byte {
	return list(b, "or", e.Args, operand)
}
