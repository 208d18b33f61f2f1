package file

import (
	"bytes"
	"errors"
	"io"
	"sync"
	"sync/atomic"

	"streamsql/internal/format"
)

// chunkBytes is how long a chunk is at most, unless its only line is longer. A block holds a little more, because a
// chunk is decided with what follows it in view.
const (
	chunkBytes = 1 << 20
	blockBytes = chunkBytes + 64<<10
)

// blocks recycles memory. Safe for concurrent use.
type blocks struct {
	mu   sync.Mutex
	free [][]byte
	held func(bytes int64) // told how much more memory is in use; may be nil
}

// keepFree is how many blocks are kept for reuse.
const keepFree = 32

// block is memory that several chunks share; it goes back when the last one is released.
type block struct {
	pool *blocks
	buf  []byte
	refs atomic.Int32
}

func (p *blocks) get(size int) *block {
	b := &block{pool: p}
	b.refs.Store(1)
	if size <= blockBytes {
		p.mu.Lock()
		if n := len(p.free); n > 0 {
			b.buf = p.free[n-1]
			p.free = p.free[:n-1]
		}
		p.mu.Unlock()
		size = blockBytes
	}
	if b.buf == nil {
		b.buf = make([]byte, size)
	}
	p.tell(int64(len(b.buf)))
	return b
}

func (p *blocks) tell(n int64) {
	if p.held != nil {
		p.held(n)
	}
}

func (b *block) release() {
	if b.refs.Add(-1) != 0 {
		return
	}
	p := b.pool
	p.tell(-int64(len(b.buf)))
	if len(b.buf) == blockBytes {
		p.mu.Lock()
		if len(p.free) < keepFree {
			p.free = append(p.free, b.buf)
		}
		p.mu.Unlock()
	}
	b.buf = nil
}

// cutter cuts a stream of records into chunks. Where a chunk ends depends on nothing but the bytes from its beginning
// on:
//
//   - after the rows-th record, when that many end within chunkBytes;
//   - else at the end of the stream, when that is within chunkBytes;
//   - else after the last record that ends within chunkBytes;
//   - else after the record that begins it, when that is no longer than a record may be;
//   - else such a record is handed out cut to one byte more than a record may have, which is enough to see that it is
//     too long; its rest is passed over without being kept.
type cutter struct {
	r         io.Reader
	pool      *blocks
	split     format.Splitter
	rows      int
	maxRecord int
	afterRead func() error // after each read; may fail

	block      *block
	start, end int   // unread bytes of block
	at         int64 // position of start
	line       int64 // number of the line at start, from 1; 0 when it is not known
	eof        bool
}

// cut is one chunk; release gives data back.
type cut struct {
	data    []byte
	records int
	at      int64 // position of its first byte
	next    int64 // position after it
	line    int64 // number of its first line
	after   int64 // number of the line after it
	held    int64 // memory that release gives back
	last    bool  // the stream ends with it
	release func()
}

// next gives the next chunk; its data is empty only when the stream is.
func (c *cutter) next() (cut, error) {
	if c.block == nil {
		c.block = c.pool.get(blockBytes)
	}
	for {
		view := c.visible()
		if len(view) > chunkBytes {
			view = view[:chunkBytes]
		}
		n, end := c.split.Split(view, c.rows)
		if n == c.rows && (end < c.end-c.start || c.eof) {
			return c.give(end, n), nil
		}
		switch {
		case c.eof && c.end-c.start <= chunkBytes:
			if end < len(view) {
				n++
			}
			return c.give(len(view), n), nil
		case c.end-c.start <= chunkBytes:
			if err := c.fill(chunkBytes + 1); err != nil {
				return cut{}, err
			}
		case n > 0:
			return c.give(end, n), nil
		default:
			return c.longRecord()
		}
	}
}

func (c *cutter) visible() []byte { return c.block.buf[c.start:c.end] }

// longRecord gives a record that is longer than chunkBytes.
func (c *cutter) longRecord() (cut, error) {
	limit := max(c.maxRecord, chunkBytes) + 1 // with the line feed
	for looked, state := 0, 0; ; {
		view := c.visible()
		if len(view) > limit {
			view = view[:limit]
		}
		n, next := c.split.End(view[looked:], state)
		if n >= 0 {
			if n += looked; n == c.end-c.start && !c.eof { // is it the last?
				if err := c.fill(n + 1); err != nil {
					return cut{}, err
				}
			}
			return c.give(n, 1), nil
		}
		if looked, state = len(view), next; looked == limit {
			return c.tooLong(limit, state)
		}
		if c.eof {
			return c.give(len(view), 1), nil
		}
		if err := c.fill(min(2*looked, limit)); err != nil {
			return cut{}, err
		}
	}
}

// tooLong gives the first keep bytes of a record and passes over its rest.
func (c *cutter) tooLong(keep, state int) (cut, error) {
	line := c.line
	out := c.give(keep, 1)
	if line > 0 { // the record goes on: its last line has not ended
		c.line = line + int64(bytes.Count(out.data, newline))
	}
	for done := false; !done; {
		view := c.visible()
		n := len(view)
		var end int
		if end, state = c.split.End(view, state); end >= 0 {
			n, done = end, true
		}
		c.pass(n, c.lines(view[:n]))
		if done || (c.eof && c.start == c.end) {
			break
		}
		if err := c.fill(1); err != nil {
			out.release()
			return cut{}, err
		}
	}
	out.next, out.after, out.last = c.at, c.line, c.eof && c.start == c.end
	return out, nil
}

// pass goes over the next n bytes, which end so many lines.
func (c *cutter) pass(n, lines int) {
	if c.line > 0 {
		c.line += int64(lines)
	}
	c.start += n
	c.at += int64(n)
}

// lines counts the lines that end with data, which ends in a line feed except perhaps at the end of the stream.
func (c *cutter) lines(data []byte) int {
	n := bytes.Count(data, newline)
	if c.eof && c.start+len(data) == c.end && len(data) > 0 && data[len(data)-1] != '\n' {
		n++
	}
	return n
}

// head takes the first record of the stream off, nil for an empty stream. It is a copy.
func (c *cutter) head() ([]byte, error) {
	if c.block == nil {
		c.block = c.pool.get(blockBytes)
	}
	for {
		view := c.visible()
		n, _ := c.split.End(view, 0)
		if n < 0 && !c.eof && len(view) <= maxHead {
			if err := c.fill(min(2*len(view)+blockBytes, maxHead+1)); err != nil {
				return nil, err
			}
			continue
		}
		if n < 0 {
			n = len(view)
		}
		if n > maxHead {
			return nil, errLongHead
		}
		head := bytes.Clone(format.Trim(view[:n]))
		c.pass(n, c.lines(view[:n]))
		return head, nil
	}
}

// maxHead is how long a head may be: every chunk of the stream is compared with it.
const maxHead = 1 << 20

var errLongHead = errors.New("the head is too long")

// smallChunk is the size below which the last chunk of a stream is copied out. It would pin a whole block, and 50,000
// files of one line would pin 50,000 blocks.
const smallChunk = blockBytes / 4

// give hands out the next n bytes.
func (c *cutter) give(n, records int) cut {
	b := c.block
	out := cut{data: b.buf[c.start : c.start+n : c.start+n], records: records, at: c.at, line: c.line, held: int64(n)}
	lines := records
	if _, ok := c.split.(format.Lines); !ok {
		lines = c.lines(out.data)
	}
	c.pass(n, lines)
	out.next, out.after, out.last = c.at, c.line, c.eof && c.start == c.end
	switch {
	case out.last && n < smallChunk:
		out.data = bytes.Clone(out.data)
		c.pool.tell(out.held)
		out.release = func() { c.pool.tell(-out.held) }
		return out
	case out.last:
		out.held += int64(len(b.buf) - c.end) // nothing follows that would use the rest
	}
	b.refs.Add(1)
	out.release = b.release
	return out
}

// fill makes at least want bytes visible, if the stream has them.
func (c *cutter) fill(want int) error {
	if have := c.end - c.start; len(c.block.buf)-c.start < want {
		b := c.pool.get(max(want, blockBytes))
		copy(b.buf, c.visible())
		c.block.release()
		c.block, c.start, c.end = b, 0, have
	}
	for c.end-c.start < want && !c.eof {
		n, err := c.r.Read(c.block.buf[c.end:])
		c.end += n
		if c.afterRead != nil {
			if ferr := c.afterRead(); ferr != nil {
				return ferr
			}
		}
		if err == io.EOF {
			c.eof = true
		} else if err != nil {
			return err
		}
	}
	return nil
}

func (c *cutter) close() {
	if c.block != nil {
		c.block.release()
		c.block = nil
	}
}

var newline = []byte{'\n'}
