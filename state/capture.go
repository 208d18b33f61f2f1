package state

import (
	"bytes"
	"context"
	"sync"

	"streamsql/internal/budget"
	"streamsql/internal/diag"
	"streamsql/internal/store"
)

// Capture is one epoch's changes, encoded. The containers may change again while it is written.
type Capture struct {
	epoch   int64
	data    []byte
	crc     uint32
	account *budget.Account // holds data until it is written
}

// Bytes is the size of the file to come.
func (c *Capture) Bytes() int { return len(c.data) }

// parallelRows is the number of rows from which shares are encoded side by side; with fewer, starting goroutines costs
// more than it saves.
const parallelRows = 16 << 10

// Capture encodes what was touched since the last capture and begins the next epoch. It runs after the last Advance,
// while nobody uses the containers. When nothing was touched it returns nil: the epoch has no file.
func (s *State) Capture(epoch int64) (*Capture, error) {
	encoders, rows := s.collect()
	if len(encoders) == 0 {
		return nil, nil
	}
	h := header{First: epoch, Last: epoch}
	number := map[*container]int{}
	for _, e := range encoders {
		if _, ok := number[e.c]; !ok {
			number[e.c] = len(h.Containers)
			h.Containers = append(h.Containers, entryOf(e.c.schema))
		}
		e.number = number[e.c]
	}
	if rows < parallelRows {
		for _, e := range encoders {
			e.run()
		}
	} else {
		var wg sync.WaitGroup
		for _, e := range encoders {
			wg.Go(e.run)
		}
		wg.Wait()
	}
	c, err := assemble(h, encoders)
	if err != nil {
		return nil, err
	}
	c.epoch, c.account = epoch, s.captures
	c.account.Set(int64(cap(c.data)))
	// Last: settling frees ids and panes whose keys the encoders read, and after an error everything must still count as
	// touched.
	for _, e := range encoders {
		e.share.settle()
	}
	return c, nil
}

// collect makes an encoder for every share that has changed.
func (s *State) collect() (out []*encoder, rows int) {
	s.each(func(c *container, lane int, own share) {
		if n, changed := own.collect(); changed {
			out, rows = append(out, &encoder{c: c, lane: lane, share: own}), rows+n
		}
	})
	return out, rows
}

// assemble puts the sections into a frame.
func assemble(h header, encoders []*encoder) (*Capture, error) {
	size := footerSize
	for _, e := range encoders {
		if e.err != nil {
			return nil, e.err
		}
		for _, d := range e.data {
			size += len(d) + 200 // about what the directory says of a section
		}
	}
	var out bytes.Buffer
	out.Grow(size + 1024*len(h.Containers))
	f, err := newFrame(&out, h)
	if err != nil {
		return nil, err
	}
	for _, e := range encoders {
		for i, s := range e.sections {
			if err := f.add(s, e.data[i]); err != nil {
				return nil, err
			}
		}
	}
	crc, err := f.finish()
	return &Capture{data: out.Bytes(), crc: crc}, err
}

// Write makes the capture durable under a name that nobody has used: state/<epoch>-<term>-<random>.delta. Until a
// commit names the file, nobody reads it.
func (c *Capture) Write(ctx context.Context, st store.Store, name string) (FileRef, error) {
	defer c.account.Set(0)
	if err := st.Create(ctx, name, c.data, nil); err != nil {
		return FileRef{}, diag.New(diag.CheckpointWrite, "state file %s cannot be written", name).WithCause(err).
			WithHint("free space or repair the disk, then start again: the epoch is repeated")
	}
	return FileRef{Name: name, Bytes: int64(len(c.data)), CRC: c.crc, First: c.epoch, Last: c.epoch}, nil
}
