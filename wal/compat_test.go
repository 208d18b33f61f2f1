package wal

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"streamsql/internal/clock"
	"streamsql/internal/store"
)

// TestFrozenV1 starts from the checkpoint in testdata/v1, which was written when the format was made and is never
// written again: every later version must read it and resume from it.
func TestFrozenV1(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "q.state")
	must(t, os.CopyFS(dir, os.DirFS("testdata/v1")))
	st, err := store.OpenLocal(dir)
	must(t, err)
	l := own(t, st)
	defer l.Close()
	r := l.Recovery()
	if l.ID() != testID || r.Kind != Replay || r.Epoch != 3 || l.Term().Number != 2 {
		t.Fatalf("id %s, term %d, %+v", l.ID(), l.Term().Number, r)
	}
	o := r.Replay
	if o.Clock != 1767225603000000 || o.Watermark != 1767225598000000 || string(o.End("bids")) != `{"0":400}` ||
		o.End("users") != nil ||
		o.Idle["bids"][0] != "1" || o.Settings["table.local-time-zone"] != "UTC" || o.Plan != "p1" || o.Term != 1 {
		t.Errorf("offsets/3: %+v", o)
	}
	c := r.Commit
	if c.Watermark != 1767225598000000 || c.Partitions["bids"]["0"] != 1767225602000000 ||
		c.Partitions["bids"]["1"] != clock.Min ||
		c.Nodes["window-1"] != 1767225598000000 || len(c.State) != 3 || c.Sinks["out"].Rows != 10 ||
		c.Rows.In["bids"] != 100 {
		t.Errorf("commits/2: %+v", c)
	}
	q, err := l.QueryAt(ctx, 3)
	if err != nil || q.SQL != "INSERT INTO out SELECT * FROM bids" || string(q.JSON) != `{"plan":"p1"}` {
		t.Errorf("text: %+v, %v", q, err)
	}
	must(t, finish(l, st, 3))
	must(t, run(l, st, 4))
}

// resealed gives a record the right checksum, so that fuzzing reaches what comes after it.
func resealed(data []byte, key string) []byte {
	data = bytes.Clone(data)
	if at := crcAt(data, key); at >= 0 {
		copy(data[at:], noCRC)
		return seal(data, key)
	}
	return data
}

func FuzzDecodeOffsets(f *testing.F) {
	seed, err := os.ReadFile("testdata/v1/offsets/3")
	must(f, err)
	f.Add(seed)
	f.Add([]byte("v1\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		rec, err := decodeOffsets(resealed(data, keyOffsetCRC))
		if err != nil {
			return
		}
		again, err := rec.encode()
		must(t, err)
		if _, err := decodeOffsets(again); err != nil {
			t.Errorf("written and not readable: %v", err)
		}
	})
}

func FuzzDecodeCommit(f *testing.F) {
	seed, err := os.ReadFile("testdata/v1/commits/2")
	must(f, err)
	f.Add(seed)
	f.Add([]byte("v1\n{\"streamsql\":{\"crc\":\"00000000\"}}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		rec, err := decodeCommit(resealed(data, keyCommitCRC))
		if err != nil {
			return
		}
		if _, err := decodeCommit(rec.encode()); err != nil {
			t.Errorf("written and not readable: %v", err)
		}
	})
}
