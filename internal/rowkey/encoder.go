package rowkey

import (
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// Layout is how keys of one list of types are laid out in memory.
type Layout uint8

// The layouts; their numbers are part of the state format since v1.
const (
	W8 Layout = iota
	W16
	Var
)

// String names the layout as state file headers do.
func (l Layout) String() string { return [...]string{"w8", "w16", "var"}[l] }

// Keys is a batch of keys of one layout, with their hashes. Plain data; whoever encodes into it owns the buffers.
type Keys struct {
	Layout Layout
	N      int
	W8     []uint64    // layout W8
	W16    [][2]uint64 // layout W16
	Off    []uint32    // layout Var: N+1 offsets into Bytes
	Bytes  []byte
	Hash   []uint64 // N
}

// Key is the bytes of key i in layout Var. The slice aliases the batch.
func (k *Keys) Key(i int) []byte { return k.Bytes[k.Off[i]:k.Off[i+1]] }

// size gives the batch n keys of arbitrary content; in layout Var without bytes.
func (k *Keys) size(l Layout, n int) {
	k.Layout, k.N = l, n
	k.W8, k.W16, k.Off, k.Bytes = k.W8[:0], k.W16[:0], k.Off[:0], k.Bytes[:0]
	switch l {
	case W8:
		k.W8 = vec.Resize(k.W8, n)
	case W16:
		k.W16 = vec.Resize(k.W16, n)
	case Var:
		k.Off = vec.Resize(k.Off, n+1)
		k.Off[0] = 0
	}
	k.Hash = vec.Resize(k.Hash, n)
}

// Size makes room for n keys of layout l; whoever calls it writes every key, in layout Var through Off and Bytes.
func (k *Keys) Size(l Layout, n int) { k.size(l, n) }

// column is one key column and its place.
type column struct {
	typ      sqltype.Type
	phys     sqltype.Phys
	nullable bool

	// W8, W16
	word, shift         int
	mask                uint64
	nullWord, nullShift int

	// Var: offset in the header of the value (of the length, for strings but the last) and of the NULL bit
	at      int
	nullAt  int
	nullBit byte
	last    bool // the last string
}

// Encoder converts between columns and keys of one list of types. Not safe for concurrent use (it holds scratch).
type Encoder struct {
	cols   []column
	layout Layout
	header int // Var: bytes before the first string
	texts  int // number of string columns

	flat []vec.Vec // flattened inputs
	view []*vec.Vec
	pos  []uint32 // Var: per row, where the next string begins
	code []uint64 // per dictionary entry its hash; per row a value on its way into one
}

// NewEncoder chooses the layout for key columns of these types; none is allowed.
func NewEncoder(types []sqltype.Type) *Encoder {
	e := &Encoder{cols: make([]column, len(types)), flat: make([]vec.Vec, len(types)), view: make([]*vec.Vec, len(types))}
	for i, t := range types {
		c := &e.cols[i]
		c.typ, c.phys, c.nullable = t, t.Phys(), !t.NotNull || t.Phys() == sqltype.PhysNone
		if c.phys == sqltype.PhysBytes {
			e.texts++
		}
	}
	e.layout = e.choose()
	return e
}

// Layout is the layout of the keys.
func (e *Encoder) Layout() Layout { return e.layout }

// Types are the types of the key columns.
func (e *Encoder) Types() []sqltype.Type {
	out := make([]sqltype.Type, len(e.cols))
	for i := range e.cols {
		out[i] = e.cols[i].typ
	}
	return out
}

func (e *Encoder) choose() Layout {
	if e.texts == 0 {
		if e.placeWords(1) {
			return W8
		}
		if e.placeWords(2) {
			return W16
		}
	}
	e.placeBytes()
	return Var
}

// placeWords gives every column its bits in n words, first fit.
func (e *Encoder) placeWords(n int) bool {
	var used [2]int
	take := func(bits int) (word, shift int, ok bool) {
		for w := range n {
			if used[w]+bits <= 64 {
				used[w] += bits
				return w, used[w] - bits, true
			}
		}
		return 0, 0, false
	}
	if n == 2 && len(e.cols) == 1 && e.cols[0].phys == sqltype.PhysI128 && !e.cols[0].nullable {
		return true
	}
	for i := range e.cols {
		c := &e.cols[i]
		bits := 8 * c.phys.Width()
		if c.phys == sqltype.PhysBool {
			bits = 1
		}
		var ok bool
		if c.word, c.shift, ok = take(bits); !ok {
			return false
		}
		c.mask = 1<<bits - 1 // all ones for 64: the shift gives 0
	}
	for i := range e.cols {
		if c := &e.cols[i]; c.nullable {
			var ok bool
			if c.nullWord, c.nullShift, ok = take(1); !ok {
				return false
			}
		}
	}
	return true
}

// placeBytes lays out the header of Var.
func (e *Encoder) placeBytes() {
	flags := 0
	for i := range e.cols {
		if c := &e.cols[i]; c.nullable {
			c.nullAt, c.nullBit = flags/8, 1<<(flags%8)
			flags++
		}
	}
	at := (flags + 7) / 8
	texts := 0
	for i := range e.cols {
		c := &e.cols[i]
		switch c.phys {
		case sqltype.PhysBytes:
		case sqltype.PhysBool:
			c.at = at
			at++
		default:
			c.at = at
			at += c.phys.Width()
		}
	}
	for i := range e.cols {
		c := &e.cols[i]
		if c.phys != sqltype.PhysBytes {
			continue
		}
		if texts++; texts == e.texts {
			c.last = true
			continue
		}
		c.at = at
		at += 4
	}
	e.header = at
}

// Encode makes the keys of n rows; cols are the key columns in the order of the types, in any shape. Buffers of out
// are reused.
func (e *Encoder) Encode(cols []*vec.Vec, n int, out *Keys) {
	out.size(e.layout, n)
	for i := range e.cols {
		e.view[i] = cols[i]
		if s := cols[i].Shape; s == vec.Const || (s == vec.Dict && e.cols[i].phys != sqltype.PhysBytes) {
			vec.FlattenInto(&e.flat[i], cols[i])
			e.view[i] = &e.flat[i]
		}
	}
	switch e.layout {
	case W8:
		e.packWords(out.W8, 1)
	case W16:
		e.packWords(words(out.W16), 2)
	case Var:
		e.packBytes(n, out)
		if e.texts == 1 && len(e.cols) == 1 && e.view[0].Shape == vec.Dict {
			e.hashCodes(e.view[0], out.Hash)
			return
		}
	}
	e.Rehash(out)
}

// words views pairs as single words.
func words(p [][2]uint64) []uint64 { return vec.Cast[uint64](vec.AsBytes(p)) }
