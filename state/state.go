package state

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"streamsql/internal/budget"
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

// State is the containers of one query. Claims may come from all lanes at once; everything else happens between epochs.
type State struct {
	lanes    int
	budget   *budget.Budget
	captures *budget.Account

	mu      sync.Mutex
	byID    map[string]*container
	ordered []*container // by id
}

// New makes the state of a query that runs on so many lanes.
func New(lanes int, b *budget.Budget) *State {
	return &State{lanes: lanes, budget: b, captures: b.Open("state file being written"), byID: map[string]*container{}}
}

// claim makes a lane's share of a container. Every lane claims the same declarations, once; a container that only one
// lane claims lives there whole.
func claim[S share](s *State, lane int, d Decl, k *kind, open func(Decl, *budget.Account) S) S {
	s.mu.Lock()
	defer s.mu.Unlock()
	want := schema{d, k}
	c := s.container(want)
	if c.shares[lane] != nil || c.schema.String() != want.String() {
		panic(fmt.Sprintf("state: lane %d claims %s twice or as something else than before", lane, d.ID()))
	}
	own := open(d, c.account)
	c.shares[lane] = own
	return own
}

// container is the one of the schema's id, made when it is claimed for the first time.
func (s *State) container(want schema) *container {
	id := want.ID()
	if c, ok := s.byID[id]; ok {
		return c
	}
	c := &container{
		schema: want, account: s.budget.Open("state " + id),
		shares: make([]share, s.lanes), shapes: make([]*shape, s.lanes),
	}
	s.byID[id] = c
	s.ordered = append(s.ordered, c)
	slices.SortFunc(s.ordered, func(a, b *container) int { return strings.Compare(a.schema.ID(), b.schema.ID()) })
	return c
}

// Rows is the number of groups in all containers.
func (s *State) Rows() int64 {
	n := 0
	s.each(func(_ *container, _ int, own share) { n += own.Rows() })
	return int64(n)
}

// Bytes is the memory of all containers.
func (s *State) Bytes() int64 {
	n := int64(0)
	s.each(func(_ *container, _ int, own share) { n += own.Bytes() })
	return n
}

// Report brings the accounts of all containers up to date; between epochs. Tables keep them current in steps while they
// grow, because the hot path has no time to count.
func (s *State) Report() {
	s.each(func(_ *container, _ int, own share) { own.report() })
}

// each visits every claimed share, by container id and lane.
func (s *State) each(fn func(c *container, lane int, own share)) {
	for _, c := range s.ordered {
		for lane, own := range c.shares {
			if own != nil {
				fn(c, lane, own)
			}
		}
	}
}
