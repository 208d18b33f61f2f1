// Package blackhole is the connector `blackhole`: rows are counted and forgotten. It measures a query without its sink,
// and takes the place of a destination while a query is being written. Delivery is at least once: it remembers nothing.
package blackhole

import (
	"context"
	"sync/atomic"

	"streamsql/internal/zset"
	"streamsql/sinks"
)

// Declaration is what the planner knows about the connector.
var Declaration = sinks.Declaration{
	Name:      "blackhole",
	Updates:   true,
	Guarantee: sinks.AtLeastOnce,
	Doc:       "Counts rows and forgets them.",
}

// New makes the sink of one table.
func New(sinks.Spec) (sinks.Sink, error) { return &Sink{}, nil }

// Sink counts. Safe for concurrent use.
type Sink struct{ rows atomic.Int64 }

// Rows is how many rows lanes have given it.
func (s *Sink) Rows() int64 { return s.rows.Load() }

// Forgets implements sinks.Forgetful.
func (*Sink) Forgets() bool { return true }

// Peek implements sinks.Sink: there is nothing to see.
func (*Sink) Peek(context.Context, string) (sinks.Marker, error) { return sinks.Marker{}, nil }

// Fence has nobody to shut out.
func (*Sink) Fence(context.Context, string, uint64) (sinks.Marker, error) { return sinks.Marker{}, nil }

// Encoder counts the rows of a lane and produces no bytes.
func (s *Sink) Encoder(int) sinks.Encoder { return encoder{s} }

// Begin starts a transaction without effect.
func (*Sink) Begin(context.Context, int64, sinks.Logged) (sinks.Tx, error) { return tx{}, nil }

// Close frees nothing.
func (*Sink) Close() error { return nil }

type encoder struct{ sink *Sink }

func (e encoder) Encode(dst []byte, b *zset.Batch) ([]byte, error) {
	e.sink.rows.Add(int64(b.N))
	return dst, nil
}

type tx struct{}

func (tx) Write(context.Context, sinks.Block) error   { return nil }
func (tx) Stage(context.Context) error                { return nil }
func (tx) Commit(context.Context, sinks.Marker) error { return nil }
func (tx) Abort(context.Context) error                { return nil }
