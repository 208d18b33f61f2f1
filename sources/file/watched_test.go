package file

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"streamsql/internal/diag"
	"streamsql/sources"
)

// watched is a watched table whose listings happen when the test says so.
type watched struct {
	*Source
	t    *testing.T
	feed sources.Feed
	mem  memo
	skew atomic.Int64 // how far the source's clock is ahead, nanoseconds
}

func watch(t *testing.T, dir string, from sources.Offset, mem memo) *watched {
	w := &watched{Source: table(t, dir, "source.monitor-interval", "1s"), t: t, mem: mem}
	w.tick = func(time.Duration) <-chan time.Time { return nil }
	w.now = func() time.Time { return time.Now().Add(time.Duration(w.skew.Load())) }
	var err error
	if w.feed, err = w.Open(t.Context(), from, sources.Scan{ChunkRows: 100, Ledger: mem}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.feed.Close() })
	return w
}

// all takes everything up to the mark of a look.
func (w *watched) all(look int64) (text []string, err error) {
	for {
		e, err := w.feed.Next(context.Background())
		switch {
		case err != nil:
			return text, err
		case e.Mark != nil && e.Mark.Look >= look:
			return text, nil
		case e.Mark != nil:
			continue
		}
		w.mem.Apply(e.Chunk.Remember)
		text = append(text, e.Chunk.File)
		if e.Chunk.Release != nil {
			e.Chunk.Release()
		}
	}
}

// again lets the source list once more and takes what is new.
func (w *watched) again() ([]string, error) { return w.all(w.feed.Look()) }

func TestWatched(t *testing.T) {
	dir := t.TempDir()
	at := func(name string, sec int64) {
		write(t, dir+"/.new", name+"\n")
		os.Chtimes(dir+"/.new", time.Unix(sec, 0), time.Unix(sec, 0))
		if err := os.Rename(dir+"/.new", dir+"/"+name); err != nil {
			t.Fatal(err)
		}
	}
	expect := func(w *watched, got []string, err error, want string) {
		t.Helper()
		if err != nil || fmt.Sprint(got) != want {
			t.Errorf("got %v, %v; want %s", got, err, want)
		}
	}
	mem := memo{}
	w := watch(t, dir, nil, mem)
	got, err := w.all(0)
	expect(w, got, err, "[]")
	at("b", 200)
	at("a", 300)
	at("c", 100)
	got, err = w.again()
	expect(w, got, err, "[c b a]")
	at("late", 50) // older than all, still new
	at("b", 400)   // changed after it was read
	got, err = w.again()
	expect(w, got, err, "[late]")
	if n := w.Notices(); len(n) != 1 || !strings.Contains(n[0], `"b"`) {
		t.Errorf("notices %q", n)
	}
	got, err = w.again()
	expect(w, got, err, "[]")
	if n := w.Notices(); len(n) != 0 {
		t.Errorf("noticed again: %q", n)
	}
	w.feed.Close()

	// A new process knows the files by the Ledger. One that has been absent for a week is forgotten, and new again.
	os.Remove(dir + "/c")
	w = watch(t, dir, nil, mem)
	got, err = w.all(0)
	expect(w, got, err, "[]")
	at("d", 500)
	got, err = w.again()
	expect(w, got, err, "[d]")
	if !strings.Contains(string(mem["c"]), "absent") {
		t.Errorf("the absence of c is not remembered: %s", mem["c"])
	}
	w.skew.Store(int64(8 * 24 * time.Hour))
	at("e", 600)
	got, err = w.again()
	expect(w, got, err, "[e]")
	if _, ok := mem["c"]; ok {
		t.Error("c is still remembered")
	}
	at("c", 700)
	got, err = w.again()
	expect(w, got, err, "[c]")

	for _, name := range []string{"a", "b", "c", "d", "e", "late"} {
		os.Remove(dir + "/" + name)
	}
	if _, err = w.again(); diag.CodeOf(err) != diag.SourceGone || diag.ExitOf(err) != 5 {
		t.Errorf("all files gone: %v", err)
	}
	w.feed.Close()
	os.RemoveAll(dir)
	w = watch(t, dir, nil, mem)
	if _, err = w.all(0); diag.CodeOf(err) != diag.SourceGone {
		t.Errorf("directory gone: %v", err)
	}
}
