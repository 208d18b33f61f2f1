package wal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"

	"streamsql/internal/clock"
)

// CommitRecord is commits/N: what was true once epoch N was done. Restoring N needs this record, the files it names,
// and offsets/N for the sources' positions.
type CommitRecord struct {
	Epoch      int64
	Query      string                                // the query's id; set by WriteCommit
	Term       uint64                                // the owner that committed the epoch; set by WriteCommit
	Clock      clock.EventTime                       // the epoch's clock; set by WriteCommit
	Plan       string                                // fingerprint of the plan that made the state
	Watermark  clock.EventTime                       // the query's watermark after the epoch
	Partitions map[string]map[string]clock.EventTime // table → partition → its running maximum
	Idle       map[string][]string                   // table → idle partitions, sorted
	Nodes      map[string]clock.EventTime            // operator id → its output watermark
	State      []StateFile                           // every file that restoring N needs
	Sinks      map[string]MarkerRecord               // sink → its newest marker
	Rows       RowCounts
	Totals     *RowCounts // the same over all epochs so far; nil in records that were written without
	Finished   bool       // the input has ended: there is nothing to run any more
}

// StateFile names one file of state.
type StateFile struct {
	Name  string `json:"name"`  // in the store, "state/…"
	Bytes int64  `json:"bytes"` // its length
	CRC   string `json:"crc32c"`
	Class int    `json:"class"` // size class of compaction
	First int64  `json:"first"` // the epochs whose touched rows it holds
	Last  int64  `json:"last"`
}

// MarkerRecord is a sink's newest marker as of the epoch; query and sink are those of the record.
type MarkerRecord struct {
	Epoch  int64  `json:"epoch"`
	Term   uint64 `json:"term"`
	Rows   int64  `json:"rows"`
	Digest string `json:"digest"`
}

// RowCounts counts the rows of one epoch.
type RowCounts struct {
	In   map[string]int64 `json:"in,omitempty"`   // table → rows read
	Out  map[string]int64 `json:"out,omitempty"`  // sink → rows written
	Late map[string]int64 `json:"late,omitempty"` // "operator reason" → rows that came too late for it
	Dead map[string]int64 `json:"dead,omitempty"` // table → rows that could not be decoded
}

const keyCommitCRC = "crc"

// commitLine is line 2 of a commit record.
type commitLine struct {
	WatermarkMs int64      `json:"nextBatchWatermarkMs"`
	Ours        commitBody `json:"streamsql"`
}

// commitBody has its fields in the order of their keys; nothing before crc has keys of the user.
type commitBody struct {
	Clock      clock.EventTime                       `json:"clock"`
	CRC        string                                `json:"crc"`
	Epoch      int64                                 `json:"epoch"`
	Finished   bool                                  `json:"finished,omitempty"`
	Idle       map[string][]string                   `json:"idle,omitempty"`
	Nodes      map[string]clock.EventTime            `json:"nodes,omitempty"`
	Partitions map[string]map[string]clock.EventTime `json:"partitions,omitempty"`
	Plan       string                                `json:"plan,omitempty"`
	Query      string                                `json:"query"`
	Rows       RowCounts                             `json:"rows"`
	Sinks      map[string]MarkerRecord               `json:"sinks,omitempty"`
	State      []StateFile                           `json:"state,omitempty"`
	Term       uint64                                `json:"term"`
	Totals     *RowCounts                            `json:"totals,omitempty"`
	Watermark  clock.EventTime                       `json:"watermark"`
}

// Plus adds the counts of an epoch to those of the epochs before it.
func (c *RowCounts) Plus(epoch RowCounts) *RowCounts {
	out := &RowCounts{}
	if c != nil {
		*out = *c
	}
	for _, m := range []struct {
		sum *map[string]int64
		add map[string]int64
	}{{&out.In, epoch.In}, {&out.Out, epoch.Out}, {&out.Late, epoch.Late}, {&out.Dead, epoch.Dead}} {
		sum := maps.Clone(*m.sum)
		if sum == nil {
			sum = map[string]int64{}
		}
		for k, n := range m.add {
			sum[k] += n
		}
		*m.sum = sum
	}
	return out
}

// encode writes the v1 text.
func (r *CommitRecord) encode() []byte {
	var b bytes.Buffer
	b.WriteString(version + "\n")
	b.Write(marshal(commitLine{sparkMillis(r.Watermark), commitBody{
		Clock: r.Clock, CRC: noCRC, Epoch: r.Epoch, Finished: r.Finished, Idle: r.Idle, Nodes: r.Nodes,
		Partitions: r.Partitions, Plan: r.Plan, Query: r.Query, Rows: r.Rows, Sinks: r.Sinks, State: r.State,
		Term:   r.Term,
		Totals: r.Totals, Watermark: r.Watermark,
	}}))
	return seal(b.Bytes(), keyCommitCRC)
}

// decodeCommit reads the v1 text and verifies it.
func decodeCommit(record []byte) (*CommitRecord, error) {
	rest, err := lines(record)
	if err != nil {
		return nil, err
	}
	if err := sealed(record, keyCommitCRC); err != nil {
		return nil, err
	}
	if len(rest) == 0 {
		return nil, fmt.Errorf("it ends after line 1")
	}
	var line commitLine
	if err := json.Unmarshal([]byte(rest[0]), &line); err != nil {
		return nil, fmt.Errorf("line 2: %w", err)
	}
	b := line.Ours
	return &CommitRecord{
		Epoch: b.Epoch, Query: b.Query, Term: b.Term, Clock: b.Clock, Plan: b.Plan, Watermark: b.Watermark,
		Partitions: b.Partitions,
		Idle:       b.Idle, Nodes: b.Nodes, State: b.State, Sinks: b.Sinks, Rows: b.Rows, Totals: b.Totals,
		Finished: b.Finished,
	}, nil
}

// sameResult reports whether two records of one epoch describe the same output: the same plan and markers, whoever
// wrote them. State files may differ in name.
func (r *CommitRecord) sameResult(o *CommitRecord) bool {
	same := func(a, b MarkerRecord) bool {
		return a.Epoch == b.Epoch && a.Rows == b.Rows && a.Digest == b.Digest
	}
	return r.Query == o.Query && r.Epoch == o.Epoch && r.Plan == o.Plan && r.Watermark == o.Watermark &&
		r.Finished == o.Finished &&
		maps.EqualFunc(r.Sinks, o.Sinks, same)
}

// dropped lists the files that r names and next does not.
func (r *CommitRecord) dropped(next *CommitRecord) []StateFile {
	named := make(map[string]bool, len(next.State))
	for _, f := range next.State {
		named[f.Name] = true
	}
	var out []StateFile
	for _, f := range r.State {
		if !named[f.Name] {
			out = append(out, f)
		}
	}
	return out
}
