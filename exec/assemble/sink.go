package assemble

import (
	"streamsql/exec/flow"
	"streamsql/planner/physical"
)

// sink adds the inputs to the node of the sink.
func (b *builder) sink(n planned, o physical.SinkOp) error {
	to := b.sinkNode(o.At)
	for _, in := range n.Inputs {
		addInput(to, b.at[in.Node])
	}
	b.at[n.index] = b.sinks[o.At]
	return nil
}

// addInput gives a sink one more input, on a port of its own.
func addInput(sink *flow.Node, from int) {
	sink.Inputs = append(sink.Inputs, flow.Edge{From: from, Port: len(sink.Inputs)})
}

// sinkNode returns the node of a sink, which may get more inputs.
func (b *builder) sinkNode(sink int) *flow.Node {
	if b.sinks[sink] < 0 {
		p := &b.plan.Sinks[sink]
		b.sinks[sink] = b.add(flow.Node{
			ID: "sink-" + p.Name, Schema: p.Schema, Sink: &flow.Sink{Name: p.Name, Sink: b.spec.Sinks[sink]},
		})
	}
	return &b.nodes[b.sinks[sink]]
}
