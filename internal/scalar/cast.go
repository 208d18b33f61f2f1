package scalar

// Cast converts to T. Try gives NULL where a plain cast fails. Implicit casts of the planner are Casts too.
type Cast struct {
	Node
	Arg Expr
	Try bool
}

// String implements Expr.
func (e Cast) String() string { return printed(e) }

func (e Cast) operands() []Expr      { return []Expr{e.Arg} }
func (e Cast) with(args []Expr) Expr { e.Arg = args[0]; return e }
func (Cast) reads() Reads            { return readsNothing }

func (e Cast) text(b []byte, operand func([]byte, Expr) []byte) []byte {
	if e.Try {
		b = append(b, "try_"...)
	}
	b = operand(append(b, "cast["...), e.Arg)
	return append(append(append(b, " as "...), e.T.Nullable().String()...), ']')
}
