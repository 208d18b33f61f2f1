package flow

import (
	"strconv"

	"streamsql/internal/clock"
)

// A table that rests says nothing about time: its partitions are idle, or its input has ended. Whoever reads it
// together with others goes by the others. When all rest, nothing is known that was not known before, and watermarks
// stay.

// rest is what the graph knows of it.
type rest struct {
	now []bool // per node: all its tables rest
	// floor is, per node with several inputs and port, the watermark that the node has seen there. A table that wakes
	// up again may lag far behind those that went on without it, and a watermark never goes back.
	floor [][]clock.EventTime
}

func newRest(nodes []Node) rest {
	r := rest{now: make([]bool, len(nodes)), floor: make([][]clock.EventTime, len(nodes))}
	for i, n := range nodes {
		if len(n.Inputs) < 2 || n.Sink != nil {
			continue
		}
		r.floor[i] = make([]clock.EventTime, len(n.Inputs))
		for port := range r.floor[i] {
			r.floor[i][port] = clock.Min
		}
	}
	return r
}

// SetRest restores, by scan node, which tables rested in the committed epoch. It comes before SetWatermarks.
func (g *Graph) SetRest(scans map[int]bool) {
	for i := range g.spec.Nodes {
		g.rest.now[i] = scans[i]
	}
	g.spreadRest()
}

// spreadRest finds the nodes all of whose inputs rest.
func (g *Graph) spreadRest() {
	for i, n := range g.spec.Nodes {
		if n.Scan != nil {
			continue
		}
		g.rest.now[i] = len(n.Inputs) > 0
		for _, e := range n.Inputs {
			g.rest.now[i] = g.rest.now[i] && g.rest.now[e.From]
		}
	}
}

// lift gives the ports of a node that rest the least watermark of those that do not, and returns the least of all.
func (g *Graph) lift(i int, in []clock.EventTime) clock.EventTime {
	for port, floor := range g.rest.floor[i] {
		in[port] = max(in[port], floor)
	}
	inputs := g.spec.Nodes[i].Inputs
	awake := clock.Max
	for _, e := range inputs {
		if !g.rest.now[e.From] {
			awake = min(awake, in[e.Port])
		}
	}
	least := clock.Max
	for _, e := range inputs {
		if g.rest.now[e.From] && awake != clock.Max {
			in[e.Port] = max(in[e.Port], awake)
		}
		least = min(least, in[e.Port])
	}
	return least
}

// keepFloors remembers what every node has seen, once an epoch is over.
func (g *Graph) keepFloors() {
	for i, floor := range g.rest.floor {
		if floor != nil {
			copy(floor, g.inputMarks(i))
		}
	}
}

// floorKey names the floor of a port among the watermarks of a commit record. Part of the format since v1.
func floorKey(id string, port int) string { return id + "/in/" + strconv.Itoa(port) }

// addFloors adds to the watermarks of a commit record those that a port has seen beyond its input's.
func (g *Graph) addFloors(to map[string]clock.EventTime) {
	for i, floor := range g.rest.floor {
		for _, e := range g.spec.Nodes[i].Inputs {
			if floor != nil && floor[e.Port] > g.marks[e.From] {
				to[floorKey(g.spec.Nodes[i].ID, e.Port)] = floor[e.Port]
			}
		}
	}
}

// setFloors restores them.
func (g *Graph) setFloors(from map[string]clock.EventTime) {
	for i, floor := range g.rest.floor {
		for port := range floor {
			if w, ok := from[floorKey(g.spec.Nodes[i].ID, port)]; ok {
				floor[port] = w
			}
		}
	}
}
