package scalar

// Coalesce gives the first argument that is not NULL; later arguments are evaluated only for rows that need them.
type Coalesce struct {
	Node
	Args []Expr
}

// String implements Expr.
func (e Coalesce) String() string { return printed(e) }

func (e Coalesce) operands() []Expr      { return e.Args }
func (e Coalesce) with(args []Expr) Expr { e.Args = args; return e }
func (Coalesce) reads() Reads            { return readsNothing }

func (e Coalesce) text(b []byte, operand func([]byte, Expr) []byte) []byte {
	return list(b, "coalesce", e.Args, operand)
}
