package op

import (
	"bytes"
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"streamsql/exec/agg"
	"streamsql/internal/diag"
	"streamsql/internal/rowkey"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/state"
)

// Agg is one aggregate call of an operator.
type Agg struct {
	ID     string // aggregate overload
	Args   []int  // input columns
	Filter int    // BOOLEAN input column, −1 = none
	Type   sqltype.Type
	Span   diag.Span
}

// newSet makes the accumulators of calls over an input schema.
func newSet(aggs []Agg, in sqltype.Schema, countRows bool) (*agg.Set, error) {
	specs := make([]agg.Spec, len(aggs))
	for i, a := range aggs {
		specs[i] = agg.Spec{ID: a.ID, Args: a.Args, Filter: a.Filter, Result: a.Type}
		for _, c := range a.Args {
			specs[i].ArgTypes = append(specs[i].ArgTypes, in[c].Type)
		}
	}
	return agg.NewSet(specs, countRows)
}

// typesOf are the types of some columns.
func typesOf(schema sqltype.Schema, cols []int) []sqltype.Type {
	out := make([]sqltype.Type, len(cols))
	for i, c := range cols {
		out[i] = schema[c].Type
	}
	return out
}

// maxEmit is the number of rows in a batch that an aggregate emits.
const maxEmit = 8192

// canonical sorts groups by (hash, key bytes): the order of everything that aggregates emit. Key groups are the top
// bits of the hash and lanes own ascending ranges of them, so the lanes' outputs one after the other are in this order
// too, however many there are. Buffers are reused.
type canonical struct {
	pairs, spare []hashed
	count        []int32
	keys         rowkey.Keys
}

// hashed is a group with the upper part of its order. index is what the caller sorts: a group id or a position.
type hashed struct {
	hash  uint64
	index uint32
}

// sort returns n positions 0…n−1 in canonical order, given the group of each.
func (c *canonical) sort(t *state.Table, gids []uint32) []hashed {
	c.pairs = vec.Resize(c.pairs, len(gids))
	for i, h := range t.Hashes(gids) {
		c.pairs[i] = hashed{h, uint32(i)}
	}
	c.scatter()
	c.splitTies(t, gids)
	return c.pairs
}

// scatter sorts pairs by hash: hashes are uniform, so one pass over their top bits leaves buckets of a few, which are
// sorted by comparison.
func (c *canonical) scatter() {
	n := len(c.pairs)
	byHash := func(a, b hashed) int {
		switch {
		case a.hash < b.hash:
			return -1
		case a.hash > b.hash:
			return 1
		}
		return 0
	}
	if n < 256 {
		slices.SortFunc(c.pairs, byHash)
		return
	}
	b := bits.Len(uint(n))
	shift := 64 - uint(b)
	c.count = vec.Resize(c.count, 1<<b+1)
	clear(c.count)
	for _, p := range c.pairs {
		c.count[p.hash>>shift+1]++
	}
	for i := 1; i < len(c.count); i++ {
		c.count[i] += c.count[i-1]
	}
	c.spare = vec.Resize(c.spare, n)
	for _, p := range c.pairs {
		k := p.hash >> shift
		c.spare[c.count[k]] = p
		c.count[k]++
	}
	c.pairs, c.spare = c.spare, c.pairs
	from := int32(0)
	for _, to := range c.count[:1<<b] { // count[k] has become the end of bucket k
		if to-from > 1 {
			slices.SortFunc(c.pairs[from:to], byHash)
		}
		from = to
	}
}

// splitTies orders runs of equal hashes by their key bytes.
func (c *canonical) splitTies(t *state.Table, gids []uint32) {
	for i := 1; i < len(c.pairs); i++ {
		if c.pairs[i].hash != c.pairs[i-1].hash {
			continue
		}
		j := i + 1
		for j < len(c.pairs) && c.pairs[j].hash == c.pairs[i].hash {
			j++
		}
		slices.SortFunc(c.pairs[i-1:j], func(a, b hashed) int {
			t.KeysOf([]uint32{gids[a.index], gids[b.index]}, &c.keys)
			return compareKeys(&c.keys)
		})
		i = j
	}
}

// compareKeys orders the two keys of k, which have the same hash. Any fixed order will do. Cold path.
func compareKeys(k *rowkey.Keys) int {
	switch k.Layout {
	case rowkey.W8:
		return cmp.Compare(k.W8[0], k.W8[1])
	case rowkey.W16:
		return slices.Compare(k.W16[0][:], k.W16[1][:])
	}
	return bytes.Compare(k.Key(0), k.Key(1))
}

// groupFault is the error of a result that does not fit, naming the group.
func groupFault(e *agg.GroupError, a Agg, keys sqltype.Schema, cols []*vec.Vec, window string, clk *EpochClock) error {
	var parts []string
	if len(keys) > 0 {
		parts = append(parts, "group "+describe(keys, cols, e.Row, len(keys)))
	}
	if window != "" {
		parts = append(parts, "window "+window)
	}
	if len(parts) == 0 {
		parts = append(parts, "all rows")
	}
	return diag.At(diag.AggregateOverflow, a.Span, "%s, in %s, epoch %d", e.Msg, strings.Join(parts, ", "), clk.Epoch).
		WithHint("CAST the argument to a wider type")
}
