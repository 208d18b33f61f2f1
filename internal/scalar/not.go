package scalar

// Not is three-valued negation.
type Not struct {
	Node
	Arg Expr
}

// String implements Expr.
func (e Not) String() string { return printed(e) }

func (e Not) operands() []Expr      { return []Expr{e.Arg} }
func (e Not) with(args []Expr) Expr { e.Arg = args[0]; return e }
func (Not) reads() Reads            { return readsNothing }

func (e Not) text(b []byte, operand func([]byte, Expr) []byte) []byte {
	return append(operand(append(b, "not["...), e.Arg), ']')
}
