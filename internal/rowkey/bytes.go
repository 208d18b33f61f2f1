package rowkey

import (
	"encoding/binary"
	"math"

	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// packBytes fills Off and Bytes of layout Var.
func (e *Encoder) packBytes(n int, out *Keys) {
	e.measure(n, out)
	off, buf := out.Off, out.Bytes
	e.pos = vec.Resize(e.pos, n)
	for i := range n {
		h := off[i]
		clear(buf[h : h+uint32(e.header)])
		e.pos[i] = h + uint32(e.header)
	}
	for i := range e.cols {
		c, v := &e.cols[i], e.view[i]
		if c.nullable && (v.Valid != nil || c.phys == sqltype.PhysNone) {
			for r := range n {
				if c.phys == sqltype.PhysNone || !v.Valid.Get(r) {
					buf[off[r]+uint32(c.nullAt)] |= c.nullBit
				}
			}
		}
		if c.phys == sqltype.PhysBytes {
			e.putStrings(c, v, off[:n], buf)
			continue
		}
		putFixed(c, v, off[:n], buf)
	}
}

// measure computes the offsets and gives Bytes their room.
func (e *Encoder) measure(n int, out *Keys) {
	size := out.Off[1:]
	for i := range size {
		size[i] = uint32(e.header)
	}
	for i := range e.cols {
		if e.cols[i].phys != sqltype.PhysBytes {
			continue
		}
		v := e.view[i]
		so := v.Off
		if v.Shape == vec.Dict {
			so = v.Dict.Off
		}
		for r := range n {
			if !v.Valid.Get(r) {
				continue
			}
			at := r
			if v.Shape == vec.Dict {
				at = int(v.Codes[r])
			}
			size[r] += uint32(so[at+1] - so[at])
		}
	}
	total := uint64(0)
	for i, s := range size {
		total += uint64(s)
		size[i] = uint32(total)
	}
	if total > math.MaxUint32 {
		panic("rowkey: keys of one batch beyond 4 GiB") // batches are cut long before
	}
	out.Bytes = vec.Resize(out.Bytes, int(total))
}

// putStrings appends one string per row at pos; NULL has none.
func (e *Encoder) putStrings(c *column, v *vec.Vec, off []uint32, buf []byte) {
	from, so := v.Bytes, v.Off
	if v.Shape == vec.Dict {
		from, so = v.Dict.Bytes, v.Dict.Off
	}
	for r, h := range off {
		if !v.Valid.Get(r) {
			continue
		}
		at := r
		if v.Shape == vec.Dict {
			at = int(v.Codes[r])
		}
		s := from[so[at]:so[at+1]]
		p := e.pos[r]
		copy(buf[p:], s)
		e.pos[r] = p + uint32(len(s))
		if !c.last {
			binary.LittleEndian.PutUint32(buf[h+uint32(c.at):], uint32(len(s)))
		}
	}
}

// isNull reports whether the key at h has NULL in column c.
func (c *column) isNull(buf []byte, h uint32) bool {
	return c.nullable && buf[h+uint32(c.nullAt)]&c.nullBit != 0
}

// text finds the string of column c of row r, whose key begins at h, and steps pos over it.
func (e *Encoder) text(c *column, buf []byte, r int, h, end uint32) []byte {
	p := e.pos[r]
	q := end
	if !c.last {
		q = p + binary.LittleEndian.Uint32(buf[h+uint32(c.at):])
	}
	e.pos[r] = q
	return buf[p:q]
}

// unpackBytes is the inverse of packBytes.
func (e *Encoder) unpackBytes(k *Keys, out []*vec.Vec) {
	e.begin(k)
	off, buf := k.Off, k.Bytes
	for i := range e.cols {
		c, v := &e.cols[i], out[i]
		v.Reset(c.typ, k.N)
		for r := range k.N {
			h := off[r]
			if c.isNull(buf, h) {
				v.MakeValid().Clear(r)
			}
			if c.phys == sqltype.PhysBytes {
				v.Bytes = append(v.Bytes, e.text(c, buf, r, h, off[r+1])...)
				v.Off[r+1] = int32(len(v.Bytes))
				continue
			}
			from := buf[h+uint32(c.at):]
			if c.phys == sqltype.PhysBool {
				if from[0] != 0 {
					v.Bits().Set(r)
				}
				continue
			}
			w := c.phys.Width()
			copy(v.Fixed[r*w:r*w+w], from)
		}
	}
}

// begin puts pos at the first string of every key.
func (e *Encoder) begin(k *Keys) {
	e.pos = vec.Resize(e.pos, k.N)
	for i := range e.pos {
		e.pos[i] = k.Off[i] + uint32(e.header)
	}
}

// hashKeyBytes hashes keys of layout Var, column by column.
func (e *Encoder) hashKeyBytes(k *Keys) {
	if len(e.cols) == 1 && e.texts == 1 {
		e.hashText(k)
		return
	}
	e.begin(k)
	for i := range k.Hash {
		k.Hash[i] = hashStart
	}
	for i := range e.cols {
		if c := &e.cols[i]; c.phys == sqltype.PhysBytes {
			e.hashStrings(c, k)
		} else {
			e.hashFixed(c, k)
		}
	}
}

// hashStrings adds a string column to the hashes.
func (e *Encoder) hashStrings(c *column, k *Keys) {
	for r, h := range k.Hash {
		at := k.Off[r]
		s := e.text(c, k.Bytes, r, at, k.Off[r+1])
		if c.isNull(k.Bytes, at) {
			k.Hash[r] = step(h, hashNull)
			continue
		}
		k.Hash[r] = step(h, hashBytes(s))
	}
}

// hashText hashes keys of one string column.
func (e *Encoder) hashText(k *Keys) {
	c := &e.cols[0]
	skip := uint32(e.header)
	for r := range k.Hash {
		if c.isNull(k.Bytes, k.Off[r]) {
			k.Hash[r] = step(hashStart, hashNull)
			continue
		}
		k.Hash[r] = step(hashStart, hashBytes(k.Bytes[k.Off[r]+skip:k.Off[r+1]]))
	}
}

// hashCodes hashes a dictionary once per entry.
func (e *Encoder) hashCodes(v *vec.Vec, out []uint64) {
	e.code = vec.Resize(e.code, v.Dict.Len)
	for i := range e.code {
		e.code[i] = step(hashStart, hashBytes(v.Dict.Str(i)))
	}
	for r := range out {
		if !v.Valid.Get(r) {
			out[r] = step(hashStart, hashNull)
			continue
		}
		out[r] = e.code[v.Codes[r]]
	}
}

// Rehash computes the hashes of keys from the keys.
func (e *Encoder) Rehash(k *Keys) {
	k.Hash = vec.Resize(k.Hash, k.N)
	switch k.Layout {
	case W8:
		e.hashWords(k.W8, 1, k.Hash)
	case W16:
		e.hashWords(words(k.W16), 2, k.Hash)
	case Var:
		e.hashKeyBytes(k)
	}
}

// Decode makes the typed columns of the keys, one Vec per key column.
func (e *Encoder) Decode(k *Keys, out []*vec.Vec) {
	switch k.Layout {
	case W8:
		e.unpackWords(k.W8, 1, k.N, out)
	case W16:
		e.unpackWords(words(k.W16), 2, k.N, out)
	case Var:
		e.unpackBytes(k, out)
	}
}
