package kept

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"testing"

	"streamsql/internal/diag"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
	"streamsql/sinks"
	"streamsql/sinks/sinktest"
)

// TestContract: the suite can be passed, with frames and with batches.
func TestContract(t *testing.T) {
	for name, batches := range map[string]bool{"frames": false, "batches": true} {
		t.Run(name, func(t *testing.T) {
			sinktest.Run(t, func(*testing.T) sinktest.World {
				table := &Table{Batches: batches}
				return sinktest.World{
					Open:   func(*testing.T) sinks.Sink { return table.Sink() },
					Refuse: func(n int) { table.Refuse(n, nil) },
					Rows: func(t *testing.T) (out []int64) {
						for _, r := range table.All() {
							n, err := strconv.ParseInt(r.Text, 10, 64)
							if err != nil {
								t.Fatal(err)
							}
							out = append(out, n)
						}
						return out
					},
				}
			})
		})
	}
}

// commit runs an epoch of changes through a table.
func commit(t *testing.T, table *Table, epoch int64, changes ...Row) error {
	t.Helper()
	ctx := context.Background()
	s := table.Sink()
	if _, err := s.Fence(ctx, "q", table.Term()); err != nil {
		t.Fatal(err)
	}
	tx, err := s.Begin(ctx, epoch, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range changes {
		b := &zset.Batch{N: 1, Cols: []*vec.Vec{vec.Make(sqltype.StringType, c.Text)}, Weights: []int64{c.Weight}}
		data, err := s.Encoder(0).Encode(nil, b)
		if err == nil {
			err = tx.Write(ctx, sinks.Block{Data: data, Rows: b.Changes()})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := tx.Stage(ctx); err != nil {
		t.Fatal(err)
	}
	return tx.Commit(ctx, sinks.Marker{Query: "q", Epoch: epoch})
}

// TestChanges: what is read back is what was written, folded or not; breaches of a changelog are found.
func TestChanges(t *testing.T) {
	table := &Table{}
	odd := "a\tb\n\"ä\""
	for epoch, changes := range [][]Row{{{"x", 2}, {odd, 1}}, {{"x", -1}, {"y", -1}, {"y", 1}}, {{odd, -1}}} {
		if err := commit(t, table, int64(epoch), changes...); err != nil {
			t.Fatal(err)
		}
	}
	if got := table.Rows(1); !slices.Equal(got, []Row{{"x", -1}, {"y", -1}, {"y", 1}}) {
		t.Errorf("epoch 1 brought %v", got)
	}
	if got := table.Fold(); !maps.Equal(got, map[string]int64{"x": 1}) {
		t.Errorf("folded: %v", got)
	}
	if got := table.Breaches(); got != nil {
		t.Errorf("breaches: %v", got)
	}
	_ = commit(t, table, 2, Row{odd, -1}, Row{"z", -1})
	want := []string{"epoch 2 was committed twice with different rows", `epoch 2 deletes "z", which is not there`}
	if got := table.Breaches(); !slices.Equal(got, want) {
		t.Errorf("breaches: %q", got)
	}
}

// TestAccidents: a lost answer leaves the rows there; a marker of another query refuses this one.
func TestAccidents(t *testing.T) {
	table := &Table{Name: "out"}
	table.LoseAnswer()
	if err := commit(t, table, 0, Row{"x", 1}); err == nil || table.Marker().Query != "q" || len(table.All()) != 1 {
		t.Errorf("%v, marker %+v, rows %v", err, table.Marker(), table.All())
	}
	if err := commit(t, table, 1, Row{"y", 1}); err != nil {
		t.Error(err)
	}
	table.SetMarker(sinks.Marker{Query: "another"})
	if _, err := table.Sink().Peek(context.Background(), "q"); diag.CodeOf(err) != diag.SinkForeign {
		t.Error(err)
	}
}
