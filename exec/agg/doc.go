// Package agg holds the aggregate functions as accumulators: each works on all groups of a container at once, over
// columns that the container owns and persists.
//
//	rows ──► container: key → dense group id ──► Update(gids, args) ──► state columns ──► Emit(gids) ──► result column
//	                                                   Merge(gids, state columns of another table) ──┘
//
// # Promises
//
// The state after a set of rows does not depend on their order, on how they were cut into calls, or on which of them
// went through another table and were merged: bit for bit, floating point included (see exact.go). So lanes, morsels,
// epochs and local pre-aggregation never change a result. Negative weights take rows back, exactly; only MIN and MAX
// refuse them.
//
// Nothing overflows on the way: sums are kept wide enough for 2^63 rows, and the result type is checked when a result
// is read. Whether a query fails therefore depends on its results, not on the order of its rows.
//
// # State columns
//
// Part of the state format since v1: names, types and meaning of the columns below are frozen. New groups start as
// zeros.
//
//	count                rows BIGINT
//	sum, avg  integers   sum DECIMAL(38,0), n BIGINT
//	          DECIMAL    p ≤ 18 the same (unscaled); else sum, carry BIGINT (bits 128…191), n
//	          FLOAT …    hi DOUBLE, lo DOUBLE, n BIGINT, spill STRING (bytes, see exact.go)
//	min, max             has TINYINT, value BIGINT | DOUBLE | DECIMAL(38,0) | STRING
//
// Aggregates that keep the same state of the same argument under the same FILTER share it (see Set).
package agg

import (
	"streamsql/internal/diag"
	"streamsql/internal/function"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/state"
)

// Accumulator is one aggregate for all groups of a container. Not safe for concurrent use.
type Accumulator interface {
	// Rule names what Update and Merge do to Columns. Accumulators with the same Rule over the same rows hold the same
	// state: one of them keeps it, the others are bound to its columns and only Emit.
	Rule() string
	// Columns is the state: the container owns and persists it. Names are unique within the accumulator.
	Columns() []state.Column
	// Bind points the accumulator at the columns of a container, in the order of Columns. Cheap; done whenever another
	// container is meant.
	Bind(cols []*state.Col)
	// Update adds row i, weights[i] times (nil: once), to group gids[i], unless it is outside active (FILTER) or its
	// argument is NULL. A negative weight takes rows back, unless the aggregate is append-only (function.AppendOnly).
	Update(gids []uint32, args []*vec.Vec, weights []int64, active vec.Bitmap)
	// Merge adds row i of another container's columns to group gids[i].
	Merge(gids []uint32, other []*vec.Vec)
	// Emit makes the results of the groups.
	Emit(gids []uint32, out *vec.Vec) *GroupError
}

// Linear is an Accumulator that takes back what was merged: the state is then, bit for bit, what it was before.
type Linear interface {
	Accumulator
	// Unmerge takes row i of another container's columns from group gids[i], which has it.
	Unmerge(gids []uint32, other []*vec.Vec)
}

// GroupError is a result that does not fit its type. The operator that knows the key turns it into a diag.Error.
type GroupError struct {
	Row int // index into the gids given to Emit
	Msg string
}

// New makes the accumulator of an overload (internal/function's ids) for the given argument and result types.
func New(id string, args []sqltype.Type, result sqltype.Type) (Accumulator, error) {
	name := function.NameOf(id)
	switch {
	case name == "count" && (len(args) == 0 || args[0].NotNull):
		return &count{}, nil
	case name == "count":
		return &count{nullable: true}, nil
	case len(args) != 1:
		return nil, unknown(id)
	}
	arg := args[0]
	switch name {
	case "sum", "avg":
		avg := name == "avg"
		switch {
		case arg.IsApprox():
			return &floatSum{avg: avg, arg: arg, result: result}, nil
		case arg.Phys() == sqltype.PhysI128:
			return &wideSum{avg: avg, arg: arg, result: result}, nil
		case arg.IsInteger() || arg.Kind == sqltype.Decimal:
			return &intSum{avg: avg, arg: arg, result: result}, nil
		}
	case "min", "max":
		if x := newExtreme(name == "max", arg, result); x != nil {
			return x, nil
		}
	}
	return nil, unknown(id)
}

func unknown(id string) error {
	return diag.New(diag.Internal, "no accumulator for aggregate %q", id)
}
