package agg

import (
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/state"
)

// count is COUNT(*) and COUNT(x): the sum of the weights of the rows that count.
type count struct {
	nullable bool // the argument may be NULL
	rows     rows
	col      *state.Col
}

func (c *count) Rule() string {
	if c.nullable {
		return "count(x)"
	}
	return "count(*)"
}

func (c *count) Columns() []state.Column {
	return []state.Column{{Name: "rows", Type: sqltype.BigIntType}}
}

func (c *count) Bind(cols []*state.Col) { c.col = cols[0] }

func (c *count) Update(gids []uint32, args []*vec.Vec, weights []int64, active vec.Bitmap) {
	var valid vec.Bitmap
	if c.nullable {
		valid = args[0].Valid
	}
	n := c.col.I64()
	sel, dense := c.rows.pick(valid, active, len(gids))
	switch {
	case dense && weights == nil:
		for _, g := range gids {
			n[g]++
		}
	case dense:
		addTo(n, gids, weights)
	case weights == nil:
		for _, i := range sel {
			n[gids[i]]++
		}
	default:
		for _, i := range sel {
			n[gids[i]] += weights[i]
		}
	}
}

func (c *count) Merge(gids []uint32, other []*vec.Vec) {
	addTo(c.col.I64(), gids, vec.Of[int64](other[0]))
}

// Unmerge implements Linear.
func (c *count) Unmerge(gids []uint32, other []*vec.Vec) {
	takeFrom(c.col.I64(), gids, vec.Of[int64](other[0]))
}

// takeFrom takes v[i] from n[gids[i]].
func takeFrom(n []int64, gids []uint32, v []int64) {
	v = v[:len(gids)]
	for i, g := range gids {
		n[g] -= v[i]
	}
}

// addTo adds v[i] to n[gids[i]].
func addTo(n []int64, gids []uint32, v []int64) {
	v = v[:len(gids)]
	for i, g := range gids {
		n[g] += v[i]
	}
}

func (c *count) Emit(gids []uint32, out *vec.Vec) *GroupError {
	out.Reset(sqltype.BigIntType.Required(), len(gids))
	n, to := c.col.I64(), vec.Of[int64](out)
	for i, g := range gids {
		to[i] = n[g]
	}
	return nil
}
