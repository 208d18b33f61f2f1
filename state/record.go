package state

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/klauspost/compress/s2"

	"streamsql/internal/rowkey"
	"streamsql/internal/vec"
)

// payload turns a block into the bytes of a rows section: row index, then a compressed Arrow stream. raw is a reused
// buffer. from and to are the key groups of the rows.
func (b *block) payload(raw *bytes.Buffer, from, to int) (data []byte, rawBytes int, err error) {
	raw.Reset()
	w := ipc.NewWriter(raw, ipc.WithSchema(b.shape.arrow))
	rec := b.record()
	if err = w.Write(rec); err == nil {
		err = w.Close()
	}
	rec.Release()
	if err != nil {
		return nil, 0, err
	}
	for _, n := range b.count[from:to] {
		data = binary.AppendUvarint(data, uint64(n))
	}
	at := len(data)
	data = append(data, make([]byte, s2.MaxEncodedLen(raw.Len()))...)
	return data[:at+len(s2.Encode(data[at:], raw.Bytes()))], raw.Len(), nil
}

// record is the block as an Arrow record that shares its memory.
func (b *block) record() arrow.Record {
	var cols []arrow.Array
	add := func(bufs ...[]byte) {
		cols = append(cols, arrayOf(b.shape.arrow.Field(len(cols)).Type, b.n, bufs...))
	}
	if b.shape.schema.kind.byTime {
		add(vec.AsBytes(b.pane))
	}
	add(b.dead)
	switch b.shape.layout {
	case rowkey.W8:
		add(vec.AsBytes(b.keys.W8))
	case rowkey.W16:
		add(vec.AsBytes(b.keys.W16))
	default:
		add(vec.AsBytes(b.keys.Off), b.keys.Bytes)
	}
	for i := range b.cols {
		switch c := &b.cols[i]; {
		case b.shape.isText(i):
			add(vec.AsBytes(c.off), c.text)
		case c.width > 0:
			add(c.fixed)
		}
	}
	return array.NewRecord(b.shape.arrow, cols, int64(b.n))
}

// arrayOf wraps buffers as an Arrow array without NULLs.
func arrayOf(t arrow.DataType, n int, bufs ...[]byte) arrow.Array {
	wrapped := make([]*memory.Buffer, 1, 3)
	for _, b := range bufs {
		wrapped = append(wrapped, memory.NewBufferBytes(b))
	}
	return array.MakeFromData(array.NewData(t, n, wrapped, nil, 0, 0))
}

var errBlock = errors.New("its content does not fit its description")

// parse makes b the rows of a section whose checksum was verified: bytes that nobody wrote never come here, because
// lengths inside them could make Arrow ask for memory that ends the process. The block borrows its memory from Arrow; a
// panic becomes an error.
func (b *block) parse(data []byte, s *section) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", errBlock, r)
		}
	}()
	data, err = b.index(data, s)
	if err != nil {
		return err
	}
	n, err := s2.DecodedLen(data)
	if err != nil {
		return err
	}
	// Compared before memory is taken for it.
	if int64(n) != s.Raw {
		return errBlock
	}
	raw, err := s2.Decode(nil, data)
	if err != nil {
		return err
	}
	r, err := ipc.NewReader(bytes.NewReader(raw), ipc.WithSchema(b.shape.arrow))
	if err != nil {
		return err
	}
	if !r.Next() {
		return errors.Join(errBlock, r.Err())
	}
	return b.adopt(r.Record())
}

// index reads the row index.
func (b *block) index(data []byte, s *section) ([]byte, error) {
	clear(b.count[:])
	total := uint64(0)
	for g := s.From; g < s.To; g++ {
		v, n := binary.Uvarint(data)
		if n <= 0 || v > uint64(s.Rows) {
			return nil, errBlock
		}
		b.count[g] = uint32(v)
		total += v
		data = data[n:]
	}
	if total != uint64(s.Rows) {
		return nil, errBlock
	}
	b.n = int(s.Rows)
	return data, nil
}

// adopt points the block at the columns of a record.
func (b *block) adopt(rec arrow.Record) error {
	if rec.NumRows() != int64(b.n) || int(rec.NumCols()) != len(b.shape.arrow.Fields()) {
		return errBlock
	}
	next := 0
	take := func() arrow.ArrayData {
		next++
		return rec.Column(next - 1).Data()
	}
	b.pane = nil
	if b.shape.schema.kind.byTime {
		b.pane = vec.Cast[int64](fixedOf(take(), 8))
	}
	b.dead = fixedOf(take(), 1)
	b.keys = rowkey.Keys{Layout: b.shape.layout, N: b.n}
	switch b.shape.layout {
	case rowkey.W8:
		b.keys.W8 = vec.Cast[uint64](fixedOf(take(), 8))
	case rowkey.W16:
		b.keys.W16 = vec.Cast[[2]uint64](fixedOf(take(), 16))
	default:
		off, text := textOf(take())
		b.keys.Off, b.keys.Bytes = vec.Cast[uint32](vec.AsBytes(off)), text
	}
	for i := range b.cols {
		c := &b.cols[i]
		*c = cells{width: b.shape.widths[i]}
		switch {
		case b.shape.isText(i):
			c.off, c.text = textOf(take())
		case c.width > 0:
			c.fixed = fixedOf(take(), c.width)
		}
	}
	return nil
}

// fixedOf is the values of a fixed-width array; parse turns the panic into an error.
func fixedOf(d arrow.ArrayData, width int) []byte {
	if d.Len() == 0 {
		return nil
	}
	return d.Buffers()[1].Bytes()[:d.Len()*width]
}

// textOf is the offsets and bytes of a binary array, checked.
func textOf(d arrow.ArrayData) ([]int32, []byte) {
	if d.Len() == 0 {
		return []int32{0}, nil
	}
	off := vec.Cast[int32](d.Buffers()[1].Bytes())[:d.Len()+1]
	var text []byte
	if buf := d.Buffers()[2]; buf != nil {
		text = buf.Bytes()
	}
	last := int32(0)
	for _, o := range off {
		if o < last {
			panic("offsets descend")
		}
		last = o
	}
	return off, text[:last]
}
