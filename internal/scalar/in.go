package scalar

// In is `arg IN (constants)`, constants of arg's type, no NULL among them (the planner rewrites those), sorted as
// given.
type In struct {
	Node
	Arg    Expr
	List   []Const
	Negate bool
}

// String implements Expr.
func (e In) String() string { return printed(e) }

func (e In) operands() []Expr      { return []Expr{e.Arg} }
func (e In) with(args []Expr) Expr { e.Arg = args[0]; return e }
func (In) reads() Reads            { return readsNothing }

func (e In) text(b []byte, operand func([]byte, Expr) []byte) []byte {
	b = append(operand(append(negation(b, e.Negate), "in["...), e.Arg), ';')
	for i, c := range e.List {
		if i > 0 {
			b = append(b, ',')
		}
		b = c.text(b, nil)
	}
	return append(b, ']')
}
