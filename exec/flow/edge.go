package flow

import "streamsql/internal/diag"

// Route says which lane a row goes to on its way along an edge. The plan decides it, and it holds for every number of
// lanes: it ends a stage, and the stage is part of the order in which rows are seen. With one lane no route copies.
type Route uint8

// The routes. All but Direct are exchanges.
const (
	Direct    Route = iota // the sender's own lane, at once
	Hash                   // the lane that owns the row's Keys
	Broadcast              // every lane
	One                    // the lane that owns the empty key
)

// String names the route, as tests and messages show it.
func (r Route) String() string {
	switch r {
	case Direct:
		return "direct"
	case Hash:
		return "hash"
	case Broadcast:
		return "broadcast"
	case One:
		return "one"
	}
	return "?"
}

// Edge is one input of a node.
type Edge struct {
	From  int // the node that emits
	Port  int // of the node that receives; every port has exactly one edge
	Route Route
	// Keys of a Hash route are columns of the source node, in the order in which the receiver's container hashes them:
	// the lane that is chosen must be the one that owns the key group there.
	Keys []int
}

// exchanges reports whether rows wait for the end of a stage on this edge.
func (e Edge) exchanges() bool { return e.Route != Direct }

// check refuses what the graph could not run in the promised order. The planner makes no such graph; an error is a
// mistake in the code that wired it.
func (s *Spec) check() error {
	// Order.Phase has 16 bits for the node and as many for its stage; with more, phases would run into each other.
	if len(s.Nodes) > 1<<16 {
		return diag.New(diag.Internal, "a graph of %d nodes; at most %d are supported", len(s.Nodes), 1<<16)
	}
	for i := range s.Nodes {
		n := &s.Nodes[i]
		taken := make([]bool, len(n.Inputs))
		for _, e := range n.Inputs {
			switch {
			case n.Sink == nil && (e.From < 0 || e.From >= i):
				return diag.New(diag.Internal, "node %s: input from node %d, which is not before it", n.ID, e.From)
			case e.Port < 0 || e.Port >= len(taken):
				return diag.New(diag.Internal, "node %s: edge into port %d of %d", n.ID, e.Port, len(taken))
			case taken[e.Port]:
				// Two edges on a port would have one watermark between them, and the order of their rows would depend
				// on the number of lanes.
				return diag.New(diag.Internal, "node %s: two edges into port %d", n.ID, e.Port).
					WithHint("join the inputs with a Union")
			case (e.Route == Hash) != (len(e.Keys) > 0):
				return diag.New(diag.Internal, "node %s: %s route with %d keys", n.ID, e.Route, len(e.Keys))
			case n.Sink != nil && e.exchanges():
				return diag.New(diag.Internal, "sink %s: %s route; its lanes write in order themselves", n.ID, e.Route)
			}
			taken[e.Port] = true
		}
	}
	return nil
}
