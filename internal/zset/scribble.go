package zset

import (
	"streamsql/internal/clock"
	"streamsql/internal/invariants"
	"streamsql/internal/vec"
)

// Scribble spoils what the last call of Take or About returned, so that a receiver who kept it fails its tests. Only
// under invariants.
func (s *Selection) Scribble() {
	if !invariants.On {
		return
	}
	for _, c := range s.out.Cols {
		scribble(c)
	}
	spoil(s.weights, 1<<40)
	spoil(s.rows, -1)
	spoil(s.behind, clock.Max)
}

// Scribble overwrites the values of columns whose borrowers are done with them. Only their owner calls it. A column
// that refers to a dictionary owns no values, and stays. Only under invariants.
func Scribble(cols []vec.Vec) {
	if !invariants.On {
		return
	}
	for i := range cols {
		scribble(&cols[i])
	}
}

func scribble(v *vec.Vec) {
	if v.Shape != vec.Flat {
		return
	}
	spoil(v.Fixed, 0xa5)
	spoil(v.Bytes, '#')
}

// spoil fills s with a value that nobody expects.
func spoil[T any](s []T, with T) {
	for i := range s {
		s[i] = with
	}
}
