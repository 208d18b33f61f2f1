package op

import (
	"fmt"
	"math/rand/v2"

	"streamsql/internal/clock"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

// lent is a batch as a trial hands it out. Its buffers are its own, so that they can be spoiled afterwards.
type lent struct {
	*zset.Batch
	base []*vec.Vec // what sliced columns are cut from
}

// dress writes rows down as a batch.
func (l looks) dress(port int, schema sqltype.Schema, rows []arrival, r *rand.Rand) lent {
	plain := make([]tuple, len(rows))
	for i, a := range rows {
		plain[i] = a.tuple
	}
	out := lent{Batch: batchOf(schema, plain)}
	b := out.Batch
	if l&weighted != 0 && b.Weights == nil {
		for range rows {
			b.Weights = append(b.Weights, 1)
		}
	}
	for k, f := range schema {
		v := b.Cols[k]
		if l&noisy != 0 {
			noise(v)
		}
		switch {
		case l&coding != 0 && f.Type.IsString() && len(rows) > 0:
			v = coded(r, v)
			if l&noisy != 0 {
				noise(v)
			}
		case l&sliced != 0 && len(rows) > 0:
			longer := vec.New(v.Type, 0)
			ends := []int32{0, 0, int32(len(rows) - 1)}
			vec.AppendRows(longer, v, ends)
			vec.Append(longer, v)
			vec.AppendRows(longer, v, ends)
			out.base = append(out.base, longer)
			v = vec.Slice(longer, len(ends), len(ends)+len(rows))
		}
		if l&valid != 0 {
			v.MakeValid()
		}
		b.Cols[k] = v
	}
	if l&placed != 0 {
		b.Origin = &zset.Origin{
			Table: fmt.Sprint("port", port), Partition: "p",
			Offset: func(row int) string { return fmt.Sprintf("port%d row %d", port, row) },
			Raw:    func(row int) []byte { return fmt.Appendf(nil, "{raw %d}", row) },
		}
		for _, a := range rows {
			b.Rows = append(b.Rows, int32(a.id))
		}
	}
	l.mark(b, rows)
	return out
}

// mark fills Behind where a row of the batch carries a watermark.
func (l looks) mark(b *zset.Batch, rows []arrival) {
	needed := l&watermarked != 0
	for _, a := range rows {
		needed = needed || (a.behind != nil && *a.behind != int64(clock.Min))
	}
	if !needed {
		return
	}
	for _, a := range rows {
		w := clock.Min
		if a.behind != nil {
			w = clock.EventTime(*a.behind)
		}
		b.Behind = append(b.Behind, w)
	}
}

// noise puts under each NULL a value that would be seen if it were looked at: no window holds it, and sums overflow.
func noise(v *vec.Vec) {
	for i := range v.Codes { // of a dictionary: any entry
		if !v.Valid.Get(i) {
			v.Codes[i] = int32(v.Dict.Len - 1)
		}
	}
	width := v.Type.Phys().Width()
	if v.Valid == nil || width < 2 {
		return
	}
	for i := range v.Len {
		if !v.Valid.Get(i) {
			value := v.Fixed[i*width : (i+1)*width]
			for k := range value {
				value[k] = 0xff
			}
			value[width-1] = 0x7f
		}
	}
}

// spoil overwrites everything that was lent: who kept it computes nonsense from now on.
func (l lent) spoil() {
	for _, v := range append(l.base, l.Cols...) {
		spoilVec(v)
	}
	for i := range l.Weights {
		l.Weights[i] = 1 << 40
	}
	for i := range l.Rows {
		l.Rows[i] = -1
	}
	for i := range l.Behind {
		l.Behind[i] = clock.Max
	}
}

func spoilVec(v *vec.Vec) {
	for i := range v.Fixed {
		v.Fixed[i] = 0xa5
	}
	for i := range v.Bytes {
		v.Bytes[i] = '#'
	}
	for i := range v.Codes {
		v.Codes[i] = 0
	}
	if v.Dict != nil {
		spoilVec(v.Dict)
	}
}

// sound reports what is wrong with an emitted batch.
func sound(b *zset.Batch, schema sqltype.Schema) error {
	if len(b.Cols) != len(schema) || len(b.Schema) != len(schema) {
		return fmt.Errorf("a batch of %d columns with schema %s, declared is %s", len(b.Cols), b.Schema, schema)
	}
	for k, c := range b.Cols {
		f := schema[k]
		if c.Len != b.N || c.Type.Phys() != f.Type.Phys() || b.Schema[k].Name != f.Name {
			return fmt.Errorf("column %s: %d rows of %s in a batch of %d rows of %s", b.Schema[k].Name, c.Len, c.Type, b.N,
				f.Type)
		}
		if c.Shape == vec.Const {
			return fmt.Errorf("column %s is a constant outside of expressions", f.Name)
		}
		if f.Type.NotNull {
			for i := range b.N {
				if c.IsNull(i) {
					return fmt.Errorf("column %s of type %s is NULL in row %d", f.Name, f.Type, i)
				}
			}
		}
	}
	for _, n := range []int{len(b.Weights), len(b.Rows), len(b.Behind)} {
		if n != 0 && n != b.N {
			return fmt.Errorf("%d weights, %d places, %d watermarks in a batch of %d rows", len(b.Weights), len(b.Rows),
				len(b.Behind), b.N)
		}
	}
	for i, w := range b.Weights {
		if w == 0 {
			return fmt.Errorf("row %d has weight 0", i)
		}
	}
	return nil
}
