package kept

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"

	"streamsql/internal/diag"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
	"streamsql/sinks"
)

// sink is one opening of a table.
type sink struct {
	table *Table
	term  uint64
}

// Batches implements sinks.Batched.
func (s *sink) Batches() bool { return s.table.Batches }

func (s *sink) Peek(_ context.Context, query string) (sinks.Marker, error) {
	s.table.mu.Lock()
	defer s.table.mu.Unlock()
	return s.table.look(query)
}

func (s *sink) Fence(_ context.Context, query string, term uint64) (sinks.Marker, error) {
	s.table.mu.Lock()
	defer s.table.mu.Unlock()
	m, err := s.table.look(query)
	if err != nil {
		return m, err
	}
	s.term, s.table.term = term, max(s.table.term, term)
	return m, s.lost()
}

// look gives the newest marker, if it is the query's own.
func (t *Table) look(query string) (sinks.Marker, error) {
	if !t.marker.Zero() && t.marker.Query != query {
		return sinks.Marker{}, diag.New(diag.SinkForeign, "table %q holds the rows of query %s", t.Name, t.marker.Query)
	}
	return t.marker, nil
}

// lost is the error of an owner that another one has shut out.
func (s *sink) lost() error {
	if s.term >= s.table.term {
		return nil
	}
	return diag.New(diag.FencingLost, "term %d has table %q, this process has term %d", s.table.term, s.table.Name, s.term)
}

func (s *sink) Encoder(int) sinks.Encoder {
	if s.table.Batches {
		return nil
	}
	return frames{s.table}
}

// Begin touches nothing: rows stay in the transaction until its commit, so it need not wait for the log.
func (s *sink) Begin(_ context.Context, epoch int64, _ sinks.Logged) (sinks.Tx, error) {
	return &tx{sink: s, epoch: epoch}, nil
}

func (s *sink) Close() error { return nil }

// rows are those of a batch.
func (t *Table) rows(b *zset.Batch) []Row {
	out := make([]Row, b.N)
	for i := range out {
		out[i] = Row{t.text(b.Cols, i), b.Weight(i)}
	}
	return out
}

func (t *Table) text(cols []*vec.Vec, row int) string {
	if t.Text != nil {
		return t.Text(cols, row)
	}
	var b []byte
	for k, c := range cols {
		if k > 0 {
			b = append(b, ' ')
		}
		b = vec.AppendText(b, c, row)
	}
	return string(b)
}

// frames encodes each row as its weight, the length of its text, and the text.
type frames struct{ table *Table }

func (f frames) Encode(dst []byte, b *zset.Batch) ([]byte, error) {
	for _, r := range f.table.rows(b) {
		dst = binary.AppendVarint(dst, r.Weight)
		dst = binary.AppendUvarint(dst, uint64(len(r.Text)))
		dst = append(dst, r.Text...)
	}
	return dst, nil
}

// unframe reads what frames wrote.
func unframe(data []byte) (out []Row, err error) {
	for len(data) > 0 {
		weight, n := binary.Varint(data)
		if n <= 0 {
			return nil, errors.New("a frame without a weight")
		}
		size, m := binary.Uvarint(data[n:])
		if m <= 0 || size > uint64(len(data)-n-m) {
			return nil, errors.New("a frame that is cut off")
		}
		data = data[n+m:]
		out = append(out, Row{string(data[:size]), weight})
		data = data[size:]
	}
	return out, nil
}

// tx keeps its rows until it is committed.
type tx struct {
	sink   *sink
	epoch  int64
	rows   []Row
	staged bool
}

func (t *tx) Write(_ context.Context, b sinks.Block) error {
	rows, err := unframe(b.Data)
	if err != nil {
		return err
	}
	if b.Batch != nil {
		rows = append(rows, t.sink.table.rows(b.Batch)...)
	}
	changes := int64(0)
	for _, r := range rows {
		changes += max(r.Weight, -r.Weight)
	}
	if changes != b.Rows {
		return fmt.Errorf("a block of %d changes says it has %d", changes, b.Rows)
	}
	t.rows = append(t.rows, rows...)
	return nil
}

func (t *tx) Stage(context.Context) error {
	if err := t.refused(); err != nil {
		return err
	}
	t.staged = true
	return nil
}

// Restage implements sinks.Restager.
func (t *tx) Restage(ctx context.Context) error { return t.Stage(ctx) }

// refused counts a refusal down.
func (t *tx) refused() error {
	table := t.sink.table
	table.mu.Lock()
	if err := t.sink.lost(); err != nil || table.refuse == 0 {
		table.mu.Unlock()
		return err
	}
	table.refuse--
	t.staged = false // as with a broker that has dropped the transaction
	meanwhile := table.meanwhile
	table.mu.Unlock()
	if meanwhile != nil {
		meanwhile()
	}
	return fmt.Errorf("not now: %w", sinks.ErrNotCommitted)
}

func (t *tx) Commit(_ context.Context, m sinks.Marker) error {
	if err := t.refused(); err != nil {
		return err
	}
	table := t.sink.table
	table.mu.Lock()
	defer table.mu.Unlock()
	if err := t.sink.lost(); err != nil {
		return err
	}
	if !t.staged {
		return errors.New("commit before stage")
	}
	if old, ok := table.epochs[t.epoch]; ok && !maps.Equal(fold(old), fold(t.rows)) {
		table.breaches = append(table.breaches, fmt.Sprintf("epoch %d was committed twice with different rows", t.epoch))
	}
	if table.epochs == nil {
		table.epochs = map[int64][]Row{}
	}
	table.epochs[t.epoch], table.marker = t.rows, m
	if table.lose {
		table.lose = false
		return errors.New("the answer was lost")
	}
	return nil
}

func (t *tx) Abort(context.Context) error {
	t.rows, t.staged = nil, false
	return nil
}
