package state

import (
	"maps"
	"slices"

	"github.com/google/btree"

	"streamsql/internal/budget"
)

// Panes is a table per time: what belongs to one window, or to one slice that windows share, is found, emitted and
// dropped together. One lane's goroutine uses it.
type Panes struct {
	decl    Decl
	account *budget.Account
	tree    *btree.BTreeG[pane]
	dropped map[int64]bool // dropped in this epoch, not yet captured
	changed []pane         // touched in this epoch; from collect to settle
	spare   []*Table       // emptied tables, to be used again
	last    pane           // the pane found last
}

type pane struct {
	time  int64
	table *Table
}

// spareTables bounds how much memory waits for new panes.
const spareTables = 4

var panesKind = &kind{name: "panes", byTime: true}

// Panes claims a lane's share of a set of panes; see State.Table.
func (s *State) Panes(lane int, d Decl) *Panes { return claim(s, lane, d, panesKind, newPanes) }

func newPanes(d Decl, account *budget.Account) *Panes {
	return &Panes{
		decl: d, account: account, dropped: map[int64]bool{},
		tree: btree.NewG(32, func(a, b pane) bool { return a.time < b.time }),
	}
}

// Decl is what the panes were declared as.
func (p *Panes) Decl() Decl { return p.decl }

// At is the table of a time; it is made when it does not exist.
func (p *Panes) At(time int64) *Table {
	if t, ok := p.Peek(time); ok {
		return t
	}
	t := p.fresh()
	p.last = pane{time, t}
	p.tree.ReplaceOrInsert(p.last)
	return t
}

func (p *Panes) fresh() *Table {
	if last := len(p.spare) - 1; last >= 0 {
		t := p.spare[last]
		p.spare = p.spare[:last]
		return t
	}
	return newTable(p.decl, p.account)
}

// Peek is the table of a time if there is one.
func (p *Panes) Peek(time int64) (*Table, bool) {
	if p.last.table != nil && p.last.time == time {
		return p.last.table, true
	}
	found, ok := p.tree.Get(pane{time: time})
	if ok {
		p.last = found
	}
	return found.table, ok
}

// DueThrough lists the times at or before `time`, ascending.
func (p *Panes) DueThrough(time int64) []int64 {
	var out []int64
	p.tree.Ascend(func(x pane) bool {
		if x.time > time {
			return false
		}
		out = append(out, x.time)
		return true
	})
	return out
}

// Times lists the times of all panes, ascending.
func (p *Panes) Times() []int64 {
	out := make([]int64, 0, p.tree.Len())
	p.tree.Ascend(func(x pane) bool {
		out = append(out, x.time)
		return true
	})
	return out
}

// Len is the number of panes.
func (p *Panes) Len() int { return p.tree.Len() }

// Rows is the number of groups in all panes.
func (p *Panes) Rows() int {
	n := 0
	p.each(func(x pane) { n += x.table.Len() })
	return n
}

// Bytes is the memory the panes hold.
func (p *Panes) Bytes() int64 {
	n := int64(0)
	p.each(func(x pane) { n += x.table.Bytes() })
	for _, t := range p.spare {
		n += t.Bytes()
	}
	return n
}

// each visits the panes in ascending time.
func (p *Panes) each(fn func(pane)) {
	p.tree.Ascend(func(x pane) bool {
		fn(x)
		return true
	})
}

// Drop removes a pane with everything in it; its table is void. In the state file that is one record.
func (p *Panes) Drop(time int64) {
	old, ok := p.tree.Delete(pane{time: time})
	if !ok {
		return
	}
	p.last = pane{}
	if old.table.saved { // no file has rows of a pane that came and went within an epoch
		p.dropped[time] = true
	}
	if len(p.spare) < spareTables { // it keeps its memory, so its account stays
		old.table.Reset()
		p.spare = append(p.spare, old.table)
		return
	}
	old.table.account.Add(-old.table.counted)
}

func (p *Panes) collect() (rows int, changed bool) {
	p.changed = p.changed[:0] // a capture that failed has left its own
	p.each(func(x pane) {
		if n := len(x.table.touched); n > 0 {
			p.changed, rows = append(p.changed, x), rows+n
		}
	})
	return rows, rows > 0 || len(p.dropped) > 0
}

func (p *Panes) encode(out *encoder) error {
	if len(p.dropped) > 0 {
		out.drops(slices.Sorted(maps.Keys(p.dropped)))
	}
	return out.rows(p.changed)
}

func (p *Panes) settle() {
	for _, x := range p.changed {
		x.table.settle()
	}
	clear(p.changed) // a pane that is dropped later must not be held from here
	p.changed = p.changed[:0]
	clear(p.dropped)
}

// expect makes no room: how the rows spread over panes is not known beforehand.
func (p *Panes) expect(int) (blank bool) { return false }

func (p *Panes) drop(d *droppedPanes) {
	for _, time := range d.times {
		if d.whole {
			p.Drop(time)
			delete(p.dropped, time) // the file says so already
			continue
		}
		if t, ok := p.Peek(time); ok {
			d.discard(t)
		}
	}
}

func (p *Panes) apply(a *arrival) {
	if _, ok := p.Peek(a.pane); !ok && a.dead {
		return // a tombstone makes no pane
	}
	a.into(p.At(a.pane))
}

func (p *Panes) report() {
	p.each(func(x pane) { x.table.report() })
	for _, t := range p.spare {
		t.report()
	}
}
