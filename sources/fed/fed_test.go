package fed

import (
	"strconv"
	"testing"

	"streamsql/sources"
	"streamsql/sources/sourcetest"
)

// spread feeds a table over its partitions.
type spread struct {
	t          *Table
	n          int
	generation int // of partitions
}

func (s *spread) Source() sources.Source { return s.t.Source() }
func (s *spread) Finish() bool           { s.t.Finish(); return true }
func (s *spread) Ledger() sourcetest.Ledger {
	return nil
}
func (s *spread) Add(records ...string) {
	for _, r := range records {
		s.n++
		s.t.Feed(s.names()[s.n%3], r)
	}
}

func (s *spread) names() []string {
	var out []string
	for _, n := range []int{0, 1, 10} {
		out = append(out, strconv.Itoa(100*s.generation+n))
	}
	return out
}

// Leave implements sourcetest.Leaving.
func (s *spread) Leave() {
	for _, p := range s.names() {
		s.t.Feed(p) // that there is one
		s.t.Leave(p)
	}
	s.generation++
}

func TestContract(t *testing.T) {
	for _, c := range []struct {
		name string
		make func() *Table
	}{
		{"in turn", NewTable},
		{"drawn", func() *Table { t := NewTable(); t.Seed = 7; return t }},
		{"framed", func() *Table { t := NewTable(); t.Framed = true; return t }},
	} {
		t.Run(c.name, func(t *testing.T) {
			sourcetest.Run(t, func(*testing.T) sourcetest.Input { return &spread{t: c.make()} })
		})
	}
}
