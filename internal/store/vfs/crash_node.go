package vfs

import (
	"bytes"
	"sort"
)

// block is the unit in which unsynced bytes survive or are lost.
const block = 512

// node is a file or a directory of a Crash.
//
// A file's bytes [0,durable) survive any crash, except the ranges in doomed. A directory has the names programs see
// (live), the names that survive (synced), and the changes between the two, in order.
type node struct {
	id      uint64
	dir     bool
	data    []byte
	durable int      // length that survives
	doomed  [][2]int // ranges below durable that a failed Sync gave up: they survive by chance only
	live    map[string]*node
	synced  map[string]*node
	pending []*change
}

// change is one step of a directory: name → to, nil = removed.
type change struct {
	name string
	to   *node
	fate *fate
}

// fate decides whether a change survives; changes that share a fate survive together.
type fate struct {
	id    uint64
	sure  bool
	needs *fate // survives only when that one does
}

func (c *Crash) newNode(dir bool) *node {
	c.nextID++
	n := &node{id: c.nextID, dir: dir}
	if dir {
		n.live, n.synced = map[string]*node{}, map[string]*node{}
	}
	return n
}

// change records a directory change with a fate of its own.
func (c *Crash) change(dir *node, name string, to *node, needs *fate) *fate {
	c.nextID++
	f := &fate{id: c.nextID, needs: needs}
	c.changeWith(dir, name, to, f)
	return f
}

func (c *Crash) changeWith(dir *node, name string, to *node, f *fate) {
	if to == nil {
		delete(dir.live, name)
	} else {
		dir.live[name] = to
	}
	dir.pending = append(dir.pending, &change{name, to, f})
}

// makeSure is what a directory sync does to a fate: what it needs is durable too.
func (f *fate) makeSure() {
	for ; f != nil && !f.sure; f = f.needs {
		f.sure = true
	}
}

func (f *fate) survives(keep func(id uint64) bool) bool {
	if f.sure {
		return true
	}
	if f.needs != nil && !f.needs.survives(keep) {
		return false
	}
	return keep(f.id)
}

func (n *node) syncEntries() {
	for _, ch := range n.pending {
		ch.fate.makeSure()
		apply(n.synced, ch)
	}
	n.pending = nil
}

func apply(m map[string]*node, ch *change) {
	if ch.to == nil {
		delete(m, ch.name)
	} else {
		m[ch.name] = ch.to
	}
}

// sync makes all bytes durable but those a failed sync gave up.
func (n *node) sync() { n.durable = len(n.data) }

// doom gives up the unsynced bytes: the system marks their pages clean without having written them.
func (n *node) doom() {
	if n.durable < len(n.data) {
		n.doomed = append(n.doomed, [2]int{n.durable, len(n.data)})
		n.durable = len(n.data)
	}
}

func (n *node) entry(base string) Entry {
	e := Entry{Name: base, Dir: n.dir}
	if !n.dir {
		e.Size = int64(len(n.data))
	}
	return e
}

func (n *node) walk(name string, fn func(string, *node)) {
	fn(name, n)
	bases := make([]string, 0, len(n.live))
	for b := range n.live {
		bases = append(bases, b)
	}
	sort.Strings(bases)
	for _, b := range bases {
		full := b
		if name != "" {
			full = name + "/" + b
		}
		n.live[b].walk(full, fn)
	}
}

// Clone returns what a process started after a crash at this instant would find, keeping each unsynced block and each
// unsynced directory change with a chance of keepPercent (0 = nothing unsynced, 100 = everything). The same seed gives
// the same clone. The clone counts from zero, holds no locks, injects nothing; the original is not changed.
func (c *Crash) Clone(keepPercent int, seed uint64) *Crash {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := &Crash{locks: map[string]string{}, rules: map[int64]rule{}, nextID: c.nextID, noMove: c.noMove}
	s := survivor{percent: uint64(max(0, keepPercent)), seed: seed, made: map[*node]*node{}}
	out.root = s.node(c.root)
	return out
}

type survivor struct {
	percent uint64
	seed    uint64
	made    map[*node]*node // hard links stay links
}

// keep decides by number, so that the order of walking does not matter.
func (s *survivor) keep(id uint64) bool {
	return mix(s.seed*0x9e3779b97f4a7c15+id)%100 < s.percent
}

// mix is the finaliser of splitmix64.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb
	return x ^ (x >> 31)
}

func (s *survivor) node(n *node) *node {
	if m, ok := s.made[n]; ok {
		return m
	}
	m := &node{id: n.id, dir: n.dir}
	s.made[n] = m
	if !n.dir {
		m.data = s.bytes(n)
		m.durable = len(m.data)
		return m
	}
	names := make(map[string]*node, len(n.synced))
	for base, child := range n.synced {
		names[base] = child
	}
	for _, ch := range n.pending {
		if ch.fate.survives(s.keep) {
			apply(names, ch)
		}
	}
	m.live, m.synced = map[string]*node{}, map[string]*node{}
	for base, child := range names {
		k := s.node(child)
		m.live[base], m.synced[base] = k, k
	}
	return m
}

// bytes gives a file's content after the crash. A lost block before a kept one reads as zeros; lost blocks at the end
// shorten the file.
func (s *survivor) bytes(n *node) []byte {
	out := bytes.Clone(n.data)
	end := n.durable
	lose := func(from, to int) {
		for at := from; at < to; at += block {
			stop := min(at+block, to)
			if s.keep(mix(n.id<<20 + uint64(at))) {
				end = max(end, stop)
			} else {
				clear(out[at:stop])
			}
		}
	}
	lose(n.durable, len(n.data))
	for _, d := range n.doomed {
		lose(d[0], d[1])
	}
	if len(n.doomed) > 0 { // what was given up at the very end leaves no trace of its length
		last := n.doomed[len(n.doomed)-1]
		if last[1] == n.durable && end == n.durable {
			for end > last[0] && allZero(out[max(last[0], end-block):end]) {
				end = max(last[0], end-block)
			}
		}
	}
	return out[:end]
}

func allZero(b []byte) bool {
	for _, x := range b {
		if x != 0 {
			return false
		}
	}
	return true
}
