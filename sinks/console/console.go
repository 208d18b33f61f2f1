package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"syscall"

	"streamsql/internal/diag"
	"streamsql/internal/format/json"
	"streamsql/internal/sqltype"
	"streamsql/sinks"
)

// The kinds of output.
const (
	KindJSONL     = "jsonl"
	KindChangelog = "changelog"
	KindCSV       = "csv"
	KindTable     = "table"
	KindNone      = "none"
)

// Options describe the output of a bare SELECT.
type Options struct {
	Kind     string // one of the kinds
	Schema   sqltype.Schema
	Updating bool         // rows may be taken back
	Bounded  bool         // the input has an end
	Terminal bool         // the writer is a terminal: boxes are drawn with lines
	Columns  func() int   // cells of a line of the writer; nil: lines have no end
	Screen   *Screen      // where a table can be redrawn in place; nil: nowhere
	Epoch    func() int64 // the epoch under way, for changelog
}

// columns is the width of a line; 0 is no limit.
func (o Options) columns() int {
	if o.Columns == nil {
		return 0
	}
	return o.Columns()
}

// ErrPipe is the cause of the error when the reader of the output has gone: the query may end, and no message is
// needed. (On stdout itself the system ends the process first.)
var ErrPipe = errors.New("the reader of the output has gone")

// New makes the sink that writes a result to w.
func New(w io.Writer, o Options) (sinks.Sink, error) {
	s := &Sink{out: &output{w: w}, hold: o.Updating}
	folds := o.Updating && o.Bounded
	switch o.Kind {
	case KindJSONL:
		s.encoder = func() sinks.Encoder {
			return json.NewEncoder(o.Schema, json.EncodeOptions{Op: o.Updating && !folds})
		}
		if folds {
			s.encoder = func() sinks.Encoder { return newJSONFoldEncoder(o.Schema) }
			s.fold = newFold(plainLines)
		}
	case KindChangelog:
		s.encoder = func() sinks.Encoder {
			return json.NewEncoder(o.Schema, json.EncodeOptions{Op: true, Epoch: o.Epoch})
		}
	case KindCSV:
		s.head = csvHeader(o.Schema, o.Updating && !folds)
		s.encoder = func() sinks.Encoder { return &csvEncoder{op: o.Updating && !folds} }
		if folds {
			s.encoder = func() sinks.Encoder { return newFoldEncoder(csvRow) }
			s.fold = newFold(plainLines)
		}
	case KindTable:
		s.encoder = func() sinks.Encoder { return newFoldEncoder(cells) }
		s.box = newBox(o.Schema, o.Terminal)
		s.fold = newFold(func(rows []string) []byte { return s.box.render(rows, o.columns()) })
		s.live, s.fold.list = !o.Bounded, !o.Updating
		if s.live && o.Updating {
			s.screen = o.Screen
		}
	case KindNone:
		s.encoder = func() sinks.Encoder { return nothing{} }
	default:
		return nil, diag.New(diag.Usage, "output %q is not known", o.Kind).
			WithHint("use table, changelog, jsonl, csv or none")
	}
	return s, nil
}

// Sink writes one result. Its methods are called by one goroutine at a time, encoders by their lanes.
type Sink struct {
	out     *output
	head    []byte // written once, before the first row or at Close
	encoder func() sinks.Encoder
	hold    bool // the rows of an epoch leave together
	fold    *fold
	live    bool // a fold is printed after each epoch, not at the end
	box     *box
	screen  *Screen // a live fold is redrawn here after each epoch, and printed whole at the end
	begun   bool    // Fence was called: a query that did not start has no result, not even an empty one
	printed bool    // something was written
	failed  bool    // an epoch did not end: there is no final result
}

// Forgets implements sinks.Forgetful.
func (*Sink) Forgets() bool { return true }

// Peek implements sinks.Sink: there is nothing to see.
func (*Sink) Peek(context.Context, string) (sinks.Marker, error) { return sinks.Marker{}, nil }

// Fence has nobody to shut out; it marks the beginning of the query.
func (s *Sink) Fence(context.Context, string, uint64) (sinks.Marker, error) {
	s.begun = true
	return sinks.Marker{}, nil
}

// Drop makes Close print nothing: the query failed, and what was folded so far is not its result.
func (s *Sink) Drop() { s.failed = true }

// Encoder implements sinks.Sink.
func (s *Sink) Encoder(int) sinks.Encoder { return s.encoder() }

// Begin implements sinks.Sink.
func (s *Sink) Begin(context.Context, int64, sinks.Logged) (sinks.Tx, error) {
	s.failed = true // until Commit
	return &tx{sink: s}, nil
}

// Close prints a folded result, if every epoch ended well.
func (s *Sink) Close() error {
	if s.failed || !s.begun {
		return nil
	}
	if s.screen != nil {
		s.screen.setTable(nil)
	}
	if s.fold != nil && (!s.live || s.screen != nil) {
		if !s.fold.list || len(s.fold.rows) > 0 || !s.printed {
			if err := s.print(); err != nil {
				return err
			}
		}
		s.fold.clear()
	}
	return s.write(nil) // the header of an empty result
}

func (s *Sink) write(data []byte) error {
	if s.head != nil {
		data = append(s.head, data...)
		s.head = nil
	}
	s.printed = s.printed || len(data) > 0
	return s.out.write(data)
}

// print writes what a fold holds. A list is done with then.
func (s *Sink) print() error {
	text := s.fold.print()
	if s.fold.list {
		s.fold.clear()
	}
	return s.write(text)
}

// picture is the live fold as a screen draws it.
func (s *Sink) picture() *picture {
	p := &picture{box: s.box}
	for _, r := range s.fold.rows {
		if r.weight <= 0 {
			continue
		}
		p.all += int(r.weight)
		for range min(r.weight, int64(tallest-len(p.rows))) {
			p.rows = append(p.rows, r.text)
		}
	}
	return p
}

// maxList is how many rows a box of an append-only result gathers before it is printed; the next rows get a new one.
const maxList = 2000

// tx is one epoch: rows held back until Commit where the result is updating.
type tx struct {
	sink *Sink
	held []byte
}

func (t *tx) Write(_ context.Context, b sinks.Block) error {
	s := t.sink
	switch {
	case s.hold:
		t.held = append(t.held, b.Data...)
	case s.fold == nil:
		return s.write(b.Data)
	default:
		if s.fold.add(b.Data); len(s.fold.rows) >= maxList {
			return s.print()
		}
	}
	return nil
}

func (t *tx) Stage(context.Context) error { return nil }

func (t *tx) Commit(context.Context, sinks.Marker) error {
	s, held := t.sink, t.held
	t.held = nil
	var err error
	switch {
	case s.fold == nil:
		err = s.write(held)
	case s.screen != nil:
		s.fold.add(held)
		s.screen.setTable(s.picture())
	default:
		if s.fold.add(held); s.live {
			err = s.print()
		}
	}
	s.failed = err != nil
	return err
}

func (t *tx) Abort(context.Context) error {
	t.held = nil
	return nil
}

// output is a writer that several sinks may share.
type output struct {
	mu sync.Mutex
	w  io.Writer
}

func (o *output) write(data []byte) error {
	if len(data) == 0 {
		return nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	_, err := o.w.Write(data)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.EPIPE):
		err = fmt.Errorf("%w: %w", ErrPipe, err)
	}
	return diag.New(diag.SinkFailed, "the output cannot be written").WithCause(err)
}
