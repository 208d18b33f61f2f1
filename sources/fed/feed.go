package fed

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"sync"

	"streamsql/sources"
)

// feed reads a table from a position on. It implements sources.Feed.
type feed struct {
	t      *Table
	rows   int
	ends   bool
	at     position
	to     position // where it ends; nil: whatever comes
	replay bool
	turn   int // the partition to look at first
	draw   *rand.Rand

	// Under t.mu, since they decide what Next gives.
	looks int64 // asked for
	moved bool  // a mark is due once everything has been given

	once sync.Once
	quit chan struct{}
}

func newFeed(t *Table, at position, sc sources.Scan) *feed {
	f := &feed{t: t, rows: max(sc.ChunkRows, 1), ends: sc.Ends, at: at, moved: true, quit: make(chan struct{})}
	if t.Seed != 0 {
		f.draw = rand.New(rand.NewPCG(t.Seed, uint64(len(at))))
	}
	return f
}

// Next implements sources.Feed.
func (f *feed) Next(ctx context.Context) (sources.Event, error) {
	for {
		event, ok, changed := f.look()
		switch {
		case !ok && changed == nil:
			return sources.Event{}, io.EOF
		case ok:
			return event, nil
		}
		select {
		case <-ctx.Done():
			return sources.Event{}, ctx.Err()
		case <-f.quit:
			return sources.Event{}, io.ErrClosedPipe
		case <-changed:
		}
	}
}

// look gives the next event. Without one it gives what to wait for, or nil at the end of the input.
func (f *feed) look() (event sources.Event, ok bool, changed <-chan struct{}) {
	f.t.mu.Lock()
	defer f.t.mu.Unlock()
	ends := f.to
	if ends == nil {
		ends = f.t.ends()
	}
	if c := f.chunk(ends); c != nil {
		f.moved = true
		return sources.Event{Chunk: c}, true, nil
	}
	if f.replay || f.t.ended && !f.ends {
		return sources.Event{}, false, nil
	}
	if f.ends && f.t.ended && f.whole() {
		return sources.Event{}, false, nil
	}
	if f.moved {
		f.moved = false
		return sources.Event{Mark: &sources.Mark{AtEnd: f.at.present(), CaughtUp: true, Look: f.looks}}, true, nil
	}
	return sources.Event{}, false, f.t.changed
}

// whole reports whether the end that was fixed at the start is that of the input.
func (f *feed) whole() bool {
	for p, n := range f.t.ends() {
		if n == gone && f.at[p] != gone || f.at[p] != gone && f.at[p] < n {
			return false
		}
	}
	return true
}

// chunk announces a new partition, or gives the next records of one that has some. The caller holds t.mu.
func (f *feed) chunk(ends position) *sources.Chunk {
	names := ends.names()
	if len(names) == 0 {
		return nil
	}
	for _, p := range names {
		if _, known := f.at[p]; !known && (len(names) > 1 || ends[p] <= 0) {
			f.at[p] = 0
			return f.t.make(p, 0, 0)
		}
	}
	if f.draw != nil {
		f.turn = f.draw.IntN(len(names))
	}
	for i := range names {
		p := names[(f.turn+i)%len(names)]
		at, end := f.at[p], ends[p]
		if at == gone || end != gone && at >= end {
			continue
		}
		f.turn = (f.turn + i + 1) % len(names)
		if records := len(f.t.partitions[p].records); end == gone && at == records {
			c := f.t.make(p, at, 0)
			f.at[p], c.Gone = gone, true
			return c
		} else if end == gone {
			end = records
		}
		n := min(end-at, f.rows)
		f.at[p] = at + n
		return f.t.make(p, at, n)
	}
	return nil
}

func (t *Table) make(name string, at, n int) *sources.Chunk {
	p := t.partitions[name]
	records := p.records[at : at+n]
	c := &sources.Chunk{Partition: name, Records: n, File: "feed", Line: 1, NewFile: at == 0 && n > 0}
	if t.Headed && n > 0 {
		c.Head = []byte(p.records[0])
		if at == 0 { // the position goes over the head with the first chunk, which does not have it
			at, records = 1, records[1:]
		}
	}
	if len(records) > 0 {
		c.Position, c.Line = p.starts[at], p.lines[at]+1
	}
	switch {
	case len(records) == 0:
	case t.Framed:
		for _, r := range records {
			c.Data = binary.BigEndian.AppendUint32(c.Data, uint32(len(r)))
			c.Data = append(c.Data, r...)
		}
		c.Opener = framed{at: int64(at)}
	default:
		c.Data = []byte(strings.Join(records, "\n") + "\n")
	}
	c.Bytes, c.Size = int64(len(c.Data)), int64(len(c.Data))
	return c
}

// framed opens records that have their length in front.
type framed struct {
	at int64 // ordinal of the first
}

// Open implements sources.Opener.
func (f framed) Open(c *sources.Chunk, into *sources.Records) error {
	into.Begin()
	at := f.at
	for data := c.Data; len(data) > 0; at++ {
		if len(data) < 4 || uint64(len(data)-4) < uint64(binary.BigEndian.Uint32(data)) {
			return errors.New("a record ends beyond its chunk")
		}
		n := binary.BigEndian.Uint32(data)
		into.Value, into.Offset = append(into.Value, data[4:4+n]), append(into.Offset, at)
		data = data[4+n:]
	}
	return nil
}

// Look implements sources.Feed.
func (f *feed) Look() int64 {
	if f.ends {
		return 0
	}
	var n int64
	f.t.change(func() {
		f.looks++
		f.moved = true
		n = f.looks
	})
	return n
}

// Close implements sources.Feed.
func (f *feed) Close() error {
	f.once.Do(func() { close(f.quit) })
	return nil
}
