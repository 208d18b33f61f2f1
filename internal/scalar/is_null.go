package scalar

// IsNull is TRUE or FALSE, never NULL. Negate makes it IS NOT NULL.
type IsNull struct {
	Node
	Arg    Expr
	Negate bool
}

// String implements Expr.
func (e IsNull) String() string { return printed(e) }

func (e IsNull) operands() []Expr      { return []Expr{e.Arg} }
func (e IsNull) with(args []Expr) Expr { e.Arg = args[0]; return e }
func (IsNull) reads() Reads            { return readsNothing }

func (e IsNull) text(b []byte, operand func([]byte, Expr) []byte) []byte {
	return append(operand(append(negation(b, e.Negate), "isnull["...), e.Arg), ']')
}
