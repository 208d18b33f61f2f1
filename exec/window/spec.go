package window

import (
	"fmt"
	"time"

	"streamsql/internal/diag"
)

// Kind is a kind of window. Each has a file of its own, which declares its number, and a line in kinds. The numbers
// are written to no file.
type Kind uint8

// kinds are all there are.
var kinds = [...]struct {
	name string // of the table function
	make func(Spec) (Assigner, error)
}{
	Tumble:   {"TUMBLE", newTumble},
	Hop:      {"HOP", newHop},
	Cumulate: {"CUMULATE", newCumulate},
}

// String is the name of the kind's table function.
func (k Kind) String() string {
	if int(k) < len(kinds) {
		return kinds[k].name
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

// Spec defines windows. Two that are equal define the same ones.
type Spec struct {
	Kind   Kind
	Size   time.Duration // the length of a window; of CUMULATE the greatest, of SESSION the gap
	Step   time.Duration // from one window to the next where these overlap: the slide of HOP, the step of CUMULATE
	Offset time.Duration // of the alignment, from 1970-01-01 UTC
}

// Assigner makes the arithmetic of s. The error is the query's: a size or an offset that no window can have.
func (s Spec) Assigner() (Assigner, error) {
	if int(s.Kind) >= len(kinds) {
		return nil, diag.New(diag.Internal, "windows of the unknown %s", s.Kind)
	}
	for _, p := range []struct {
		what   string
		length time.Duration
	}{{"size", s.Size}, {"step", s.Step}, {"offset", s.Offset}} {
		if p.length%time.Millisecond != 0 {
			return nil, diag.New(diag.WindowSize, "the window %s %s is not a number of milliseconds", p.what, p.length)
		}
	}
	if s.Size <= 0 {
		return nil, diag.New(diag.WindowSize, "the window size %s is not a positive number of milliseconds", s.Size)
	}
	return kinds[s.Kind].make(s)
}

// Aligned makes the arithmetic of s for an operator that takes windows to be given by time alone. It refuses all
// others.
func (s Spec) Aligned() (Aligned, error) {
	a, err := s.Assigner()
	if err != nil {
		return nil, err
	}
	if w, ok := a.(Aligned); ok {
		return w, nil
	}
	return nil, diag.New(diag.Internal, "the windows of %s depend on the rows", s.Kind)
}

// Overlap reports whether a time can be in two windows of s, which is valid and not a SESSION.
func (s Spec) Overlap() bool {
	w, err := s.Aligned()
	return err == nil && !w.Disjoint()
}

// slice is the length of the slices of windows that overlap.
func (s Spec) slice() int64 {
	if s.Kind == Hop {
		return gcd(s.Size.Microseconds(), s.Step.Microseconds())
	}
	return s.Step.Microseconds()
}

// SliceEnd is the last end of a slice at or before ts, for windows that overlap.
func (s Spec) SliceEnd(ts int64) int64 {
	return ts - every(s.slice(), s.Offset.Microseconds()).into(ts)
}

// Gaps reports whether a time can be in no window of s.
func (s Spec) Gaps() bool { return s.Kind == Hop && s.Step > s.Size }
