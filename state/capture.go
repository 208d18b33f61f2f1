package state

import (
	"bytes"
	"context"
	"slices"
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

// parallelRows is from where on shares are encoded side by side; below, starting goroutines costs more than it saves.
const parallelRows = 16 << 10

// Capture encodes what was touched since the last capture and begins the next epoch. It runs after the last Advance,
// while nobody uses the containers. When nothing was touched it returns nil: the epoch has no file.
func (s *State) Capture(epoch int64) (*Capture, error) {
	shares, rows := s.collect()
	if len(shares) == 0 {
		return nil, nil
	}
	h := header{First: epoch, Last: epoch}
	number := map[*container]int{}
	for _, sh := range shares {
		if _, ok := number[sh.c]; !ok {
			number[sh.c] = len(h.Containers)
			h.Containers = append(h.Containers, entryOf(sh.c.decl, sh.c.kind))
		}
	}
	if rows < parallelRows {
		for _, sh := range shares {
			sh.encode(number[sh.c])
		}
	} else {
		var wg sync.WaitGroup
		for _, sh := range shares {
			wg.Go(func() { sh.encode(number[sh.c]) })
		}
		wg.Wait()
	}
	c, err := assemble(h, shares)
	if err != nil {
		return nil, err
	}
	c.epoch, c.account = epoch, s.captures
	c.account.Set(int64(cap(c.data)))
	for _, sh := range shares {
		sh.settle()
	}
	return c, nil
}

// collect finds the shares that have something to say.
func (s *State) collect() (out []*share, rows int) {
	s.shares(func(c *container, lane int, t *Table, p *Panes) {
		sh := &share{c: c, lane: lane}
		if t != nil {
			if len(t.touched) > 0 {
				sh.tables, sh.times, sh.rows = []*Table{t}, []int64{0}, len(t.touched)
			}
		} else {
			p.each(func(x pane) {
				if n := len(x.table.touched); n > 0 {
					sh.tables, sh.times, sh.rows = append(sh.tables, x.table), append(sh.times, x.time), sh.rows+n
				}
			})
			for time := range p.dropped {
				sh.drops = append(sh.drops, time)
			}
			slices.Sort(sh.drops)
		}
		if sh.rows > 0 || len(sh.drops) > 0 {
			out, rows = append(out, sh), rows+sh.rows
		}
	})
	return out, rows
}

// settle begins the next epoch of the share.
func (sh *share) settle() {
	for _, t := range sh.tables {
		t.settle()
		t.saved = true
	}
	if p := sh.c.panes[sh.lane]; p != nil {
		clear(p.dropped)
	}
}

// assemble puts the sections into a frame.
func assemble(h header, shares []*share) (*Capture, error) {
	size := footerSize
	for _, sh := range shares {
		if sh.err != nil {
			return nil, sh.err
		}
		for _, d := range sh.data {
			size += len(d) + 200
		}
	}
	var out bytes.Buffer
	out.Grow(size + 1024*len(h.Containers))
	f, err := newFrame(&out, h)
	if err != nil {
		return nil, err
	}
	for _, sh := range shares {
		for i, s := range sh.sections {
			if err := f.add(s, sh.data[i]); err != nil {
				return nil, err
			}
		}
	}
	crc, err := f.finish()
	return &Capture{data: out.Bytes(), crc: crc}, err
}

// Write makes the capture durable under a name that nobody has used: state/<epoch>-<term>-<random>.delta. Until a commit
// names the file, nobody reads it.
func (c *Capture) Write(ctx context.Context, st store.Store, name string) (FileRef, error) {
	defer c.account.Set(0)
	if err := st.Create(ctx, name, c.data, nil); err != nil {
		return FileRef{}, diag.New(diag.CheckpointWrite, "state file %s cannot be written", name).WithCause(err).
			WithHint("free space or repair the disk, then start again: the epoch is repeated")
	}
	return FileRef{Name: name, Bytes: int64(len(c.data)), CRC: c.crc, First: c.epoch, Last: c.epoch}, nil
}
