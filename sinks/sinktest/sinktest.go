// Package sinktest holds sinks against the contract of package sinks: one suite for every connector and for the sinks
// that tests make for themselves.
//
//	func TestContract(t *testing.T) {
//		sinktest.Run(t, func(t *testing.T) sinktest.World { … })
//	}
//
// That the suite can be passed, with frames and with batches, is shown by sinks/kept.
package sinktest

import (
	"context"
	"errors"
	"slices"
	"testing"

	"streamsql/internal/diag"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
	"streamsql/sinks"
)

// World is one destination, seen by several processes.
type World struct {
	// Open makes another opening of the destination, as each start of a query does.
	Open func(t *testing.T) sinks.Sink
	// Rows is what a reader of the destination sees now, in the order of epochs and of rows within. nil when nothing
	// can be read back.
	Rows func(t *testing.T) []int64
	// Refuse makes the next n calls of Stage or Commit fail as certainly not committed; nil when the sink never does.
	Refuse func(n int)
}

// Table and Schema are what the suite writes: one BIGINT column n.
const Table = "result"

// Schema is that of Table.
var Schema = sqltype.Schema{{Name: "n", Type: sqltype.BigIntType}}

// The queries of the suite.
const (
	query   = "0b7e7c2e-4b1d-4c55-9e0a-6d9f4a3c2b11"
	another = "1c8f8d3f-5c2e-4d66-8f1b-7e0a5b4d3c22"
)

// Run holds the sinks of a world against the contract; each test gets a world of its own.
func Run(t *testing.T, world func(t *testing.T) World) {
	for _, c := range []struct {
		name     string
		remember bool // only for sinks that have markers
		test     func(*suite)
	}{
		{"epochs in order", false, (*suite).epochsInOrder},
		{"blocks are borrowed", false, (*suite).blocksAreBorrowed},
		{"aborted", false, (*suite).aborted},
		{"write before the log", false, (*suite).writeBeforeLog},
		{"invisible until commit", true, (*suite).invisibleUntilCommit},
		{"markers", true, (*suite).markers},
		{"peek stops nobody", true, (*suite).peekStopsNobody},
		{"another query", true, (*suite).anotherQuery},
		{"fenced", true, (*suite).fenced},
		{"committed twice", true, (*suite).committedTwice},
		{"by whomever", true, (*suite).byWhomever},
		{"not committed", true, (*suite).notCommitted},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &suite{T: t, world: world(t)}
			first := s.open()
			f, ok := first.(sinks.Forgetful)
			if c.remember && ok && f.Forgets() {
				t.Skip("it remembers nothing")
			}
			s.sink = first
			c.test(s)
		})
	}
}

// suite is one test's world and its first opening.
type suite struct {
	*testing.T
	world World
	sink  sinks.Sink
}

var ctx = context.Background()

func (s *suite) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *suite) open() sinks.Sink {
	s.Helper()
	sink := s.world.Open(s.T)
	s.Cleanup(func() { _ = sink.Close() })
	return sink
}

// owner opens the sink for a term and gives the newest marker.
func (s *suite) owner(term uint64) (sinks.Sink, sinks.Marker) {
	s.Helper()
	sink := s.open()
	m, err := sink.Fence(ctx, query, term)
	s.must(err)
	return sink, m
}

func logged(context.Context) error { return nil }

// batch makes a batch of rows.
func batch(rows ...int64) *zset.Batch {
	v := vec.New(sqltype.BigIntType, len(rows))
	copy(vec.Of[int64](v), rows)
	return &zset.Batch{Schema: Schema, N: len(rows), Cols: []*vec.Vec{v}}
}

// write gives rows to a transaction as exec/flow does: encoded in a lane, or copied; what was lent is spoilt
// afterwards.
func (s *suite) write(sink sinks.Sink, tx sinks.Tx, rows ...int64) {
	s.Helper()
	b := batch(rows...)
	if f, ok := sink.(sinks.Batched); ok && f.Batches() {
		s.must(tx.Write(ctx, sinks.Block{Batch: b.Copy(), Rows: b.Changes()}))
		return
	}
	data, err := sink.Encoder(0).Encode(nil, b)
	s.must(err)
	if len(data) > 0 {
		s.must(tx.Write(ctx, sinks.Block{Data: data, Rows: b.Changes()}))
	}
	for i := range data {
		data[i] = 'X'
	}
}

// stage brings an epoch with rows up to its commit.
func (s *suite) stage(sink sinks.Sink, epoch int64, rows ...int64) sinks.Tx {
	s.Helper()
	tx, err := sink.Begin(ctx, epoch, logged)
	s.must(err)
	for _, part := range [][]int64{rows[:len(rows)/2], rows[len(rows)/2:]} {
		if len(part) > 0 {
			s.write(sink, tx, part...)
		}
	}
	s.must(tx.Stage(ctx))
	return tx
}

// marker is the marker of an epoch with rows.
func marker(epoch int64, term uint64, rows ...int64) sinks.Marker {
	var d zset.Digest
	d.Add(batch(rows...))
	return sinks.Marker{
		Query: query, Sink: Table, Epoch: epoch, Term: term, Rows: int64(len(rows)), Digest: d.String(),
		Plan: "00c0ffee00c0ffee",
	}
}

func (s *suite) run(sink sinks.Sink, epoch int64, term uint64, rows ...int64) {
	s.Helper()
	s.must(s.stage(sink, epoch, rows...).Commit(ctx, marker(epoch, term, rows...)))
}

// sees compares what a reader sees.
func (s *suite) sees(rows ...int64) {
	s.Helper()
	if s.world.Rows == nil {
		return
	}
	if got := s.world.Rows(s.T); !slices.Equal(got, rows) {
		s.Fatalf("a reader sees %v, want %v", got, rows)
	}
}

// says compares the newest marker of a new look.
func (s *suite) says(want sinks.Marker) {
	s.Helper()
	m, err := s.open().Peek(ctx, query)
	s.must(err)
	if m != want {
		s.Fatalf("the marker is %+v, want %+v", m, want)
	}
}

func (s *suite) lost(err error) {
	s.Helper()
	if err == nil || diag.CodeOf(err) != diag.FencingLost {
		s.Fatalf("got %v, want %s", err, diag.FencingLost)
	}
	if errors.Is(err, sinks.ErrNotCommitted) {
		s.Fatal("an owner of the past may not try again")
	}
}
