package datagen

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"

	"streamsql/internal/option"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/sources/generator"
)

// column makes the values of one column.
type column struct {
	typ      sqltype.Type
	key      generator.Key
	sequence bool
	start    int64 // of a sequence

	least  int64  // integers, and decimals of up to 18 digits: unscaled
	range1 uint64 // how many values there are; 0: all 64 bits
	low    vec.I128
	range2 vec.I128 // the same for greater decimals
	scale  int64    // what an integer of a sequence is multiplied with, for small decimals
	from   float64  // FLOAT, DOUBLE
	to     float64

	length int // of a text
	varies bool
	past   uint64 // milliseconds, with both ends: 1 is none

	nulls    generator.Key
	nullRate uint64 // NULL where a random number is below; 0: never
}

// defaultLength is that of a STRING, as in Flink.
const defaultLength = 100

// longest is the longest text, the greatest that a chunk of rows has room for with the offsets of a column.
const longest = 1 << 17

// parser checks the options of one column.
type parser struct {
	v        option.Values
	f        sqltype.Field
	problems []option.Problem
}

func newColumn(table string, v option.Values, f sqltype.Field) (column, []option.Problem) {
	p := &parser{v: v, f: f}
	c := column{
		typ: f.Type, key: generator.NewKey(v.Int(keySeed), table, f.Name),
		nulls: generator.NewKey(v.Int(keySeed), table, f.Name, "NULL"),
	}
	if c.sequence = v.String(key(keyKind, f.Name)) == sequence; c.sequence {
		p.foreign("a sequence", keyStart, keyEnd)
		p.sequence(&c)
		return c, p.problems
	}
	switch t := f.Type; {
	case t.IsInteger():
		p.foreign("random integers", keyMin, keyMax, keyNulls)
		p.integers(&c)
	case t.IsApprox():
		p.foreign("random numbers", keyMin, keyMax, keyNulls)
		p.floats(&c)
	case t.Kind == sqltype.Decimal:
		p.foreign("random numbers", keyMin, keyMax, keyNulls)
		p.decimals(&c)
	case t.IsString():
		p.foreign("random texts", keyLength, keyVaries, keyNulls)
		p.texts(&c)
	case t.IsTimestamp():
		p.foreign("timestamps", keyPast, keyNulls)
		c.past = uint64(v.Duration(key(keyPast, f.Name)).Milliseconds()) + 1
	default:
		p.foreign(f.Type.Nullable().String()+" columns", keyNulls)
	}
	p.nulls(&c)
	return c, p.problems
}

func (p *parser) fault(k, hint, format string, args ...any) {
	p.problems = append(p.problems, option.Problem{
		Key: key(k, p.f.Name), Msg: fmt.Sprintf("option %q: ", key(k, p.f.Name)) + fmt.Sprintf(format, args...), Hint: hint,
	})
}

// foreign refuses options that have no meaning for the column: a mistyped kind, or another column's.
func (p *parser) foreign(what string, allowed ...string) {
	for _, k := range fieldKeys {
		if k != keyKind && p.v.Given(key(k, p.f.Name)) && !slices.Contains(allowed, k) {
			hint := "leave it out"
			if k == keyStart || k == keyEnd {
				hint = fmt.Sprintf("it belongs to '%s' = '%s'", key(keyKind, p.f.Name), sequence)
			}
			p.fault(k, hint, "it has no meaning for %s", what)
		}
	}
}

// sequence reads start and end.
func (p *parser) sequence(c *column) {
	t := p.f.Type
	if !t.IsNumeric() && !t.IsString() {
		p.fault(keyKind, "sequences are numbers or texts of numbers", "%s columns have no sequence", t.Nullable())
		return
	}
	start, ok := p.bound(keyStart)
	end, ok2 := p.bound(keyEnd)
	if !ok || !ok2 {
		return
	}
	if start > end {
		p.fault(keyEnd, fmt.Sprintf("let it be at least %d", start), "%d is before the start, %d", end, start)
		return
	}
	for i, n := range []int64{start, end} {
		if !holds(t, n) {
			p.fault([]string{keyStart, keyEnd}[i], "", "%d does not fit %s", n, t.Nullable())
		}
	}
	c.start, c.scale = start, 1
	if t.Kind == sqltype.Decimal && t.P <= 18 {
		c.scale = vec.Pow10Int64(int(t.S))
	}
}

// bound reads one end of a sequence.
func (p *parser) bound(k string) (int64, bool) {
	text, given := p.v.Raw(key(k, p.f.Name))
	if !given {
		p.problems = append(p.problems, option.Problem{Key: key(k, p.f.Name),
			Msg:  fmt.Sprintf("option %q is required for a sequence", key(k, p.f.Name)),
			Hint: "a sequence has a start and an end"})
		return 0, false
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		p.fault(k, "", "%q is not a valid integer", text)
	}
	return n, err == nil
}

// holds reports whether a column can hold an integer.
func holds(t sqltype.Type, n int64) bool {
	switch {
	case t.IsInteger():
		least, most := limits(t)
		return least <= n && n <= most
	case t.Kind == sqltype.Decimal:
		return vec.I128Of(n).FitsDigits(int(t.P - t.S))
	case t.IsString():
		return len(strconv.FormatInt(n, 10)) <= int(t.P)
	}
	return true
}

// limits are the least and the greatest value of an integer type.
func limits(t sqltype.Type) (least, most int64) {
	bits := 8 * t.Phys().Width()
	return -1 << (bits - 1), 1<<(bits-1) - 1
}

// integers reads min and max of an integer column; by default it takes all values of its type.
func (p *parser) integers(c *column) {
	least, most := limits(p.f.Type)
	read := func(k string, unset int64) int64 {
		text, given := p.v.Raw(key(k, p.f.Name))
		if !given {
			return unset
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < least || n > most {
			p.fault(k, "", "%q is not a valid %s", text, p.f.Type.Nullable())
			return unset
		}
		return n
	}
	lo, hi := read(keyMin, least), read(keyMax, most)
	if p.ordered(lo <= hi) {
		c.least, c.range1 = lo, uint64(hi)-uint64(lo)+1
	}
}

// ordered refuses a least value above the greatest.
func (p *parser) ordered(ok bool) bool {
	if ok {
		return true
	}
	k, other := keyMin, keyMax
	if !p.v.Given(key(k, p.f.Name)) {
		k, other = keyMax, keyMin
	}
	bound := "the default"
	if text, given := p.v.Raw(key(other, p.f.Name)); given {
		bound = text
	}
	text, _ := p.v.Raw(key(k, p.f.Name))
	p.fault(k, "let min be no greater than max", "%s and %s, %s, leave no value between them", text,
		key(other, p.f.Name), bound)
	return false
}

// floats reads min and max of FLOAT and DOUBLE; by default they are positive, as in Flink.
func (p *parser) floats(c *column) {
	bits, most := 64, math.MaxFloat64
	if p.f.Type.Kind == sqltype.Float {
		bits, most = 32, math.MaxFloat32
	}
	read := func(k string, unset float64) float64 {
		text, given := p.v.Raw(key(k, p.f.Name))
		if !given {
			return unset
		}
		x, err := strconv.ParseFloat(text, bits)
		if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
			p.fault(k, "", "%q is not a valid %s", text, p.f.Type.Nullable())
			return unset
		}
		return x
	}
	lo, hi := read(keyMin, 0), read(keyMax, most)
	if p.ordered(lo <= hi) {
		c.from, c.to = lo, hi
	}
}

// decimals reads min and max of a DECIMAL; by default they are positive, as in Flink.
func (p *parser) decimals(c *column) {
	t := p.f.Type
	one := vec.I128Of(1)
	most, _ := vec.Pow10(int(t.P)).Sub(one)
	read := func(k string, unset vec.I128) vec.I128 {
		text, given := p.v.Raw(key(k, p.f.Name))
		if !given {
			return unset
		}
		x, ok := vec.ParseDecimal([]byte(text), int(t.P), int(t.S))
		if !ok {
			p.fault(k, "", "%q is not a valid %s", text, t.Nullable())
			return unset
		}
		return x
	}
	lo, hi := read(keyMin, vec.I128{}), read(keyMax, most)
	if !p.ordered(lo.Cmp(hi) <= 0) {
		return
	}
	size, _ := hi.Sub(lo)
	size, _ = size.Add(one)
	c.low, c.range2 = lo, size
	if t.P <= 18 {
		c.least, _ = lo.Int64()
		c.range1 = size.Lo()
	}
}

// texts reads length and var-len. A declared length is the greatest; CHAR(n) has no other.
func (p *parser) texts(c *column) {
	t := p.f.Type
	c.length = defaultLength
	if t.P != sqltype.MaxLength {
		c.length = int(t.P)
	}
	k := key(keyLength, p.f.Name)
	if p.v.Given(k) {
		n := p.v.Int(k)
		switch {
		case n > int64(t.P):
			p.fault(keyLength, "", "%d is more than %s holds", n, t.Nullable())
		case t.Kind == sqltype.Char && n != int64(t.P):
			p.fault(keyLength, "leave it out, or declare a STRING", "a text of %s always has its length", t.Nullable())
		}
		c.length = int(n)
	}
	if c.length > longest {
		p.problems = append(p.problems, option.Problem{Key: k, Column: p.f.Name,
			Msg:  fmt.Sprintf("column %q: a random text has at most %d characters", p.f.Name, longest),
			Hint: fmt.Sprintf("set '%s', or declare a shorter column", k)})
	}
	if c.varies = p.v.Bool(key(keyVaries, p.f.Name)); c.varies && t.Kind == sqltype.Char {
		p.fault(keyVaries, "leave it out, or declare a STRING", "a text of %s always has its length", t.Nullable())
	}
}

// nulls reads null-rate.
func (p *parser) nulls(c *column) {
	text := p.v.String(key(keyNulls, p.f.Name))
	rate, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil || !(rate >= 0 && rate <= 1):
		p.fault(keyNulls, "", "%q is not a proportion from 0 to 1", text)
	case rate > 0 && p.f.Type.NotNull:
		p.fault(keyNulls, "leave it out, or declare the column without NOT NULL", "the column is NOT NULL")
	case rate == 1:
		c.nullRate = math.MaxUint64
	default:
		c.nullRate, _ = new(big.Float).SetMantExp(big.NewFloat(rate), 64).Uint64()
	}
}
