package state

import (
	"github.com/apache/arrow/go/v15/arrow"

	"streamsql/internal/rowkey"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// shape is how rows of one container are laid out in blocks and Arrow records. It holds scratch: one per goroutine.
type shape struct {
	schema   schema
	layout   rowkey.Layout
	enc      *rowkey.Encoder
	widths   []int // of the value columns; 0 = strings, or nothing at all (a column of type NULL)
	rowBytes int   // fixed bytes per row
	arrow    *arrow.Schema

	// Placement when trailing key columns play no part in it (Decl.Extra).
	place *rowkey.Encoder
	cols  []*vec.Vec
	keys  rowkey.Keys
}

func newShape(d schema) *shape {
	s := &shape{schema: d, enc: rowkey.NewEncoder(d.Key), widths: make([]int, len(d.Values))}
	s.layout = s.enc.Layout()
	s.rowBytes = [...]int{8, 16, 4}[s.layout] + 1
	fields := []arrow.Field{{Name: "$dead", Type: arrow.PrimitiveTypes.Uint8}, {Name: "$key", Type: keyArrow(s.layout)}}
	if d.kind.byTime {
		fields = append([]arrow.Field{{Name: "$pane", Type: arrow.PrimitiveTypes.Int64}}, fields...)
		s.rowBytes += 8
	}
	for i, c := range d.Values {
		col := newCol(c)
		s.widths[i] = col.width
		s.rowBytes += max(col.width, 4)
		if at := storedArrow(c.Type); at != nil {
			fields = append(fields, arrow.Field{Name: c.Name, Type: at})
		}
	}
	s.arrow = arrow.NewSchema(fields, nil)
	if d.Extra > 0 {
		s.place = rowkey.NewEncoder(d.Key[:len(d.Key)-d.Extra])
		s.cols = make([]*vec.Vec, len(d.Key))
		for i := range s.cols {
			s.cols[i] = &vec.Vec{}
		}
	}
	return s
}

// isText reports whether value column i holds strings.
func (s *shape) isText(i int) bool { return s.schema.Values[i].Type.Phys() == sqltype.PhysBytes }

// placement is the hashes that decide the key groups of keys.
func (s *shape) placement(k *rowkey.Keys) []uint64 {
	if s.place == nil {
		return k.Hash
	}
	s.enc.Decode(k, s.cols)
	s.place.Encode(s.cols[:len(s.cols)-s.schema.Extra], k.N, &s.keys)
	return s.keys.Hash
}

func keyArrow(l rowkey.Layout) arrow.DataType {
	switch l {
	case rowkey.W8:
		return arrow.PrimitiveTypes.Uint64
	case rowkey.W16:
		return &arrow.FixedSizeBinaryType{ByteWidth: 16}
	}
	return arrow.BinaryTypes.Binary
}

// storedArrow is the Arrow type in which values are kept in state files; nil when there are none.
func storedArrow(t sqltype.Type) arrow.DataType {
	switch t.Phys() {
	case sqltype.PhysBool:
		return arrow.PrimitiveTypes.Uint8
	case sqltype.PhysI8:
		return arrow.PrimitiveTypes.Int8
	case sqltype.PhysI16:
		return arrow.PrimitiveTypes.Int16
	case sqltype.PhysI32:
		return arrow.PrimitiveTypes.Int32
	case sqltype.PhysI64:
		return arrow.PrimitiveTypes.Int64
	case sqltype.PhysF32:
		return arrow.PrimitiveTypes.Float32
	case sqltype.PhysF64:
		return arrow.PrimitiveTypes.Float64
	case sqltype.PhysI128:
		return &arrow.FixedSizeBinaryType{ByteWidth: 16}
	case sqltype.PhysBytes:
		return arrow.BinaryTypes.Binary
	}
	return nil
}
