package scalar

import (
	"fmt"
	"strconv"
)

// The canonical text is part of the state format since v1: fingerprints are made of it. Every node writes its own part
// once, into one buffer. A node that joined the texts of its operands would copy the lowest text once per level: 4,000
// times || took half a minute.

// whole writes an operand with everything below it.
func whole(b []byte, e Expr) []byte { return e.text(b, whole) }

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

func (e Col) text(b []byte, _ func([]byte, Expr) []byte) []byte {
	return strconv.AppendInt(append(b, '$'), int64(e.Index), 10)
}

func (e Call) text(b []byte, operand func([]byte, Expr) []byte) []byte {
	return list(b, e.Overload, e.Args, operand)
}

func (e Cast) text(b []byte, operand func([]byte, Expr) []byte) []byte {
	if e.Try {
		b = append(b, "try_"...)
	}
	b = operand(append(b, "cast["...), e.Arg)
	return append(append(append(b, " as "...), e.T.Nullable().String()...), ']')
}

func (e Case) text(b []byte, operand func([]byte, Expr) []byte) []byte {
	b = append(b, "case["...)
	for _, w := range e.Whens {
		b = append(operand(b, w.Cond), "->"...)
		b = append(operand(b, w.Then), ';')
	}
	return append(operand(b, e.Else), ']')
}

func (e Coalesce) text(b []byte, operand func([]byte, Expr) []byte) []byte {
	return list(b, "coalesce", e.Args, operand)
}

func (e And) text(b []byte, operand func([]byte, Expr) []byte) []byte {
	return list(b, "and", e.Args, operand)
}

func (e Or) text(b []byte, operand func([]byte, Expr) []byte) []byte {
	return list(b, "or", e.Args, operand)
}

func (e Not) text(b []byte, operand func([]byte, Expr) []byte) []byte {
	return append(operand(append(b, "not["...), e.Arg), ']')
}

func (e IsNull) text(b []byte, operand func([]byte, Expr) []byte) []byte {
	return append(operand(append(negation(b, e.Negate), "isnull["...), e.Arg), ']')
}

func (e IsTruth) text(b []byte, operand func([]byte, Expr) []byte) []byte {
	b = strconv.AppendBool(append(negation(b, e.Negate), "is_"...), e.Want)
	return append(operand(append(b, '['), e.Arg), ']')
}

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

func (e Clock) text(b []byte, _ func([]byte, Expr) []byte) []byte {
	return append(append(b, "clock:"...), e.T.Nullable().String()...)
}

// negation writes the mark of a negated test.
func negation(b []byte, negate bool) []byte {
	if negate {
		return append(b, "not_"...)
	}
	return b
}

// list writes a name and operands between brackets.
func list(b []byte, name string, args []Expr, operand func([]byte, Expr) []byte) []byte {
	b = append(append(b, name...), '[')
	for i, a := range args {
		if i > 0 {
			b = append(b, ',')
		}
		b = operand(b, a)
	}
	return append(b, ']')
}

// String implements Expr.
func (e Const) String() string { return string(whole(nil, e)) }

// String implements Expr.
func (e Col) String() string { return string(whole(nil, e)) }

// String implements Expr.
func (e Call) String() string { return string(whole(nil, e)) }

// String implements Expr.
func (e Cast) String() string { return string(whole(nil, e)) }

// String implements Expr.
func (e Case) String() string { return string(whole(nil, e)) }

// String implements Expr.
func (e Coalesce) String() string { return string(whole(nil, e)) }

// String implements Expr.
func (e And) String() string { return string(whole(nil, e)) }

// String implements Expr.
func (e Or) String() string { return string(whole(nil, e)) }

// String implements Expr.
func (e Not) String() string { return string(whole(nil, e)) }

// String implements Expr.
func (e IsNull) String() string { return string(whole(nil, e)) }

// String implements Expr.
func (e IsTruth) String() string { return string(whole(nil, e)) }

// String implements Expr.
func (e In) String() string { return string(whole(nil, e)) }

// String implements Expr.
func (e Clock) String() string { return string(whole(nil, e)) }
