package op

import (
	"streamsql/internal/invariants"
	"streamsql/internal/rowkey"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

// checkNet holds a batch of changes against the contract of outputs that take rows back: keys are in canonical order,
// and a key has its old row with −1, its new one with +1, or the one directly before the other. Whoever must see both
// halves of a change finds them without keeping anything. Only under invariants.
func checkNet(enc *rowkey.Encoder, keys []*vec.Vec, b *zset.Batch) {
	if !invariants.On || len(keys) == 0 {
		return
	}
	var k rowkey.Keys
	enc.Encode(keys, b.N, &k)
	for i := range b.N {
		w := b.Weight(i)
		invariants.Check(w == 1 || w == -1, "a change that counts more than once")
		if i == 0 {
			continue
		}
		invariants.Check(k.Hash[i-1] <= k.Hash[i], "changes out of canonical order")
		invariants.Check(k.Hash[i-1] != k.Hash[i] || b.Weight(i-1) == -1 && w == 1,
			"a key whose old row is not directly before its new one")
	}
}
