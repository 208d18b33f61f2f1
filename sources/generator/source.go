package generator

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"sync"
	"time"

	"streamsql/internal/diag"
	"streamsql/internal/format"
	"streamsql/sources"
)

// Endless is the number of rows of a table without end.
const Endless = 1<<63 - 1

// Spec describes a generated table.
type Spec struct {
	Table     string
	Connector string  // for people: in the place of a row
	Ends      []int64 // rows of each partition; Endless
	// Pace is how many rows of a partition come to exist in a second. It is positive.
	Pace Pace
	// Unpaced gives rows as fast as they are taken.
	Unpaced bool
	// KeepAlive keeps a table with an end open after its last row.
	KeepAlive bool
	// Timed tables have rows that carry the time at which they are due. They have one partition and a whole Pace.
	Timed bool
	// Of names the options that decide what rows hold.
	Of string
	// RowBytes estimates the memory of a decoded row.
	RowBytes func(format.Config) int64
	// Rows resolves the columns; see sources.Generating.
	Rows func(format.Config) (func() format.Decoder, error)
}

// Source is a generated table. It implements sources.Source, sources.Generating, sources.Growing and sources.Noticing.
type Source struct {
	spec  Spec
	names []string // of the partitions

	mu       sync.Mutex
	rowBytes int64
	notices  []string
}

var (
	_ sources.Source     = (*Source)(nil)
	_ sources.Generating = (*Source)(nil)
	_ sources.Growing    = (*Source)(nil)
	_ sources.Noticing   = (*Source)(nil)
)

// New makes the source of a table.
func New(spec Spec) *Source {
	s := &Source{spec: spec, rowBytes: 64}
	for i := range spec.Ends {
		s.names = append(s.names, strconv.Itoa(i))
	}
	return s
}

// Rows implements sources.Generating.
func (s *Source) Rows(c format.Config) (func() format.Decoder, error) {
	s.mu.Lock()
	s.rowBytes = s.spec.RowBytes(c)
	s.mu.Unlock()
	return s.spec.Rows(c)
}

// Open implements sources.Source.
func (s *Source) Open(_ context.Context, from sources.Offset, sc sources.Scan) (sources.Feed, error) {
	at, err := s.parse(from)
	if err != nil {
		return nil, err
	}
	if at.Of != s.spec.Of {
		s.notice("table " + strconv.Quote(s.spec.Table) + " was changed: the rows that follow are made by its new options")
	}
	f := s.newFeed(at, sc)
	f.anchor = s.anchor(at, f.watch.last)
	if sc.Ends {
		f.fixEnds()
	}
	return f, nil
}

// anchor is the time line of a new feed: it begins now, and no earlier than that of the feed before came to.
func (s *Source) anchor(at position, now time.Time) *Anchor {
	if !s.spec.Timed {
		return nil
	}
	a := &Anchor{Row: at.Rows[s.names[0]], US: now.UnixMicro(), Rate: s.spec.Pace.Rows}
	if at.Anchor != nil {
		a.US = max(a.US, at.Anchor.At(a.Row))
	}
	return a
}

// Replay implements sources.Source.
func (s *Source) Replay(_ context.Context, from, to sources.Offset, sc sources.Scan) (sources.Feed, error) {
	at, err := s.parse(from)
	if err != nil {
		return nil, err
	}
	end, err := s.parse(to)
	if err != nil {
		return nil, err
	}
	if end.Of != s.spec.Of {
		return nil, diag.New(diag.SourceOffset,
			"table %q: its options were changed, and the open epoch would be repeated with other rows", s.spec.Table).
			WithHint("run the earlier file once with --trigger once, then the new one")
	}
	f := s.newFeed(at, sc)
	f.replay, f.anchor = true, end.Anchor
	for i, name := range s.names {
		to, ok := end.Rows[name]
		if !ok {
			to = unannounced
		}
		f.ends[i] = to
	}
	return f, nil
}

// Offset implements sources.Source.
func (s *Source) Offset(from sources.Offset, taken []*sources.Chunk) (sources.Offset, error) {
	at, err := s.parse(from)
	if err != nil {
		return nil, err
	}
	if len(taken) == 0 && from != nil {
		return from, nil
	}
	at.Of = s.spec.Of
	for _, c := range taken {
		at.advance(c.Partition, c.Private.(*given))
	}
	return json.Marshal(at)
}

// Grown implements sources.Growing: the end of the table was moved since it was reached.
func (s *Source) Grown(at sources.Offset) (grown bool, names []string, err error) {
	pos, err := s.parse(at)
	if err != nil {
		return false, nil, err
	}
	for i, name := range s.names {
		if rows := pos.Rows[name]; rows < s.spec.Ends[i] {
			names = append(names, fmt.Sprintf("partition %s after row %d", name, rows))
		}
	}
	return len(names) > 0, names, nil
}

// Committed implements sources.Source: nothing outside depends on it.
func (s *Source) Committed(context.Context, sources.Offset) error { return nil }

// Close implements sources.Source.
func (s *Source) Close() error { return nil }

// Notices implements sources.Noticing.
func (s *Source) Notices() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.notices
	s.notices = nil
	return out
}

func (s *Source) notice(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notices = append(s.notices, text)
}
