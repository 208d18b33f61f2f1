// Package fed is a source whose rows are fed by the program itself: golden tests and the engine's own tests put lines
// into a Table, which outlives the queries that read it, their restarts and their crashes.
//
// A table has any number of partitions. Its feed takes them in turn, or in an order drawn from a seed, and gives what
// the contract of sources allows a broker to give: interleaved partitions, partitions that appear later or have no
// rows, records that are not framed by line feeds.
//
// A position is the number of records read of each partition:
//
//	{"0":17,"1":4}
//
// or −1 when the partition has ended and all of it was read.
package fed

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"

	"streamsql/sources"
)

// Table holds what was fed. Safe for concurrent use.
type Table struct {
	mu         sync.Mutex
	partitions map[string]*partition
	ended      bool
	changed    chan struct{} // closed and replaced at each change

	// Seed draws the order in which a feed takes partitions; 0 takes them in turn. Set before the first query.
	Seed uint64
	// Framed gives records with their length in front instead of lines. Set before the first query.
	Framed bool
	// Headed makes the first record of each partition its head (see format.Framing). Set before the first query.
	Headed bool
}

// partition is a sequence of records.
type partition struct {
	records []string
	starts  []int64 // byte position of each record, as if each ended in a line feed
	lines   []int64 // lines before each record
	bytes   int64
	left    bool  // no more will come
	ended   int64 // lines in all
}

// gone is the position after the end of a partition.
const gone = -1

func (p *partition) add(records []string) {
	for _, r := range records {
		p.records, p.starts, p.lines = append(p.records, r), append(p.starts, p.bytes), append(p.lines, p.ended)
		p.bytes += int64(len(r)) + 1
		p.ended += int64(strings.Count(r, "\n")) + 1
	}
}

// NewTable makes a table without partitions.
func NewTable() *Table {
	return &Table{partitions: map[string]*partition{}, changed: make(chan struct{})}
}

// Feed adds records to a partition, which exists from then on, also when no record is given.
func (t *Table) Feed(name string, records ...string) {
	t.change(func() {
		p, ok := t.partitions[name]
		if !ok {
			p = &partition{}
			t.partitions[name] = p
		}
		p.add(records)
	})
}

// Leave ends a partition, which must exist.
func (t *Table) Leave(name string) { t.change(func() { t.partitions[name].left = true }) }

// Finish ends the input.
func (t *Table) Finish() { t.change(func() { t.ended = true }) }

func (t *Table) change(fn func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	fn()
	close(t.changed)
	t.changed = make(chan struct{})
}

// ends is how many records each partition has now. The caller holds mu.
func (t *Table) ends() position {
	out := position{}
	for name, p := range t.partitions {
		if out[name] = len(p.records); p.left {
			out[name] = gone
		}
	}
	return out
}

// Source makes a source over the table.
func (t *Table) Source() sources.Source { return source{t} }

// position counts the records read per partition. A partition that it does not name has not been announced.
type position map[string]int

func parse(o sources.Offset) (position, error) {
	p := position{}
	if o == nil {
		return p, nil
	}
	err := json.Unmarshal(o, &p)
	return p, err
}

func (p position) names() []string {
	return slices.SortedFunc(maps.Keys(p), sources.ComparePartitions)
}

// present are the partitions that have not ended.
func (p position) present() []string {
	return slices.DeleteFunc(p.names(), func(name string) bool { return p[name] == gone })
}

// source implements sources.Source.
type source struct{ t *Table }

func (s source) Open(_ context.Context, from sources.Offset, sc sources.Scan) (sources.Feed, error) {
	at, err := parse(from)
	if err != nil {
		return nil, err
	}
	f := newFeed(s.t, at, sc)
	if sc.Ends {
		s.t.mu.Lock()
		f.to = s.t.ends()
		s.t.mu.Unlock()
	}
	return f, nil
}

func (s source) Replay(_ context.Context, from, to sources.Offset, sc sources.Scan) (sources.Feed, error) {
	at, err := parse(from)
	if err != nil {
		return nil, err
	}
	end, err := parse(to)
	if err != nil {
		return nil, err
	}
	f := newFeed(s.t, at, sc)
	f.to, f.replay = end, true
	return f, nil
}

func (source) Offset(from sources.Offset, taken []*sources.Chunk) (sources.Offset, error) {
	at, err := parse(from)
	if err != nil {
		return nil, err
	}
	for _, c := range taken {
		if at[c.Partition] += c.Records; c.Gone {
			at[c.Partition] = gone
		}
	}
	return json.Marshal(at)
}

func (source) Committed(context.Context, sources.Offset) error { return nil }
func (source) Close() error                                    { return nil }
