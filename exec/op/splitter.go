package op

import "slices"

// splitter divides the rows of a batch by a value with few distinct ones, such as the window end. Buffers are reused.
type splitter struct {
	values []int64
	rows   [][]int32
	index  map[int64]int
}

// single reports whether all values are equal.
func (s *splitter) single(v []int64) bool {
	for _, x := range v[1:] {
		if x != v[0] {
			return false
		}
	}
	return true
}

// by returns the distinct values in ascending order; rows[i] then lists the rows of the i-th, ascending.
func (s *splitter) by(v []int64) []int64 {
	if s.index == nil {
		s.index = map[int64]int{}
	}
	clear(s.index)
	s.values = s.values[:0]
	for i := 0; i < len(v); { // runs: neighbours mostly share a window
		s.values = append(s.values, v[i])
		j := i + 1
		for j < len(v) && v[j] == v[i] {
			j++
		}
		i = j
	}
	slices.Sort(s.values)
	s.values = slices.Compact(s.values)
	for len(s.rows) < len(s.values) {
		s.rows = append(s.rows, nil)
	}
	for i, x := range s.values {
		s.index[x] = i
		s.rows[i] = s.rows[i][:0]
	}
	last, at := v[0], s.index[v[0]]
	for i, x := range v {
		if x != last {
			last, at = x, s.index[x]
		}
		s.rows[at] = append(s.rows[at], int32(i))
	}
	return s.values
}
