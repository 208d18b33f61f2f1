package state

import (
	"fmt"
	"sort"
	"sync"

	"streamsql/internal/budget"
	"streamsql/internal/rowkey"
	"streamsql/internal/sqltype"
)

// Decl declares a container. What it says is kept in state files and must be the same when they are read back.
type Decl struct {
	Operator string // id of the operator, stable across restarts
	Name     string // unique within the operator
	Version  int    // of the meaning of the columns
	Key      []sqltype.Type
	Values   []Column

	// Extra is how many trailing key columns play no part in placement: rows come to a lane by the hash of the others
	// (a DISTINCT table under an exchange by group: key = group columns and the value, Extra = 1).
	Extra int
}

// ID names the container: "Operator/Name".
func (d Decl) ID() string { return d.Operator + "/" + d.Name }

// kind tells containers apart; the words stand in state files.
type kind string

const (
	kindTable kind = "table"
	kindPanes kind = "panes"
)

// container is one declared container on all lanes.
type container struct {
	decl    Decl
	kind    kind
	account *budget.Account
	tables  []*Table // per lane; nil where not claimed
	panes   []*Panes
	shapes  []*shape // per lane, made when first needed
}

// shape is how a lane's rows lie in files; for that lane's goroutine.
func (c *container) shape(lane int) *shape {
	if c.shapes[lane] == nil {
		c.shapes[lane] = newShape(c.decl, c.kind)
	}
	return c.shapes[lane]
}

// claimed tells whether the lane holds a share.
func (c *container) claimed(lane int) bool { return c.tables[lane] != nil || c.panes[lane] != nil }

// groups is the range of key groups of a lane's share: all of them when no other lane has one.
func (c *container) groups(lane int) (from, to int) {
	shares := 0
	for l := range c.tables {
		if c.claimed(l) {
			shares++
		}
	}
	if shares == 1 {
		return 0, rowkey.Groups
	}
	return rowkey.LaneRange(lane, len(c.tables))
}

// State is the containers of one query. Claims may come from all lanes at once; everything else happens between epochs.
type State struct {
	lanes    int
	budget   *budget.Budget
	captures *budget.Account

	mu   sync.Mutex
	all  map[string]*container
	list []*container // sorted by id
}

// New makes the state of a query that runs on so many lanes.
func New(lanes int, b *budget.Budget) *State {
	return &State{lanes: lanes, budget: b, captures: b.Open("state file being written"), all: map[string]*container{}}
}

// Table claims a lane's share of a table. Every lane claims the same declarations, once; a container that only one lane
// claims lives there whole.
func (s *State) Table(lane int, d Decl) *Table {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.claim(lane, d, kindTable)
	c.tables[lane] = newTable(d, c.account)
	return c.tables[lane]
}

// Panes claims a lane's share of a set of panes.
func (s *State) Panes(lane int, d Decl) *Panes {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.claim(lane, d, kindPanes)
	c.panes[lane] = newPanes(d, c.account)
	return c.panes[lane]
}

func (s *State) claim(lane int, d Decl, k kind) *container {
	id := d.ID()
	c, ok := s.all[id]
	if !ok {
		c = &container{decl: d, kind: k, account: s.budget.Open("state " + id), tables: make([]*Table, s.lanes), panes: make([]*Panes, s.lanes), shapes: make([]*shape, s.lanes)}
		s.all[id] = c
		s.list = append(s.list, c)
		sort.Slice(s.list, func(i, j int) bool { return s.list[i].decl.ID() < s.list[j].decl.ID() })
	}
	if c.kind != k || c.claimed(lane) || schemaOf(c.decl, c.kind) != schemaOf(d, k) {
		panic(fmt.Sprintf("state: lane %d claims %s twice or otherwise than before", lane, id))
	}
	return c
}

// schemaOf prints what must agree between lanes, and between a file and the query.
func schemaOf(d Decl, k kind) string {
	text := fmt.Sprintf("%s %s v%d extra %d (", k, d.ID(), d.Version, d.Extra)
	for _, t := range d.Key {
		text += t.String() + ","
	}
	for _, c := range d.Values {
		text += c.Name + " " + c.Type.String() + ","
	}
	return text + ")"
}

// Rows is the number of groups in all containers.
func (s *State) Rows() int64 {
	n := 0
	s.shares(func(_ *container, _ int, t *Table, p *Panes) {
		if t != nil {
			n += t.Len()
		} else {
			n += p.Rows()
		}
	})
	return int64(n)
}

// Bytes is the memory of all containers.
func (s *State) Bytes() int64 {
	n := int64(0)
	s.shares(func(_ *container, _ int, t *Table, p *Panes) {
		if t != nil {
			n += t.Bytes()
		} else {
			n += p.Bytes()
		}
	})
	return n
}

// Report brings the accounts of all containers up to date; between epochs. Tables keep them current in steps while they
// grow, because the hot path has no time to count.
func (s *State) Report() {
	s.shares(func(_ *container, _ int, t *Table, p *Panes) {
		if t != nil {
			t.report()
			return
		}
		p.each(func(x pane) { x.table.report() })
		for _, x := range p.spare {
			x.report()
		}
	})
}

// shares visits every claimed share, by container id and lane.
func (s *State) shares(fn func(c *container, lane int, t *Table, p *Panes)) {
	for _, c := range s.list {
		for lane := range s.lanes {
			if t, p := c.tables[lane], c.panes[lane]; t != nil || p != nil {
				fn(c, lane, t, p)
			}
		}
	}
}
