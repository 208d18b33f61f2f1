package state

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"streamsql/internal/budget"
	"streamsql/internal/store"
)

// heap is the bytes alive after a collection.
func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// near fails when the reported bytes are not about what the heap has grown by.
func near(t *testing.T, what string, reported, grown int64) {
	t.Helper()
	if reported < grown*4/5 || reported > grown*5/4 {
		t.Errorf("%s: %d bytes are reported, the heap has grown by %d", what, reported, grown)
	}
}

// What containers report is what they take, whatever the layout of their keys.
func TestAccountsMatchTheHeap(t *testing.T) {
	const groups = 60_000
	for name, d := range decls {
		t.Run("table "+name, func(t *testing.T) {
			before := heap()
			b := &budget.Budget{}
			s := New(1, b)
			fillAccounted(s.Table(0, d), groups)
			s.Report()
			near(t, name, b.Sum(), heap()-before)
			runtime.KeepAlive(s)
		})
		t.Run("panes "+name, func(t *testing.T) {
			before := heap()
			b := &budget.Budget{}
			s := New(1, b)
			p := s.Panes(0, d)
			for i := range int64(300) {
				fillAccounted(p.At(i), 200)
			}
			_, err := s.Capture(1)
			if err != nil {
				t.Fatal(err)
			}
			s.captures.Set(0) // it is not written
			full := b.Sum()
			near(t, name, full, heap()-before)
			for i := range int64(300) {
				p.Drop(i)
			}
			s.Report()
			if left := b.Sum(); left > full/20 {
				t.Errorf("%d of %d bytes are reported of no panes", left, full)
			}
			const own = 1 << 18 // the test's garbage
			near(t, name+", dropped", max(b.Sum(), own), max(heap()-before, own))
			runtime.KeepAlive(s)
		})
	}
}

func fillAccounted(table *Table, groups int) {
	const step = 100
	gids := make([]uint32, step)
	for from := 0; from < groups; from += step {
		nums := make([]int64, step)
		for i := range nums {
			nums[i] = int64(from + i)
		}
		k := keysOf(table.Decl(), nums)
		table.Upsert(k, gids)
		table.Touch(gids)
		text := table.Col(2)
		for i, g := range gids {
			text.Set(g, fmt.Appendf(nil, "the text of %d", nums[i]))
		}
	}
}

// A capture is accounted for until it is written, a merge while it runs.
func TestAccountsOfFiles(t *testing.T) {
	ctx, st, b := context.Background(), store.NewMemory(), &budget.Budget{}
	s := New(1, b)
	table := s.Table(0, decls["var"])
	var files []FileRef
	account := func(name string) (bytes int64) {
		for _, l := range b.Report() {
			if l.Name == name {
				bytes += l.Bytes
			}
		}
		return bytes
	}
	for epoch := range int64(FanIn) {
		fillAccounted(table, 4000)
		c, err := s.Capture(epoch)
		if err != nil {
			t.Fatal(err)
		}
		if got := account("state file being written"); got < int64(c.Bytes()) {
			t.Errorf("a capture of %d bytes is reported as %d", c.Bytes(), got)
		}
		ref, err := c.Write(ctx, st, fmt.Sprint("state/", epoch))
		if err != nil {
			t.Fatal(err)
		}
		if got := account("state file being written"); got != 0 {
			t.Errorf("%d bytes are reported of a capture that is written", got)
		}
		files = append(files, ref)
	}
	m, err := openMerger(ctx, st, files, true)
	if err != nil {
		t.Fatal(err)
	}
	defer m.close()
	m.account = b.Open("merge")
	most := int64(0)
	half := func() error { most = account("merge"); return nil }
	if _, _, err = m.write(ctx, discardWriter{}, half); err != nil {
		t.Fatal(err)
	}
	if most < 1<<16 {
		t.Errorf("a merge in the middle holds %d bytes, it says", most)
	}
	c := Compactor{Store: st, Account: b.Open("compactor")}
	if _, err := c.Merge(ctx, files, "state/merged"); err != nil || account("compactor") != 0 {
		t.Errorf("after a merge %d bytes are reported (%v)", account("compactor"), err)
	}
}

type discardWriter struct{}

func (discardWriter) Write(p []byte) (int, error) { return len(p), nil }
