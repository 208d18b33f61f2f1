package scalar

import (
	"fmt"
	"strconv"
)

// Const is a literal. Value by physical layout: nil (NULL), bool, int64 (every integer, date, timestamp, interval and
// DECIMAL with p ≤ 18, unscaled), Int128 (larger DECIMAL), float64 (FLOAT and DOUBLE), string.
type Const struct {
	Node
	Value any
}

// Int128 is a two's complement 128-bit integer.
type Int128 struct {
	Hi int64
	Lo uint64
}

// String implements Expr.
func (e Const) String() string { return printed(e) }

func (Const) operands() []Expr   { return nil }
func (e Const) with([]Expr) Expr { return e }
func (Const) reads() Reads       { return readsNothing }

func (e Const) text(b []byte, _ func([]byte, Expr) []byte) []byte {
	switch v := e.Value.(type) {
	case nil:
		b = append(b, "NULL"...)
	case string:
		b = strconv.AppendQuote(b, v)
	case float64:
		b = strconv.AppendFloat(b, v, 'g', -1, 64)
	default:
		b = fmt.Append(b, v)
	}
	return append(append(b, ':'), e.T.Nullable().String()...)
}
