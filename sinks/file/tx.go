package file

import (
	"context"
	"errors"
	"fmt"

	"streamsql/internal/fault"
	"streamsql/sinks"
)

// tx is one epoch that is being written. After an error it is of no use: its staged files are removed, and Begin of the
// same epoch starts over under other names.
type tx struct {
	sink   *Sink
	epoch  int64
	prefix string // of staged names
	buf    []byte
	open   *part        // being written
	parts  []partRecord // finished
	staged bool
	done   bool
	err    error
}

// Begin implements sinks.Sink. What Write leaves is in staging/, which nobody reads: it need not wait for the log.
func (s *Sink) Begin(_ context.Context, epoch int64, _ sinks.Logged) (sinks.Tx, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.query == "" {
		return nil, errors.New("file sink: Begin before Fence")
	}
	s.attempts++
	t := &tx{sink: s, epoch: epoch, buf: s.spare}
	t.prefix = fmt.Sprintf("%s-%d-%d-%d-%s", s.query8(), s.term, epoch, s.attempts, s.nonce)
	s.spare = nil
	if t.buf == nil {
		t.buf = make([]byte, 0, bufferSize)
	}
	return t, nil
}

// Write implements sinks.Tx. Parts are cut after the row that reaches the limit, wherever blocks begin and end.
func (t *tx) Write(ctx context.Context, b sinks.Block) error {
	if t.err != nil {
		return t.err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	for data := b.Data; len(data) > 0; {
		n, err := t.writeSome(data)
		if err != nil {
			return t.giveUp(err)
		}
		data = data[n:]
	}
	return nil
}

// writeSome writes as much of data as the open part takes.
func (t *tx) writeSome(data []byte) (int, error) {
	if t.open == nil {
		p, err := t.sink.createPart(fmt.Sprintf("%s-%d.tmp", t.prefix, len(t.parts)), t.buf)
		if err != nil {
			return 0, err
		}
		t.open = p
		if head := t.sink.form.head; len(head) > 0 {
			if err := p.write(head); err != nil {
				return 0, err
			}
		}
	}
	n, limit := len(data), t.sink.limit
	if room := limit - t.open.bytes; limit > 0 && room <= int64(n) {
		// The first record that ends at the limit or beyond. Records are looked for from the beginning of the block: a
		// line feed in the middle of one may be text.
		split := t.sink.form.split
		_, before := split.Split(data[:max(0, room-1)], len(data)+1)
		if end, _ := split.End(data[before:], 0); end >= 0 {
			n = before + end
		}
	}
	if err := t.open.write(data[:n]); err != nil {
		return 0, err
	}
	if limit > 0 && t.open.bytes >= limit && t.open.last == '\n' {
		return n, t.closePart()
	}
	return n, nil
}

// closePart makes the open part durable and notes its final name.
func (t *tx) closePart() error {
	p := t.open
	t.open = nil
	rec := p.record(partName(t.sink.query8(), t.epoch, len(t.parts), t.sink.form.ext))
	t.parts = append(t.parts, rec) // also when it fails: giveUp removes it
	return p.finish()
}

// Stage implements sinks.Tx: parts durable under staged names.
func (t *tx) Stage(context.Context) error {
	if t.err != nil || t.staged {
		return t.err
	}
	if t.open != nil {
		if err := t.closePart(); err != nil {
			return t.giveUp(err)
		}
	}
	if err := t.sink.syncDir(stagingDir); err != nil {
		return t.giveUp(err)
	}
	if err := t.sink.faults.Point(fault.SinkStaged); err != nil {
		return t.giveUp(t.sink.failed("write", t.sink.dir, err))
	}
	t.staged = true
	t.returnBuffer()
	return nil
}

// Abort implements sinks.Tx.
func (t *tx) Abort(context.Context) error {
	if t.err == nil && !t.done {
		_ = t.giveUp(errors.New("file sink: the transaction was aborted"))
	}
	return nil
}

// giveUp removes what was staged, as far as that works (a later owner sweeps the rest), and makes the error stay.
func (t *tx) giveUp(err error) error {
	t.err = err
	if t.open != nil {
		_ = t.open.file.Close()
		_ = t.sink.fs.Remove(t.open.name())
		t.open = nil
	}
	t.removeStaged()
	t.returnBuffer()
	return err
}

func (t *tx) removeStaged() {
	for _, p := range t.parts {
		_ = t.sink.fs.Remove(t.sink.path(stagingDir, p.Staged))
	}
}

func (t *tx) returnBuffer() {
	t.sink.mu.Lock()
	defer t.sink.mu.Unlock()
	t.sink.spare, t.buf = t.buf, nil
}
