package scalar

import "strconv"

// Col is a column of the input batch, by position.
type Col struct {
	Node
	Index int
}

// String implements Expr.
func (e Col) String() string { return printed(e) }

func (Col) operands() []Expr   { return nil }
func (e Col) with([]Expr) Expr { return e }
func (Col) reads() Reads       { return ReadsRow }

func (e Col) text(b []byte, _ func([]byte, Expr) []byte) []byte {
	return strconv.AppendInt(append(b, '$'), int64(e.Index), 10)
}
