package scalar

// Clock is a value that is fixed per epoch: CURRENT_TIMESTAMP, LOCALTIMESTAMP, CURRENT_DATE. T says which form.
type Clock struct{ Node }

// String implements Expr.
func (e Clock) String() string { return printed(e) }

func (Clock) operands() []Expr   { return nil }
func (e Clock) with([]Expr) Expr { return e }
func (Clock) reads() Reads       { return ReadsClock }

func (e Clock) text(b []byte, _ func([]byte, Expr) []byte) []byte {
	return append(append(b, "clock:"...), e.T.Nullable().String()...)
}
