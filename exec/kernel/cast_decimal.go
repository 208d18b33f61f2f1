package kernel

import (
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// Up to these a DECIMAL is the quotient of two exact floats, which division rounds once.
const (
	exactUnscaled = 1 << 53
	exactScale    = 22
)

// decimalToFloat gives the nearest DOUBLE, and for FLOAT that DOUBLE rounded, as Flink.
func decimalToFloat(out, x *vec.Vec, _ vec.Bitmap, _ func(int) *RowError) *RowError {
	var wide []vec.I128
	col := decimals(x, &wide)
	scale := int(x.Type.S)
	unit := 1.0
	for range min(scale, exactScale) {
		unit = float64(unit * 10)
	}
	var text []byte
	f32, f64 := vec.Of[float32](out), vec.Of[float64](out)
	for i := range out.Len {
		var v float64
		d := col.at(i)
		if n, ok := d.Int64(); ok && scale <= exactScale && n >= -exactUnscaled && n <= exactUnscaled {
			v = float64(n) / unit
		} else {
			text = d.AppendDecimal(text[:0], scale)
			v, _ = parseFloat(text, 64) // always a number, and in range
		}
		if out.Type.Kind == sqltype.Float {
			f32[i] = float32(v)
		} else {
			f64[i] = v
		}
	}
	return nil
}
