package flow

// How much memory an exchange keeps for the next epoch, and a sink for the next blocks. What one large epoch or window
// needed is more than all later ones do, and would stay for good.
const (
	keepBatches = 32 << 20
	keepBlocks  = 16 << 20
)

// Held reports, between epochs, what exchanges and sinks hold for the next one; and gives up what is more than that is
// worth. what names the holder, for messages.
func (g *Graph) Held(report func(what string, bytes int64)) {
	for _, in := range g.inbound {
		held := int64(0)
		for _, x := range in.exchanges {
			held += x.trim(keepBatches)
		}
		report(g.beforeNode(in), held)
	}
	for i, o := range g.outputs {
		if o != nil {
			report("blocks for "+g.spec.Nodes[i].Sink.Name, o.trim(keepBlocks))
		}
	}
}

// Waiting reports, within an epoch and when Epoch.Allow is asked, what exchanges hold, rows on their way included.
func (g *Graph) Waiting(report func(what string, bytes int64)) {
	for _, in := range g.inbound {
		held := int64(0)
		for _, x := range in.exchanges {
			held += x.held()
		}
		report(g.beforeNode(in), held)
	}
}

func (g *Graph) beforeNode(in *inbound) string { return "exchange before " + g.spec.Nodes[in.to].ID }

// held is what the exchange holds: rows on their way, and batches that wait for reuse.
func (x *exchange) held() (bytes int64) {
	for _, s := range x.send {
		for _, b := range s.free {
			bytes += b.Held()
		}
	}
	for _, row := range x.lists {
		for dst, list := range row {
			if x.route == Broadcast && dst > 0 {
				break // the same batches again
			}
			for _, p := range list {
				bytes += p.batch.Held()
			}
		}
	}
	return bytes
}

// trim keeps blocks that wait for reuse up to a number of bytes, and gives the bytes kept.
func (o *output) trim(keep int64) (held int64) {
	o.turns.mu.Lock()
	defer o.turns.mu.Unlock()
	for i, b := range o.free {
		n := int64(cap(b.data))
		if held+n > keep {
			clear(o.free[i:])
			o.free = o.free[:i]
			break
		}
		held += n
	}
	return held
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
