package flow

import (
	"context"
	"slices"
	"time"

	"streamsql/internal/clock"
	"streamsql/sources"
)

// Limits bounds what one table gives to an epoch. Zero means no bound. At least one chunk is always taken.
type Limits struct{ Rows, Bytes, Files int64 }

// Cut is a table's share of an epoch.
type Cut struct {
	Morsels []*Morsel // in the order (partition, offset)
	Records int64
	Bytes   int64
	Files   int64
	Ended   bool  // the input has ended, and the cut holds its last chunk
	Limited bool  // a limit stopped the cut; more was waiting
	Whole   bool  // it holds all that its extent asks for
	size    int64 // memory that the chunks hold
	err     error // what the next cut will report; the rows before it come first
}

// Extent is how much of the input a cut takes.
type Extent uint8

// The extents.
const (
	Waiting Extent = iota // what has been fetched
	Known                 // what the source's last look showed
	Fresh                 // what exists at the moment of the call
)

// Share is one table's part in a Gather.
type Share struct {
	Reader *Reader
	Limits Limits
}

// Gathering is how Gather waits for an extent. It never waits for more once one table has reached a limit.
type Gathering struct {
	Extent Extent
	// Patience ends the wait when there are rows: one table whose source does not answer must not hold up the others.
	// Zero waits as long as it takes.
	Patience time.Duration
	Clock    clock.Clock
	Wake     <-chan struct{} // gets a value whenever a reader may have something; see NewReader
}

// Gather cuts every table's share of an epoch. An error is that of a table whose feed failed before it gave anything to
// this epoch, or the context's; what had been cut is then given back.
func Gather(ctx context.Context, shares []Share, g Gathering) ([]Cut, error) {
	cuts := make([]Cut, len(shares))
	looks := make([]int64, len(shares))
	// Every table is asked before any is waited for: a look never blocks, so the sources look at the same time.
	if g.Extent == Fresh {
		for i, s := range shares {
			looks[i] = s.Reader.feed.Look()
		}
	}
	var patience <-chan time.Time
	for {
		whole, limited, rows := true, false, false
		for i, s := range shares {
			s.Reader.takeInto(&cuts[i], s.Limits, g.Extent, looks[i])
			whole = whole && cuts[i].Whole
			limited = limited || cuts[i].Limited
			rows = rows || len(cuts[i].Morsels) > 0
		}
		// Rows that came before a failure make an epoch of their own; the next cut reports the failure again. There is
		// nothing to give back here: no table has rows.
		if !rows {
			if err := firstError(cuts); err != nil {
				return nil, err
			}
		}
		// A table that is full ends the wait for all of them: its rows would otherwise wait, and keep their memory, for
		// a table whose source does not answer.
		if whole || limited {
			return finish(cuts), nil
		}
		// Started once: a busy table wakes us again and again, and a timer that is started again each time would never fire.
		if rows && g.Patience > 0 && patience == nil {
			patience = g.Clock.After(g.Patience)
		}
		select {
		case <-ctx.Done():
			giveBack(shares, cuts)
			return nil, context.Cause(ctx)
		case <-patience:
			return finish(cuts), nil
		case <-g.Wake:
		}
	}
}

// GatherReplay waits for the whole of a replayed range of every table. It is never cut smaller: the range was logged.
// No cut is Ended, since the end of a range need not be that of the input.
func GatherReplay(ctx context.Context, shares []Share, wake <-chan struct{}) ([]Cut, error) {
	cuts := make([]Cut, len(shares))
	for {
		whole := true
		for i, s := range shares {
			s.Reader.takeInto(&cuts[i], Limits{}, Known, 0)
			whole = whole && cuts[i].Ended
		}
		// Half of a logged range must not become an epoch: sinks may hold the rows of the whole one under this number.
		if err := firstError(cuts); err != nil {
			giveBack(shares, cuts)
			return nil, err
		}
		if whole {
			for i := range cuts {
				cuts[i].Ended = false
			}
			return finish(cuts), nil
		}
		select {
		case <-ctx.Done():
			giveBack(shares, cuts)
			return nil, context.Cause(ctx)
		case <-wake:
		}
	}
}

func firstError(cuts []Cut) error {
	for i := range cuts {
		if cuts[i].err != nil {
			return cuts[i].err
		}
	}
	return nil
}

// finish puts the morsels into arrival order. Partitions came interleaved by chance, and a replay of the same ranges
// would interleave them otherwise; within a partition the order is the log's.
func finish(cuts []Cut) []Cut {
	for i := range cuts {
		slices.SortStableFunc(cuts[i].Morsels, func(a, b *Morsel) int {
			return sources.ComparePartitions(a.Chunk.Partition, b.Chunk.Partition)
		})
	}
	return cuts
}

func giveBack(shares []Share, cuts []Cut) {
	for i, s := range shares {
		for _, m := range cuts[i].Morsels {
			<-m.done // a worker may still be decoding it
			s.Reader.Recycle(m)
		}
	}
}

// takeInto moves queued morsels into c until the queue is empty or a limit stops it, and notes whether the cut is
// whole.
func (r *Reader) takeInto(c *Cut, lim Limits, extent Extent, look int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 0
	for ; n < len(r.queue) && !c.Limited; n++ {
		switch i := r.queue[n]; {
		case i.mark != nil:
			r.pass(i.mark)
		case !c.take(i.morsel, lim):
			c.Limited = true
			n-- // it stays for the next epoch
		default:
			r.ahead -= held(i.morsel)
			// The marks that were passed do not speak of this chunk.
			r.caught, r.atEnd[i.morsel.Chunk.Partition] = false, false
		}
	}
	if n > 0 {
		r.queue = slices.Delete(r.queue, 0, n)
		r.cond.Broadcast()
	}
	// The feed may be at its end while chunks still wait in the queue. Ended would move the watermark to the end of
	// time, and they would come late; the error would come before the rows that were read before it.
	c.Ended = !c.Limited && r.ended
	if !c.Limited {
		c.err = r.err
	}
	// A failed or closed reader gets nothing more: waiting for its mark would never end.
	c.Whole = extent == Waiting || c.Ended || c.err != nil || r.closed ||
		r.caught && (extent == Known || r.look >= look)
}

// take adds a morsel unless a limit forbids it. The first is always taken: an epoch that can take nothing would never
// end.
func (c *Cut) take(m *Morsel, lim Limits) bool {
	ch := m.Chunk
	// The limit is compared with the memory that is held: few bytes of a large block keep all of it.
	files, total := c.Files, c.size+size(m)
	if ch.NewFile {
		files++
	}
	full := over(c.Records+int64(ch.Records), lim.Rows) || over(total, lim.Bytes) || over(files, lim.Files)
	if full && len(c.Morsels) > 0 {
		return false
	}
	c.Morsels = append(c.Morsels, m)
	c.Records += int64(ch.Records)
	c.Bytes += int64(len(ch.Data))
	c.Files, c.size = files, total
	return true
}

func over(v, limit int64) bool { return limit > 0 && v > limit }
