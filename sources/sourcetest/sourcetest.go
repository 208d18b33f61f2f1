// Package sourcetest is the contract of sources.Feed as a test suite. Every source passes it, those that exist for
// tests included: a fake that keeps a contract which the real thing breaks hides the bug.
package sourcetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"testing"

	"streamsql/sources"
)

// Input is a table that the suite fills.
type Input interface {
	// Source makes a source over the input; called once for each process that the suite imitates.
	Source() sources.Source
	// Add makes records visible, in one partition or several. They hold the given texts, each once.
	Add(records ...string)
	// Finish ends the input. It returns false when the input never ends by itself (a watched directory).
	Finish() bool
	// Ledger is what the source remembers; nil when it remembers nothing.
	Ledger() Ledger
}

// Maker is an Input whose source makes its records itself: what they hold is not the suite's to say.
type Maker interface {
	Input
	// Make makes n more records visible in each partition and returns their texts.
	Make(n int) []string
	// Texts are the records of a chunk.
	Texts(c *sources.Chunk) []string
}

// Leaving is an Input whose partitions can end.
type Leaving interface {
	// Leave ends every partition that exists.
	Leave()
}

// Streaming is an Input of which nobody can know what exists of it at a moment: Scan.Ends means its end, whenever that
// comes.
type Streaming interface {
	// Streams marks the input.
	Streams()
}

// Ledger is a sources.Ledger that takes what chunks ask to be remembered.
type Ledger interface {
	sources.Ledger
	// Apply makes the changes in order, as the commit of an epoch does.
	Apply(memos []sources.Memo)
}

// Run holds a source against the contract. fresh makes an empty input.
func Run(t *testing.T, fresh func(t *testing.T) Input) {
	for _, law := range []struct {
		name string
		hold func(*suite)
	}{
		{"the first mark comes after everything that existed", (*suite).firstMark},
		{"a look is answered after everything that existed when it was asked", (*suite).looks},
		{"an end that is fixed at the start lets nothing in", (*suite).ends},
		{"a finished input ends with everything given", (*suite).finished},
		{"marks do not pile up", (*suite).quiet},
		{"a replay gives the same bytes, and going on gives the rest", (*suite).replays},
		{"a partition that has gone is not heard of again", (*suite).leaves},
		{"Close and a cancelled context free a blocked Next", (*suite).unblocks},
	} {
		t.Run(law.name, func(t *testing.T) { law.hold(&suite{t: t, in: fresh(t), gone: map[string]bool{}}) })
	}
}

type suite struct {
	t  *testing.T
	in Input
	n  int // records added

	gone map[string]bool // partitions that have ended
}

func (s *suite) scan() sources.Scan {
	sc := sources.Scan{ChunkRows: 3}
	if m := s.in.Ledger(); m != nil {
		sc.Ledger = m
	}
	return sc
}

// add makes n more records visible and returns them.
func (s *suite) add(n int) []string {
	if m, ok := s.in.(Maker); ok {
		return m.Make(n)
	}
	var out []string
	for range n {
		out = append(out, fmt.Sprintf(`{"n":%d}`, s.n))
		s.n++
	}
	s.in.Add(out...)
	return out
}

func (s *suite) open(from sources.Offset, sc sources.Scan) sources.Feed {
	s.t.Helper()
	f, err := s.in.Source().Open(s.t.Context(), from, sc)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = f.Close() })
	return f
}

// until takes events up to the caught-up mark of a look, or the end.
func (s *suite) until(f sources.Feed, look int64) (chunks []*sources.Chunk, ended bool) {
	s.t.Helper()
	for {
		e, err := f.Next(s.t.Context())
		switch {
		case errors.Is(err, io.EOF):
			return chunks, true
		case err != nil:
			s.t.Fatal(err)
		case (e.Chunk == nil) == (e.Mark == nil):
			s.t.Fatal("an event is a chunk or a mark")
		case e.Chunk != nil:
			chunks = append(chunks, s.checked(e.Chunk))
		case e.Mark.CaughtUp && e.Mark.Look >= look:
			return chunks, false
		}
	}
}

// checked holds one chunk against its own contract.
func (s *suite) checked(c *sources.Chunk) *sources.Chunk {
	s.t.Helper()
	if c.Size < int64(len(c.Data)) {
		s.t.Fatalf("a chunk of %d bytes says that it holds %d", len(c.Data), c.Size)
	}
	if len(c.Data) == 0 && c.Records != 0 {
		s.t.Fatalf("a chunk without data has %d records", c.Records)
	}
	return c
}

// records are the texts of chunks, sorted.
func (s *suite) records(chunks []*sources.Chunk) []string {
	s.t.Helper()
	var out []string
	for _, c := range chunks {
		if m, ok := s.in.(Maker); ok {
			out = append(out, m.Texts(c)...)
			continue
		}
		if c.Opener != nil {
			var r sources.Records
			if err := c.Opener.Open(c, &r); err != nil {
				s.t.Fatal(err)
			}
			for _, v := range r.Value {
				out = append(out, string(v))
			}
			continue
		}
		for line := range bytes.Lines(c.Data) {
			out = append(out, string(bytes.TrimSuffix(line, []byte("\n"))))
		}
	}
	slices.Sort(out)
	return out
}

func (s *suite) same(chunks []*sources.Chunk, want []string) {
	s.t.Helper()
	want = slices.Sorted(slices.Values(want))
	if got := s.records(chunks); !slices.Equal(got, want) {
		s.t.Fatalf("%d records %q, want %d %q", len(got), got, len(want), want)
	}
}

func (s *suite) firstMark() {
	for range 30 {
		want := s.add(20)
		f := s.open(nil, sources.Scan{ChunkRows: 3})
		chunks, _ := s.until(f, 0)
		got := s.records(chunks)
		for _, w := range want {
			if !slices.Contains(got, w) {
				s.t.Fatalf("record %s existed and came after the mark", w)
			}
		}
		_ = f.Close()
	}
}

func (s *suite) looks() {
	f := s.open(nil, s.scan())
	s.until(f, 0)
	for range 50 {
		want := s.add(1 + s.n%5)
		chunks, ended := s.until(f, f.Look())
		if ended {
			s.t.Fatal("the input ended")
		}
		s.same(chunks, want)
	}
}

func (s *suite) ends() {
	if _, ok := s.in.(Streaming); ok {
		s.t.Skip("its end is not fixed at the start")
	}
	want := s.add(10)
	sc := s.scan()
	sc.Ends = true
	f := s.open(nil, sc)
	chunks, ended := s.until(f, 0)
	s.add(5)
	s.same(chunks, want)
	if ended {
		return // a bounded input says so
	}
	ctx, cancel := context.WithCancel(s.t.Context())
	look := f.Look()
	if look != 0 {
		s.t.Fatalf("look %d under Ends", look)
	}
	done := make(chan error)
	go func() {
		e, err := f.Next(ctx)
		if err == nil {
			err = fmt.Errorf("an event after the last mark: %+v", e)
		}
		done <- err
	}()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		s.t.Fatal(err)
	}
}

func (s *suite) finished() {
	f := s.open(nil, s.scan())
	want := s.add(10)
	if !s.in.Finish() {
		return // the law is about inputs that end
	}
	var chunks []*sources.Chunk
	for ended := false; !ended; {
		var more []*sources.Chunk
		more, ended = s.until(f, 1<<62)
		chunks = append(chunks, more...)
	}
	s.same(chunks, want)
	if _, err := f.Next(s.t.Context()); !errors.Is(err, io.EOF) {
		s.t.Fatalf("after the end: %v", err)
	}
}

func (s *suite) quiet() {
	s.add(3)
	f := s.open(nil, s.scan())
	if _, ended := s.until(f, 0); ended {
		return
	}
	for range 3 { // each look is answered once
		look := f.Look()
		e, err := f.Next(s.t.Context())
		if err != nil || e.Mark == nil || e.Mark.Look != look {
			s.t.Fatalf("look %d: %+v, %v", look, e, err)
		}
	}
}

// replays cuts the input at random, replays each range in a new process, and continues from each end.
func (s *suite) replays() {
	draw := rand.New(rand.NewPCG(1, 2))
	want := s.add(40)
	var from sources.Offset
	var all []*sources.Chunk
	src := s.in.Source()
	for len(s.records(all)) < len(want) {
		f := s.open(from, s.scan())
		var taken []*sources.Chunk
		for range 1 + draw.IntN(4) {
			e, err := f.Next(s.t.Context())
			if errors.Is(err, io.EOF) || e.Mark != nil {
				break
			}
			if err != nil {
				s.t.Fatal(err)
			}
			taken = append(taken, s.checked(e.Chunk))
		}
		_ = f.Close()
		to, err := src.Offset(from, taken)
		if err != nil {
			s.t.Fatal(err)
		}
		s.replay(from, to, taken)
		for _, c := range taken {
			if m := s.in.Ledger(); m != nil {
				m.Apply(c.Remember)
			}
		}
		all, from = append(all, taken...), to
	}
	s.same(all, want)
}

func (s *suite) replay(from, to sources.Offset, taken []*sources.Chunk) {
	s.t.Helper()
	f, err := s.in.Source().Replay(s.t.Context(), from, to, s.scan())
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	again, ended := s.until(f, 1<<62)
	if !ended {
		s.t.Fatal("a replay gives its range and ends")
	}
	if got, want := concatenation(again), concatenation(taken); got != want {
		s.t.Fatalf("replayed\n%swant\n%s", got, want)
	}
	reached, err := s.in.Source().Offset(from, again)
	if err != nil || !bytes.Equal(reached, to) {
		s.t.Fatalf("the replay reached %s (%v), want %s", reached, err, to)
	}
}

// concatenation is what an epoch makes of chunks: partition by partition, cut as they were cut.
func concatenation(chunks []*sources.Chunk) string {
	chunks = slices.Clone(chunks)
	slices.SortStableFunc(chunks, func(a, b *sources.Chunk) int {
		return sources.ComparePartitions(a.Partition, b.Partition)
	})
	var out bytes.Buffer
	for _, c := range chunks {
		fmt.Fprintf(&out, "%s %s@%d line %d %q", c.Partition, c.File, c.Position, c.Line, c.Data)
		if c.Gone {
			out.WriteString(" gone")
		}
		out.WriteByte('\n')
	}
	return out.String()
}

// leaves lets partitions end between other events, in the middle of what has been read and after it.
func (s *suite) leaves() {
	in, ok := s.in.(Leaving)
	if !ok {
		s.t.Skip("its partitions do not end")
	}
	f := s.open(nil, s.scan())
	var from sources.Offset
	for round := range 6 {
		want := s.add(8)
		if round%2 == 0 {
			in.Leave()
		}
		chunks := s.untilGone(f, f.Look())
		s.same(chunks, want)
		gone := false
		for _, c := range chunks {
			gone = gone || c.Gone
		}
		if gone != (round%2 == 0) {
			s.t.Fatalf("round %d: a partition went: %t", round, gone)
		}
		to, err := s.in.Source().Offset(from, chunks)
		if err != nil {
			s.t.Fatal(err)
		}
		s.replay(from, to, chunks)
		from = to
	}
}

// untilGone is until; it remembers which partitions have gone.
func (s *suite) untilGone(f sources.Feed, look int64) (chunks []*sources.Chunk) {
	s.t.Helper()
	for {
		e, err := f.Next(s.t.Context())
		switch {
		case err != nil:
			s.t.Fatal(err)
		case e.Chunk == nil:
			for _, p := range append(e.Mark.AtEnd, e.Mark.Away...) {
				if s.gone[p] {
					s.t.Fatalf("a mark speaks of partition %s, which has gone", p)
				}
			}
			if e.Mark.CaughtUp && e.Mark.Look >= look {
				return chunks
			}
		default:
			p := e.Chunk.Partition
			if s.gone[p] {
				s.t.Fatalf("a chunk of partition %s, which has gone", p)
			}
			s.gone[p] = e.Chunk.Gone
			chunks = append(chunks, s.checked(e.Chunk))
		}
	}
}

func (s *suite) unblocks() {
	f := s.open(nil, s.scan())
	if _, ended := s.until(f, 0); ended {
		return
	}
	for _, free := range []func(cancel func()){
		func(cancel func()) { cancel() },
		func(func()) { _ = f.Close() },
	} {
		ctx, cancel := context.WithCancel(s.t.Context())
		done := make(chan error)
		go func() {
			_, err := f.Next(ctx)
			done <- err
		}()
		free(cancel)
		if err := <-done; err == nil {
			s.t.Fatal("an event where there should be none")
		}
		cancel()
	}
}
