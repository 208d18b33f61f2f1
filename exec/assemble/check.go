package assemble

import (
	"errors"

	"streamsql/exec/op"
	"streamsql/internal/diag"
	"streamsql/planner/physical"
)

// Check builds every operator of a plan as Graph does, for its faults alone: constants that cannot be computed and
// patterns that are malformed. It does not stop at the first; the error is a diag.List in source order, without what
// two operators say alike. Nothing of s is used but its state and its clock.
func Check(p *physical.Plan, s Spec) error {
	s.Lanes = 1
	b := newBuilder(p, s)
	var faults diag.List
	note := func(err error) {
		if err != nil {
			faults = appendNew(faults, err)
		}
	}
	for i := range p.Nodes {
		note(b.node(i))
	}
	for _, n := range b.nodes {
		switch {
		case n.Scan != nil:
			_, err := n.Scan.NewDecoder()
			note(err)
		case n.New != nil:
			note(opens(n.New, op.Setup{Lanes: 1, State: s.State, Budget: s.Budget, Epoch: s.Clock, Counters: &op.Counters{}}))
		}
	}
	faults.Sort()
	return faults.Err()
}

// opens builds one operator and lets it go.
func opens(build func(int) (op.Operator, error), setup op.Setup) error {
	o, err := build(0)
	if err != nil {
		return err
	}
	err = o.Open(&setup)
	return errors.Join(err, o.Close())
}

// appendNew adds the faults within err that are not in the list.
func appendNew(list diag.List, err error) diag.List {
	for _, e := range diag.Faults(err) {
		known := false
		for _, old := range list {
			known = known || old.Code == e.Code && old.Span == e.Span && old.Msg == e.Msg
		}
		if !known {
			list = append(list, e)
		}
	}
	return list
}
