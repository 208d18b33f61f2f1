package agg

import (
	"fmt"
	"slices"

	"streamsql/internal/function"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/state"
)

// Spec is one aggregate call of an operator.
type Spec struct {
	ID       string         // overload, e.g. "sum(BIGINT)"
	Args     []int          // columns of the operator's input
	ArgTypes []sqltype.Type // their types
	Filter   int            // BOOLEAN input column of FILTER (WHERE …), −1 = none
	Result   sqltype.Type
}

// Set is the aggregates of one operator over one container. Those that keep the same state share it: SUM(x) and AVG(x)
// cost one pass and one set of columns. Not safe for concurrent use.
type Set struct {
	members []member
	keepers []int // members that keep state, each once
	columns []state.Column
	rows    int    // member that counts all rows, −1 = none
	grows   string // a member that is append-only; "" without any

	flat []vec.Vec  // flattened arguments, per keeper
	mask vec.Bitmap // rows for which a filter is TRUE
	args []*vec.Vec
}

// member is one aggregate.
type member struct {
	Accumulator
	spec  Spec
	first int // its first column within the set
	width int
	bound []*state.Col
}

// NewSet makes the accumulators. With countRows the set also counts the rows of each group (see Rows).
func NewSet(specs []Spec, countRows bool) (*Set, error) {
	s := &Set{rows: -1}
	if countRows {
		specs = append(slices.Clone(specs), Spec{ID: function.CountRows, Filter: -1, Result: sqltype.BigIntType})
		s.rows = len(specs) - 1
	}
	for _, spec := range specs {
		a, err := New(spec.ID, spec.ArgTypes, spec.Result)
		if err != nil {
			return nil, err
		}
		s.add(member{Accumulator: a, spec: spec})
	}
	s.flat = make([]vec.Vec, len(s.keepers))
	return s, nil
}

// add appends m, on the columns of an earlier member where that keeps the same.
func (s *Set) add(m member) {
	if s.grows == "" && function.AppendOnly(m.spec.ID) {
		s.grows = m.spec.ID
	}
	cols := m.Columns()
	m.width = len(cols)
	m.bound = make([]*state.Col, m.width)
	for _, k := range s.keepers {
		if o := &s.members[k]; sameState(o, &m) {
			m.first = o.first
			s.members = append(s.members, m)
			return
		}
	}
	m.first = len(s.columns)
	for _, c := range cols {
		c.Name = fmt.Sprintf("agg%d.%s", len(s.keepers), c.Name)
		s.columns = append(s.columns, c)
	}
	s.keepers = append(s.keepers, len(s.members))
	s.members = append(s.members, m)
}

func sameState(a, b *member) bool {
	if a.Rule() != b.Rule() || a.spec.Filter != b.spec.Filter {
		return false
	}
	if a.Rule() == "count(*)" {
		return true
	}
	return slices.Equal(a.spec.Args, b.spec.Args)
}

// Columns is the state of all aggregates, in the order in which Bind takes it.
func (s *Set) Columns() []state.Column { return s.columns }

// Bind points the set at a table; its columns begin at the table's column `first`.
func (s *Set) Bind(t *state.Table, first int) {
	for i := range s.members {
		m := &s.members[i]
		for k := range m.bound {
			m.bound[k] = t.Col(first + m.first + k)
		}
		m.Accumulator.Bind(m.bound)
	}
}

// Update adds the rows of an operator's input to their groups. A negative weight in an append-only set panics: the
// planner refuses such queries, and a wrong result would be silent.
func (s *Set) Update(gids []uint32, cols []*vec.Vec, weights []int64) {
	if s.grows != "" && slices.ContainsFunc(weights, func(w int64) bool { return w < 0 }) {
		panic("agg: " + s.grows + " cannot take rows back")
	}
	for k, i := range s.keepers {
		m := &s.members[i]
		s.args = s.args[:0]
		for _, a := range m.spec.Args {
			v := cols[a]
			if v.Shape != vec.Flat {
				vec.FlattenInto(&s.flat[k], v)
				v = &s.flat[k]
			}
			s.args = append(s.args, v)
		}
		var active vec.Bitmap
		if f := m.spec.Filter; f >= 0 {
			active = s.isTrue(cols[f], len(gids))
		}
		m.Accumulator.Update(gids, s.args, weights, active)
	}
}

// isTrue is the rows where a BOOLEAN column is TRUE.
func (s *Set) isTrue(v *vec.Vec, n int) vec.Bitmap {
	v = vec.Flatten(v)
	s.mask = vec.And(s.mask, v.Bits(), v.Valid, n)
	return s.mask
}

// Merge adds rows of another table's columns; other is as wide as Columns.
func (s *Set) Merge(gids []uint32, other []*vec.Vec) {
	for _, i := range s.keepers {
		m := &s.members[i]
		m.Accumulator.Merge(gids, other[m.first:m.first+m.width])
	}
}

// Linear reports whether Unmerge can be used: every accumulator takes back what was merged.
func (s *Set) Linear() bool {
	return !slices.ContainsFunc(s.keepers, func(i int) bool {
		_, ok := s.members[i].Accumulator.(Linear)
		return !ok
	})
}

// Unmerge takes back rows that Merge has added. Only of a Linear set.
func (s *Set) Unmerge(gids []uint32, other []*vec.Vec) {
	for _, i := range s.keepers {
		m := &s.members[i]
		m.Accumulator.(Linear).Unmerge(gids, other[m.first:m.first+m.width]) //nolint:forcetypeassert // see Linear
	}
}

// Emit makes the results of aggregate i for the groups.
func (s *Set) Emit(i int, gids []uint32, out *vec.Vec) *GroupError {
	return s.members[i].Accumulator.Emit(gids, out)
}

// Rows is the number of rows per group of the table last bound, by group id; only with countRows.
func (s *Set) Rows() []int64 { return s.members[s.rows].bound[0].I64() }
