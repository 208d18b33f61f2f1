package op

import (
	"testing"

	"streamsql/internal/rowkey"
	"streamsql/internal/sqltype"
)

// TestCheckNet: what an operator with changes may emit, and what is caught when it does not.
func TestCheckNet(t *testing.T) {
	schema := sqltype.Schema{{Name: "k", Type: sqltype.BigIntType}}
	types := typesOf(schema, []int{0})
	// Two keys in canonical order.
	low, high := int64(1), int64(2)
	var keys rowkey.Keys
	both := batchOf(schema, []tuple{{weight: 1, values: []any{low}}, {weight: 1, values: []any{high}}})
	rowkey.NewEncoder(types).Encode(both.Cols, 2, &keys)
	if keys.Hash[0] > keys.Hash[1] {
		low, high = high, low
	}
	row := func(key, weight int64) tuple { return tuple{weight: weight, values: []any{key}} }
	for _, c := range []struct {
		name string
		rows []tuple
		ok   bool
	}{
		{"both", []tuple{row(low, -1), row(low, 1), row(high, -1), row(high, 1)}, true},
		{"one each", []tuple{row(low, 1), row(high, -1)}, true},
		{"new before old", []tuple{row(low, 1), row(low, -1)}, false},
		{"apart", []tuple{row(low, -1), row(high, -1), row(low, 1)}, false},
		{"twice new", []tuple{row(low, 1), row(low, 1)}, false},
		{"double weight", []tuple{row(low, 2)}, false},
		{"out of order", []tuple{row(high, 1), row(low, 1)}, false},
	} {
		caught := func() (caught bool) {
			defer func() { caught = recover() != nil }()
			b := batchOf(schema, c.rows)
			checkNet(rowkey.NewEncoder(types), b.Cols, b)
			return false
		}()
		if caught == c.ok {
			t.Errorf("%s: caught is %t", c.name, caught)
		}
	}
}
