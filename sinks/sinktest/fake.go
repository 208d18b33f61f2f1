package sinktest

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"sync"

	"streamsql/internal/diag"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
	"streamsql/sinks"
)

// Broker is a destination in memory with transactions, as a message broker has them: what is sent is invisible until
// its transaction ends, which may be refused for now, or happen while the answer gets lost.
type Broker struct {
	mu      sync.Mutex
	records []int64
	marker  sinks.Marker
	term    uint64
	refuse  int // of the next calls of Stage and Commit
	lose    int // answers of the next commits
	asked   int // how often a sink had to find out what became of its commit
	staged  int // how often rows were sent
}

// Refuse makes the next n calls of Stage or Commit fail for now.
func (b *Broker) Refuse(n int) { b.mu.Lock(); defer b.mu.Unlock(); b.refuse = n }

// LoseAnswers makes the next n commits happen without an answer.
func (b *Broker) LoseAnswers(n int) { b.mu.Lock(); defer b.mu.Unlock(); b.lose = n }

// Rows is what a reader sees.
func (b *Broker) Rows() []int64 { b.mu.Lock(); defer b.mu.Unlock(); return slices.Clone(b.records) }

// Counts is how often rows were sent and how often an answer had to be found out.
func (b *Broker) Counts() (staged, asked int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.staged, b.asked
}

// Sink opens the broker for a query; batches says how it takes rows.
func (b *Broker) Sink(batches bool) sinks.Sink { return &Fake{broker: b, batches: batches} }

// Fake writes BIGINT rows to a Broker: by frames of eight bytes with their number in front, or by batches.
type Fake struct {
	broker  *Broker
	batches bool
	query   string
	term    uint64
}

// Batches implements sinks.Batched.
func (f *Fake) Batches() bool { return f.batches }

// Peek implements sinks.Sink.
func (f *Fake) Peek(_ context.Context, query string) (sinks.Marker, error) {
	f.broker.mu.Lock()
	defer f.broker.mu.Unlock()
	return f.look(query)
}

func (f *Fake) look(query string) (sinks.Marker, error) {
	m := f.broker.marker
	if !m.Zero() && m.Query != query {
		return sinks.Marker{}, diag.New(diag.SinkForeign, "the broker has the records of query %s", m.Query)
	}
	return m, nil
}

// Fence implements sinks.Sink.
func (f *Fake) Fence(_ context.Context, query string, term uint64) (sinks.Marker, error) {
	f.broker.mu.Lock()
	defer f.broker.mu.Unlock()
	m, err := f.look(query)
	if err != nil {
		return m, err
	}
	f.query, f.term = query, term
	f.broker.term = max(f.broker.term, term)
	return m, f.shutOut()
}

func (f *Fake) shutOut() error {
	if f.term < f.broker.term {
		return diag.New(diag.FencingLost, "term %d has the broker, this process has term %d", f.broker.term, f.term)
	}
	return nil
}

// Encoder implements sinks.Sink.
func (f *Fake) Encoder(int) sinks.Encoder {
	if f.batches {
		return nil
	}
	return frames{}
}

// Begin implements sinks.Sink. Rows stay in the process until Stage, so it need not wait for the log.
func (f *Fake) Begin(_ context.Context, epoch int64, _ sinks.Logged) (sinks.Tx, error) {
	return &fakeTx{sink: f, epoch: epoch}, nil
}

// Close implements sinks.Sink.
func (f *Fake) Close() error { return nil }

// frames encodes a batch as the number of its rows and their values.
type frames struct{}

func (frames) Encode(dst []byte, b *zset.Batch) ([]byte, error) {
	dst = binary.LittleEndian.AppendUint32(dst, uint32(b.N))
	for _, v := range vec.Of[int64](b.Cols[0])[:b.N] {
		dst = binary.LittleEndian.AppendUint64(dst, uint64(v))
	}
	return dst, nil
}

// fakeTx keeps its rows until it is committed.
type fakeTx struct {
	sink   *Fake
	epoch  int64
	rows   []int64
	staged bool
}

func (t *fakeTx) Write(_ context.Context, b sinks.Block) error {
	before := len(t.rows)
	if b.Batch != nil {
		t.rows = append(t.rows, vec.Of[int64](b.Batch.Cols[0])[:b.Batch.N]...)
	}
	for data := b.Data; len(data) > 0; {
		n := int(binary.LittleEndian.Uint32(data))
		for data = data[4:]; n > 0; n, data = n-1, data[8:] {
			t.rows = append(t.rows, int64(binary.LittleEndian.Uint64(data)))
		}
	}
	if n := int64(len(t.rows) - before); n != b.Rows {
		return fmt.Errorf("a block of %d rows says it has %d", n, b.Rows)
	}
	return nil
}

func (t *fakeTx) Stage(context.Context) error {
	b := t.sink.broker
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := t.refused(); err != nil {
		return err
	}
	b.staged++
	t.staged = true
	return nil
}

// Restage implements sinks.Restager.
func (t *fakeTx) Restage(ctx context.Context) error { return t.Stage(ctx) }

func (t *fakeTx) refused() error {
	b := t.sink.broker
	if err := t.sink.shutOut(); err != nil {
		return err
	}
	if b.refuse > 0 {
		b.refuse--
		t.staged = false // the broker has dropped the transaction
		return fmt.Errorf("not now: %w", sinks.ErrNotCommitted)
	}
	return nil
}

func (t *fakeTx) Commit(_ context.Context, m sinks.Marker) error {
	b := t.sink.broker
	b.mu.Lock()
	defer b.mu.Unlock()
	if same := b.marker.Epoch == m.Epoch && b.marker.Rows == m.Rows && b.marker.Digest == m.Digest; same &&
		!b.marker.Zero() {
		return t.sink.shutOut()
	}
	if err := t.refused(); err != nil {
		return err
	}
	if !t.staged {
		return errors.New("commit before stage")
	}
	b.records, b.marker = append(b.records, t.rows...), m
	if b.lose > 0 { // no answer: the sink reads its own marker, and knows
		b.lose--
		b.asked++
	}
	return nil
}

func (t *fakeTx) Abort(context.Context) error {
	t.rows, t.staged = nil, false
	return nil
}
