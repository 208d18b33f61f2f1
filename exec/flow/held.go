package flow

// keepBatches is how much memory an exchange keeps for the next epoch. The batches of one large epoch are more than all
// later ones need, and would stay for good.
const keepBatches = 32 << 20

// Held reports, between epochs, what each exchange holds for the next one, by the id of the node that it feeds; and gives
// up what is more than that is worth.
func (g *Graph) Held(report func(node string, bytes int64)) {
	for _, in := range g.exchanges {
		report(g.spec.Nodes[in.to].ID, in.x.trim(keepBatches))
	}
}

// trim keeps batches that wait for reuse up to a number of bytes, and gives the bytes kept.
func (x *exchange) trim(keep int64) (held int64) {
	share := keep / int64(len(x.send))
	for _, s := range x.send {
		kept := int64(0)
		for i, b := range s.free {
			n := b.Held()
			if kept+n > share {
				clear(s.free[i:])
				s.free = s.free[:i]
				break
			}
			kept += n
		}
		held += kept
	}
	for _, row := range x.lists {
		for _, list := range row {
			clear(list[:cap(list)]) // emptied lists still point at what was given up
		}
	}
	return held
}
