package flow

import (
	"slices"
	"testing"

	"streamsql/internal/clock"
)

// joined is a graph of two scans that meet in node 2, which feeds node 3.
func joined() *Graph {
	nodes := []Node{
		{ID: "a", Scan: &Scan{}}, {ID: "b", Scan: &Scan{}},
		{ID: "both", Inputs: []Edge{{From: 0}, {From: 1, Port: 1}}},
		{ID: "next", Inputs: []Edge{{From: 2}}},
	}
	g := &Graph{spec: Spec{Lanes: 1, Nodes: nodes}, marks: make([]clock.EventTime, len(nodes)), rest: newRest(nodes)}
	for i := range g.marks {
		g.marks[i] = clock.Min
	}
	return g
}

// TestRest: a port that rests goes by the one that does not; what a node has seen on a port is not taken back, neither
// when the table wakes up far behind nor by a restart.
func TestRest(t *testing.T) {
	g := joined()
	check := func(what string, want ...clock.EventTime) {
		t.Helper()
		if got := g.inputMarks(2); !slices.Equal(got, want) {
			t.Errorf("%s: ports at %v, want %v", what, got, want)
		}
		g.keepFloors()
	}
	g.marks[0], g.marks[1] = 10, 100
	check("both awake", 10, 100)
	g.SetRest(map[int]bool{0: true})
	check("a rests", 100, 100)
	if g.rest.now[2] || g.rest.now[3] {
		t.Error("what reads one that is awake does not rest")
	}
	g.marks[0], g.marks[1] = 20, 120
	g.SetRest(nil)
	check("a wakes up behind", 100, 120)

	marks := map[string]clock.EventTime{"a": 20, "b": 120}
	g.addFloors(marks)
	again := joined()
	again.marks[0], again.marks[1] = 20, 120
	again.setFloors(marks)
	if got := again.inputMarks(2); !slices.Equal(got, []clock.EventTime{100, 120}) {
		t.Errorf("after a restart: %v", got)
	}

	g.SetRest(map[int]bool{0: true, 1: true})
	check("both rest", 100, 120)
	if !g.rest.now[3] {
		t.Error("what reads only tables that rest, rests")
	}
}
