package op

import (
	"streamsql/internal/rowkey"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/state"
)

// grouper finds the groups of rows in a table. A key that is one dictionary column, as scanners make of repeating
// strings, is looked up once per entry and batch instead of once per row. Buffers are reused.
type grouper struct {
	enc  *rowkey.Encoder
	keys rowkey.Keys
	gids []uint32

	slots []uint32 // per code + 1 (0 is NULL): 1 + its number among the distinct keys, 0 = not met yet
	first []int32  // row in which each distinct key occurs first
	found []uint32 // its group
	key   vec.Vec
}

func newGrouper(types []sqltype.Type) grouper { return grouper{enc: rowkey.NewEncoder(types)} }

// find returns the group of each of n rows, making groups in the order of first occurrence. Borrowed until the next
// call.
func (g *grouper) find(t *state.Table, cols []*vec.Vec, n int) []uint32 {
	g.gids = vec.Resize(g.gids, n)
	if len(cols) == 1 && cols[0].Shape == vec.Dict && cols[0].Dict.Len <= n {
		g.byCode(t, cols[0])
		return g.gids
	}
	g.enc.Encode(cols, n, &g.keys)
	t.Upsert(&g.keys, g.gids)
	return g.gids
}

// byCode numbers the distinct keys of a dictionary column, finds their groups, and spreads those over the rows.
func (g *grouper) byCode(t *state.Table, v *vec.Vec) {
	g.slots = vec.Resize(g.slots, v.Dict.Len+1)
	clear(g.slots)
	g.first = g.first[:0]
	for i := range g.gids {
		c := 0
		if v.Valid.Get(i) {
			c = int(v.Codes[i]) + 1
		}
		s := g.slots[c]
		if s == 0 {
			g.first = append(g.first, int32(i))
			s = uint32(len(g.first))
			g.slots[c] = s
		}
		g.gids[i] = s - 1
	}
	vec.Take(&g.key, v, g.first)
	one := [1]*vec.Vec{&g.key}
	g.enc.Encode(one[:], g.key.Len, &g.keys)
	g.found = vec.Resize(g.found, g.key.Len)
	t.Upsert(&g.keys, g.found)
	for i, s := range g.gids {
		g.gids[i] = g.found[s]
	}
}
