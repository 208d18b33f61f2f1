package columns

import (
	"math"
	"strconv"
	"unicode/utf8"

	"streamsql/internal/diag"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// Fault is why a column cannot hold a value; the zero Fault means that it can.
type Fault struct {
	Code diag.Code
	Msg  string
}

// Odd is the position that the fast scans give for what they do not know: less usual forms, and faults.
const Odd = -1

// shown is how many bytes of a value a message shows.
const shown = 60

// Quote shows bytes of the input, escaped and cut.
func Quote[T string | []byte](b T) string {
	if len(b) > shown {
		return strconv.Quote(string(b[:shown])) + "…"
	}
	return strconv.Quote(string(b))
}

// Declared names the column and its type, as a clause of a message.
func (c *Column) Declared() string {
	return "column " + Quote(c.Name) + " is " + c.Type.Nullable().String()
}

func (c *Column) outOfRange(text []byte) Fault {
	return Fault{diag.FieldRange, Quote(text) + " does not fit, as " + c.Declared()}
}

// Null stores a NULL, which a NOT NULL column refuses.
func (c *Column) Null(row int) Fault {
	if c.NotNull {
		return Fault{diag.FieldNull, "column " + Quote(c.Name) + " is NOT NULL"}
	}
	if c.Keep {
		c.SetNull(row)
	}
	return Fault{}
}

// Integer stores a number in an integer column: 1.0 and 1e3 are whole.
func (c *Column) Integer(row int, number []byte) Fault {
	n := exactly(number, c.scratch)
	c.scratch = n.digits
	v, whole, fits := n.int64()
	if !whole {
		return Fault{diag.FieldRange, Quote(number) + " is not a whole number, but " + c.Declared()}
	}
	if !fits || v < c.Least || v > c.Most {
		return c.outOfRange(number)
	}
	if c.Keep {
		c.PutInt(row, v)
	}
	return Fault{}
}

// Decimal stores a number in a DECIMAL column, without losing a digit.
func (c *Column) Decimal(row int, number []byte) Fault {
	n := exactly(number, c.scratch)
	c.scratch = n.digits
	v, exact, fits := n.unscaled(int(c.Type.P), int(c.Type.S))
	if !fits {
		return c.outOfRange(number)
	}
	if !exact {
		return Fault{diag.FieldRange, Quote(number) + " has too many digits after the point, as " + c.Declared()}
	}
	switch {
	case !c.Keep:
	case c.Kind == KindDecimal:
		c.I64[row], _ = v.Int64()
	default:
		vec.Of[vec.I128](c.out)[row] = v
	}
	return Fault{}
}

// Approximate stores the nearest FLOAT or DOUBLE of a number.
func (c *Column) Approximate(row int, number []byte) Fault {
	size := 64
	if c.Kind == KindFloat {
		size = 32
	}
	v, err := strconv.ParseFloat(string(number), size)
	if err != nil {
		return c.outOfRange(number)
	}
	c.PutFloat(row, v)
	return Fault{}
}

// SpecialFloat reads the words for what is not a number.
func SpecialFloat(text []byte) (v float64, ok bool) {
	switch string(text) {
	case "NaN":
		return math.NaN(), true
	case "Infinity":
		return math.Inf(1), true
	case "-Infinity":
		return math.Inf(-1), true
	}
	return 0, false
}

// PutFloat stores a value in a FLOAT or DOUBLE column, if it is delivered.
func (c *Column) PutFloat(row int, v float64) {
	switch {
	case !c.Keep:
	case c.Kind == KindFloat:
		vec.Of[float32](c.out)[row] = float32(v)
	default:
		c.F64[row] = v
	}
}

// PutBool stores a value in a BOOLEAN column, if it is delivered. The storage begins as FALSE.
func (c *Column) PutBool(row int, v bool) {
	if c.Keep && v {
		c.out.Bits().Set(row)
	}
}

// Text stores a text, which must be UTF-8 already.
func (c *Column) Text(row int, text []byte) Fault {
	if len(text) > c.MaxBytes && utf8.RuneCount(text) > int(c.Type.P) {
		return Fault{diag.FieldRange, "the text " + Quote(text) + " is too long, as " + c.Declared()}
	}
	if c.Keep {
		c.PutText(row, text)
	}
	return Fault{}
}

// Datetime stores the text of a day or an instant, of any accepted form.
func (c *Column) Datetime(row int, text []byte) Fault {
	var v int64
	var msg string
	if c.Kind == KindDate {
		ok := false
		if len(text) == 10 {
			v, ok = date(text)
		}
		if !ok {
			msg = "is not a date like 2026-01-01"
		}
	} else {
		v, msg = timestamp(text, c.Type.Kind == sqltype.TimestampLTZ, c.unit)
	}
	switch {
	case msg != "":
		return Fault{diag.FieldMalformed, Quote(text) + " " + msg + " (column " + Quote(c.Name) + ")"}
	case !c.Keep:
	case c.Kind == KindDate:
		vec.Of[int32](c.out)[row] = int32(v)
	default:
		c.I64[row] = v
	}
	return Fault{}
}
