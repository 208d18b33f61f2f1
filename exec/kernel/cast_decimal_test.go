package kernel

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// TestDecimalToDoubleIsNearest: a DECIMAL becomes the DOUBLE that its text does, whatever its precision and scale.
func TestDecimalToDoubleIsNearest(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 2))
	faults := 0
	for range 5000 {
		p := 1 + r.Int32N(38)
		typ := sqltype.DecimalType(p, r.Int32N(p+1))
		v := vec.I128{r.Uint64(), r.Uint64()}
		if r.IntN(2) == 0 {
			v = vec.I128Of(int64(r.Uint64() >> r.UintN(63)))
		}
		for !v.FitsDigits(int(p)) {
			v, _ = v.QuoRem(vec.Pow10(1 + r.IntN(3)))
		}
		var value any = v
		if p <= 18 {
			value, _ = v.Int64()
		}
		text := string(v.AppendDecimal(nil, int(typ.S)))
		want, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatal(err)
		}
		cast, err := NewCast(typ, sqltype.DoubleType, false)
		if err != nil {
			t.Fatal(err)
		}
		out := &vec.Vec{Type: sqltype.DoubleType, Len: 1}
		if rowErr := cast(out, []*vec.Vec{vec.Make(typ, value)}, nil); rowErr != nil {
			t.Fatal(rowErr)
		}
		if got := vec.Of[float64](out)[0]; got != want {
			if faults++; faults < 4 {
				t.Errorf("CAST(%s AS DOUBLE) from %s is %v, want %v", text, typ, got, want)
			}
		}
	}
	if faults > 0 {
		t.Errorf("%d of 5000 are not nearest", faults)
	}
}
