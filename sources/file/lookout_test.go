package file

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"streamsql/internal/budget"
	"streamsql/internal/diag"
)

// outlook is a lookout whose clock the test moves, and whose files count as read as soon as they are found.
type outlook struct {
	*lookout
	t   *testing.T
	dir string
	now time.Time
}

// looking makes a lookout over the files a and b. limit is what it may rely on.
func looking(t *testing.T, path string, limit trust) *outlook {
	t.Helper()
	o := &outlook{t: t, dir: t.TempDir(), now: time.Now()}
	write(t, o.dir+"/a", "1\n")
	write(t, o.dir+"/b", "1\n")
	src := table(t, filepath.Join(o.dir, path), "source.monitor-interval", "1s")
	src.now = func() time.Time { return o.now }
	o.lookout = newLookout(src, remembered(nil, (&budget.Budget{}).Open("scan t")))
	t.Cleanup(o.close)
	if o.trust < limit {
		t.Skipf("the file system of %s cannot be trusted that far", o.dir)
	}
	if o.trust = limit; limit < trustEvents {
		o.close()
	}
	files, err := src.list()
	if err != nil {
		t.Fatal(err)
	}
	o.read(o.first(files, o.now))
	return o
}

func (o *outlook) read(files []entry) {
	for _, f := range files {
		o.seen.set(f.name, stamp{Size: f.size, Mtime: f.mtime})
	}
}

// expect looks a second later. listed reports whether it takes a full listing.
func (o *outlook) expect(listed bool, names ...string) {
	o.t.Helper()
	o.now = o.now.Add(time.Second)
	o.took = 0 // how long the machine took plays no part
	before := o.seen.look
	fresh, err := o.look(false)
	if err != nil {
		o.t.Fatal(err)
	}
	got := []string{}
	for _, f := range fresh {
		got = append(got, f.name)
	}
	if fmt.Sprint(got) != fmt.Sprint(names) && len(got)+len(names) > 0 {
		o.t.Errorf("found %v, want %v", got, names)
	}
	if full := o.seen.look != before; full != listed {
		o.t.Errorf("a full listing: %t, want %t", full, listed)
	}
	o.read(fresh)
}

func (o *outlook) expectNotices(n int) {
	o.t.Helper()
	if got := o.src.Notices(); len(got) != n {
		o.t.Errorf("notices %q, want %d", got, n)
	}
}

// Where the system reports changes, nothing is listed: files that come, change, go and come back are seen all the same.
func TestLookoutEvents(t *testing.T) {
	for _, path := range []string{"", "*"} {
		o := looking(t, path, trustEvents)
		o.expect(false)
		write(t, o.dir+"/c", "1\n")
		write(t, o.dir+"/.hidden", "1\n")
		write(t, o.dir+"/d.tmp", "1\n")
		o.expect(false, "c")
		o.expect(false)
		write(t, o.dir+"/.e", "1\n")
		must(t, os.Rename(o.dir+"/.e", o.dir+"/e"))
		must(t, os.Rename(o.dir+"/d.tmp", o.dir+"/d"))
		o.expect(false, "d", "e")
		write(t, o.dir+"/a", "1\n2\n")
		o.expect(false)
		o.expectNotices(1)
		must(t, os.Remove(o.dir+"/b"))
		o.expect(false)
		if o.seen.find("b").Absent == 0 {
			t.Error("the absence of b is not noted")
		}
		write(t, o.dir+"/b", "other\n")
		o.expect(false)
		o.expectNotices(1)
		o.now = o.now.Add(certainty)
		o.expect(true)
	}
}

// More reports than the queue holds, or than are told apart, end in a listing.
func TestLookoutTooManyEvents(t *testing.T) {
	o := looking(t, "", trustEvents)
	var want []string
	for i := range enough + 1000 {
		name := fmt.Sprintf("x%05d", i)
		write(t, o.dir+"/"+name, "1\n")
		want = append(want, name)
	}
	o.src.order = byName
	o.expect(true, want...)
	write(t, o.dir+"/y", "1\n")
	o.expect(false, "y")
}

// Another directory under the same name is looked at from then on.
func TestLookoutExchangedDirectory(t *testing.T) {
	for _, trust := range []trust{trustNothing, trustTime, trustEvents} {
		o := looking(t, "", trust)
		other := t.TempDir()
		write(t, other+"/a", "1\n")
		write(t, other+"/n", "1\n")
		must(t, os.Rename(o.dir, o.dir+".old"))
		must(t, os.Rename(other, o.dir))
		o.expect(true, "n")
		write(t, o.dir+"/m", "1\n")
		o.expect(trust != trustEvents && o.events == nil, "m")
	}
}

// Without reports a directory is listed as long as its time is fresh, or when its time cannot be relied on.
func TestLookoutWithoutEvents(t *testing.T) {
	o := looking(t, "", trustTime)
	for range 4 {
		o.expect(true)
	}
	o.expect(false)
	o.expect(false)
	time.Sleep(20 * time.Millisecond) // beyond a tick of the file system's clock
	write(t, o.dir+"/c", "1\n")
	o.expect(true, "c")

	o = looking(t, "", trustNothing)
	for range 10 {
		o.expect(true)
	}
	o.took = time.Second // it is put off for 20 s
	before := o.seen.look
	o.now = o.now.Add(15 * time.Second)
	_, err := o.look(false)
	if must(t, err); o.seen.look != before {
		t.Error("a listing that takes a second is made every few seconds")
	}
}

// A known file is examined in turn, whatever the system reports.
func TestLookoutExamines(t *testing.T) {
	o := looking(t, "", trustEvents)
	for range 6 {
		o.expect(false)
	}
	o.close() // nobody reports any more
	o.trust = trustTime
	o.expect(true)
	o.expect(false) // its time had not changed when it was listed
	f, err := os.OpenFile(o.dir+"/a", os.O_APPEND|os.O_WRONLY, 0)
	must(t, err)
	_, err = f.WriteString("2\n")
	must(t, err)
	must(t, f.Close())
	o.expect(false)
	o.expectNotices(1)
}

func TestLookoutEmptied(t *testing.T) {
	for _, trust := range []trust{trustNothing, trustEvents} {
		o := looking(t, "", trust)
		must(t, os.Remove(o.dir+"/a"))
		must(t, os.Remove(o.dir+"/b"))
		o.now = o.now.Add(time.Second)
		o.took = 0
		if _, err := o.look(false); diag.CodeOf(err) != diag.SourceGone {
			t.Errorf("got %v", err)
		}
	}
}

// A listing allocates nothing for a file that is known, and a look without events, news and doubts next to nothing.
func TestLookoutAllocations(t *testing.T) {
	o := looking(t, "", trustNothing)
	for i := range 3000 {
		write(t, fmt.Sprintf("%s/k%05d", o.dir, i), "1\n")
	}
	fresh, err := o.list(o.now)
	must(t, err)
	o.read(fresh)
	if n := testing.AllocsPerRun(5, func() { _, err = o.list(o.now) }); n > 100 {
		t.Errorf("a listing of 3,000 known files allocates %.0f times", n)
	}
	must(t, err)
}

// What is known of files is accounted for, and given back when they are forgotten.
func TestSeenAccount(t *testing.T) {
	var b budget.Budget
	s := remembered(nil, b.Open("scan t"))
	for i := range 1000 {
		s.set(fmt.Sprintf("file-%04d", i), stamp{Size: 1})
	}
	if got := b.Report()[0].Bytes; got < 1000*80 || got > 1000*300 {
		t.Errorf("1,000 files count as %d bytes", got)
	}
	for len(s.list) > 0 {
		s.forget(len(s.list) / 2)
	}
	if got := b.Report()[0].Bytes; got != 0 || s.here != 0 || len(s.index) != 0 {
		t.Errorf("no files: %d bytes, %d there, %d indexed", got, s.here, len(s.index))
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
