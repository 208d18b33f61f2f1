package scalar

import "strconv"

// IsTruth is IS [NOT] TRUE / FALSE: never NULL.
type IsTruth struct {
	Node
	Arg    Expr
	Want   bool
	Negate bool
}

// String implements Expr.
func (e IsTruth) String() string { return printed(e) }

func (e IsTruth) operands() []Expr      { return []Expr{e.Arg} }
func (e IsTruth) with(args []Expr) Expr { e.Arg = args[0]; return e }
func (IsTruth) reads() Reads            { return readsNothing }

func (e IsTruth) text(b []byte, operand func([]byte, Expr) []byte) []byte {
	b = strconv.AppendBool(append(negation(b, e.Negate), "is_"...), e.Want)
	return append(operand(append(b, '['), e.Arg), ']')
}
