package state

import (
	"bytes"
	"cmp"
	"slices"

	"streamsql/internal/rowkey"
)

// byHash is a group on its way through Sort.
type byHash struct {
	hash uint64
	gid  uint32
}

// smallSort is below which comparing beats three passes over the groups.
const smallSort = 512

// Sort orders groups by the hash of their keys, equal hashes by the key: an order that depends on the keys alone, not on
// ids, restarts or the number of lanes. Lane after lane, it is one order, because lanes own ascending ranges of it.
func (t *Table) Sort(gids []uint32) {
	list := make([]byHash, len(gids))
	for i, g := range gids {
		list[i] = byHash{t.hash[g], g}
	}
	if len(gids) >= smallSort {
		list = radix(list)
		t.sortTies(list)
	} else {
		slices.SortFunc(list, t.compare)
	}
	for i, x := range list {
		gids[i] = x.gid
	}
}

// radix sorts by the upper 33 bits of the hash, 11 at a time from the lowest.
func radix(list []byHash) []byHash {
	const digit, top = 11, 64 - 3*11
	other := make([]byHash, len(list))
	for pass := range 3 {
		shift := top + pass*digit
		var at [1<<digit + 1]int32
		for _, x := range list {
			at[x.hash>>shift&(1<<digit-1)+1]++
		}
		for i := 1; i < len(at); i++ {
			at[i] += at[i-1]
		}
		for _, x := range list {
			d := x.hash >> shift & (1<<digit - 1)
			other[at[d]] = x
			at[d]++
		}
		list, other = other, list
	}
	return list
}

// sortTies finishes what radix left: neighbours that agree in the upper bits.
func (t *Table) sortTies(list []byHash) {
	const top = 64 - 3*11
	for from := 0; from < len(list); {
		to := from + 1
		for to < len(list) && list[to].hash>>top == list[from].hash>>top {
			to++
		}
		if to > from+1 {
			slices.SortFunc(list[from:to], t.compare)
		}
		from = to
	}
}

func (t *Table) compare(a, b byHash) int {
	if a.hash != b.hash {
		return cmp.Compare(a.hash, b.hash)
	}
	switch t.layout {
	case rowkey.W8:
		return cmp.Compare(t.w8[a.gid], t.w8[b.gid])
	case rowkey.W16:
		x, y := t.w16[a.gid], t.w16[b.gid]
		return cmp.Or(cmp.Compare(x[0], y[0]), cmp.Compare(x[1], y[1]))
	}
	return bytes.Compare(t.text.get(a.gid), t.text.get(b.gid))
}
