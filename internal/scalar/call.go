package scalar

// Call applies the overload with this ID (internal/function).
type Call struct {
	Node
	Overload string
	Args     []Expr
}

// String implements Expr.
func (e Call) String() string { return printed(e) }

func (e Call) operands() []Expr      { return e.Args }
func (e Call) with(args []Expr) Expr { e.Args = args; return e }
func (Call) reads() Reads            { return readsNothing }

func (e Call) text(b []byte, operand func([]byte, Expr) []byte) []byte {
	return list(b, e.Overload, e.Args, operand)
}
