package op

import (
	"time"

	"streamsql/exec/kernel"
	"streamsql/internal/clock"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

// UnnestSpec describes an Unnest.
type UnnestSpec struct {
	Func       string // ID of a function of function.Arrays
	Args       []int  // its arguments: columns of the input
	Keep       []int  // columns of the input that are passed on
	Outer      bool   // a row without elements is passed on once, with NULL
	Ordinality bool
	Out        sqltype.Schema // kept columns, the element, its ordinal
}

// Unnest gives a row for each element of an array: CROSS JOIN UNNEST, or LEFT JOIN UNNEST.
//
//	input       any mode; it is linear: a row's elements have its weight
//	output      the mode of the input; watermark W
//	state       none
//	late rows   not judged; the row of an element is as late as the row that the array is in
//	order       that of the input, then that of the array
//	cost        per element: the kept columns are copied, in pieces of bounded size
type Unnest struct {
	spec    UnnestSpec
	explode kernel.Exploder
	args    []*vec.Vec
	flat    []vec.Vec
	found   kernel.Elements
	kept    zset.Batch // the input without the columns that end here
	sel     zset.Selection
	ordinal vec.Vec
	out     zset.Batch
}

// NewUnnest makes the operator.
func NewUnnest(spec UnnestSpec) (*Unnest, error) {
	explode, err := kernel.NewExploder(spec.Func)
	if err != nil {
		return nil, err
	}
	u := &Unnest{
		spec: spec, explode: explode, args: make([]*vec.Vec, len(spec.Args)), flat: make([]vec.Vec, len(spec.Args)),
	}
	u.found.Values.Type = spec.Out[len(spec.Keep)].Type
	return u, nil
}

// Open implements Operator.
func (u *Unnest) Open(*Setup) error { return nil }

// Process implements Operator.
func (u *Unnest) Process(_ int, b *zset.Batch, out Collector) error {
	if b.N == 0 {
		return nil
	}
	for i, c := range u.spec.Args {
		if u.args[i] = b.Cols[c]; u.args[i].Shape != vec.Flat {
			vec.FlattenInto(&u.flat[i], b.Cols[c])
			u.args[i] = &u.flat[i]
		}
	}
	u.explode(u.args, b.N, u.spec.Outer, &u.found)
	cols := u.kept.Cols[:0]
	for _, c := range u.spec.Keep {
		cols = append(cols, b.Cols[c])
	}
	u.kept = *b
	u.kept.Cols, u.kept.Schema = cols, u.spec.Out[:len(cols)]
	for from := 0; from < len(u.found.Rows); {
		to := u.piece(from)
		if err := u.emit(from, to, out); err != nil {
			return err
		}
		from = to
	}
	return nil
}

// maxCopied is how many bytes of text a piece may copy for the kept columns: a line of a megabyte, kept beside each of
// its words, would otherwise be copied as often as it has words before anybody sees the first.
const maxCopied = 16 << 20

// piece is the end of the piece of elements that begins at from; it has one at least.
func (u *Unnest) piece(from int) (to int) {
	copied := 0
	for to = from; to < len(u.found.Rows) && to-from < maxEmit; to++ {
		if copied += textOf(u.kept.Cols, u.found.Rows[to]); copied > maxCopied && to > from {
			return to
		}
	}
	return to
}

// textOf is the number of bytes of text in a row.
func textOf(cols []*vec.Vec, row int32) (bytes int) {
	for _, c := range cols {
		if c.Shape == vec.Flat && c.Type.Phys() == sqltype.PhysBytes {
			bytes += int(c.Off[row+1] - c.Off[row])
		}
	}
	return bytes
}

func (u *Unnest) emit(from, to int, out Collector) error {
	kept := u.sel.Take(&u.kept, u.found.Rows[from:to])
	cols := append(append(u.out.Cols[:0], kept.Cols...), vec.Slice(&u.found.Values, from, to))
	if u.spec.Ordinality {
		cols = append(cols, u.ordinals(from, to))
	}
	u.out = *kept
	u.out.N, u.out.Schema, u.out.Cols = to-from, u.spec.Out, cols
	return out.Emit(Rows, &u.out)
}

func (u *Unnest) ordinals(from, to int) *vec.Vec {
	all := vec.Vec{Type: u.spec.Out[len(u.spec.Out)-1].Type, Len: len(u.found.Ordinals), Valid: u.found.Present()}
	all.Fixed = vec.AsBytes(u.found.Ordinals)
	u.ordinal = *vec.Slice(&all, from, to)
	return &u.ordinal
}

// Advance implements Operator.
func (u *Unnest) Advance(t Tick, _ Collector) (clock.EventTime, error) { return t.Watermark, nil }

// NextDue implements Operator.
func (u *Unnest) NextDue() (time.Time, bool) { return time.Time{}, false }

// Close implements Operator.
func (u *Unnest) Close() error { return nil }
