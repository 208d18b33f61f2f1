package file

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"streamsql/internal/diag"
)

// lookout finds what is new in a watched table, at a price that does not grow with the files that were read before. It
// lists a directory in full as seldom as is sound:
//
//	events   the system reports the names that come, go and change (Linux, local file systems): only those are looked
//	         at, and a full listing makes sure now and then
//	mtime    no events, but a directory's modification time moves with every name that comes or goes (local file
//	         systems, NFS): a listing is left out while it does not change
//	neither  object stores and other systems mounted through FUSE, SMB, 9p, systems that are not known: their
//	         directories' times may never move, and events come for this machine's own changes only. Every look is a
//	         full listing, and listings that take long happen less often (pause)
//
// A full listing reads names only: a file that is known is not asked for its size again, because that costs more than
// everything else. Known files are examined in turn instead, some at every look, so that one that was changed or
// removed is noticed: at every look while there are few, within a minute or so while there are 50,000.
//
// A pattern whose directories have wildcards, and a path that is one file, are listed as at the start. One goroutine
// uses a lookout.
type lookout struct {
	src  *Source
	seen *seen

	dir     string        // the directory; "" = a path that is not one directory
	pattern string        // which of its names belong to the table; "" = all
	id      os.FileInfo   // which directory that was when events were last asked for
	events  *dirEvents    // nil: none are to be had
	trust   trust         // what the file system's directories promise
	listed  time.Time     // when the last full listing began
	took    time.Duration // how long it took
	mtime   time.Time     // of the directory at the last look
	still   time.Time     // when it was first seen so
	held    int64         // bytes of the last look's files, as accounted for
	buf     []byte
}

// trust is what can be built on in a directory.
type trust uint8

const (
	trustNothing trust = iota
	trustTime          // its modification time moves with every change of its names
	trustEvents        // and the system reports every change
)

const (
	// certainty is how often everything is listed although nothing seems to have changed.
	certainty = time.Minute
	// settle is how long a directory's modification time must not have changed to be believed: within one tick of a
	// file system's clock (up to 2 s) a change after the listing leaves the time as it was.
	settle = 3 * time.Second
	// share is which part of the time may go into full listings, as a divisor.
	share = 20
	// enough is how many reported names are told apart; more at once are what a listing is for.
	enough = 4096
	// examineRate is how many known files a second are asked whether they changed.
	examineRate = 1000
)

func newLookout(src *Source, seen *seen) *lookout {
	l := &lookout{src: src, seen: seen}
	if info, err := os.Stat(src.path); err == nil && info.IsDir() {
		l.dir = src.path
	} else if err != nil && isPattern(filepath.Base(src.path)) && !isPattern(filepath.Dir(src.path)) {
		l.dir, l.pattern = filepath.Dir(src.path), filepath.Base(src.path)
	}
	l.arm()
	return l
}

// arm begins to listen. It comes before a full listing, so that nothing falls between the two.
func (l *lookout) arm() {
	l.close()
	l.trust, l.id = trustNothing, nil
	if l.dir == "" {
		return
	}
	if info, err := os.Stat(l.dir); err == nil {
		// Asked for first: a directory that is exchanged before the events begin is found out at the next look.
		l.id = info
	}
	if l.trust = trustOf(l.dir); l.trust == trustEvents {
		l.events = openEvents(l.dir)
	}
}

func (l *lookout) close() {
	if l.events != nil {
		l.events.close()
		l.events = nil
	}
}

// first takes over a listing that was begun after the lookout was made, and gives the files of it that are new.
func (l *lookout) first(files []entry, began time.Time) []entry {
	l.listed, l.took = began, max(l.src.now().Sub(began), 0)
	fresh := l.seen.fresh(files, l.src)
	l.hold(fresh)
	return fresh
}

// entryBytes is what a listed file takes beside its path.
const entryBytes = 56

// hold accounts for the files of a look until the next.
func (l *lookout) hold(files []entry) {
	bytes := int64(0)
	for i := range files {
		bytes += entryBytes + int64(len(files[i].path)+len(files[i].name))
	}
	l.seen.account.Add(bytes - l.held)
	l.held = bytes
}

// pause is how long a listing is put off because the last one took long.
func (l *lookout) pause() time.Duration {
	if d := share * l.took; d > l.src.interval {
		return d
	}
	return 0
}

// look gives the files that are new since the last look or listing, in reading order. Somebody who asked for it must
// not be put off because listings take long.
func (l *lookout) look(asked bool) ([]entry, error) {
	fresh, err := l.glance(l.src.now(), asked)
	sortEntries(fresh, l.src.order)
	l.hold(fresh)
	return fresh, err
}

func (l *lookout) glance(now time.Time, asked bool) (fresh []entry, err error) {
	info, err := os.Stat(l.dir)
	if l.dir == "" || err != nil || !info.IsDir() {
		return l.everything() // it knows what to say
	}
	full := now.Sub(l.listed) >= max(certainty, l.pause())
	if l.id == nil || !os.SameFile(l.id, info) { // another file system was mounted, or a link points elsewhere
		l.arm()
		full = true
	}
	if !info.ModTime().Equal(l.mtime) {
		l.mtime, l.still = info.ModTime(), now
	}
	switch {
	case full:
	case l.events != nil:
		fresh, full, err = l.reported(now)
	case l.trust >= trustTime && l.listed.Sub(l.still) >= settle: // nothing has come since a listing that was sure
	default:
		full = asked || now.Sub(l.listed) >= l.pause()
	}
	if full {
		fresh, err = l.list(now)
	}
	if err != nil {
		return nil, err
	}
	return fresh, l.examine(now)
}

// everything is a look the way of the first listing.
func (l *lookout) everything() ([]entry, error) {
	files, err := l.src.list()
	if err != nil {
		return nil, err
	}
	if len(files) == 0 && !l.seen.empty() {
		return nil, l.src.emptied()
	}
	return l.seen.fresh(files, l.src), nil
}

// emptied is the error of a table whose files are suddenly all gone.
func (s *Source) emptied() error {
	return diag.New(diag.SourceGone, "table %q: %s has no files although it had some", s.table, s.path).
		WithHint("is the right disk mounted? if they were cleared away on purpose, " +
			"leave at least one file until the next one comes")
}

// reported looks at the names that the system has reported. full asks for a listing instead: reports were lost, or no
// known file is left.
func (l *lookout) reported(now time.Time) (fresh []entry, full bool, err error) {
	names, ok := l.events.take()
	if !ok {
		l.arm()
		return nil, true, nil
	}
	for _, name := range names {
		e, there, err := l.entry(name)
		if err != nil {
			return nil, false, err
		}
		at, known := l.seen.index[name]
		switch {
		case !known && there:
			fresh = append(fresh, e)
		case known && there:
			l.seen.compare(&l.seen.list[at], e, l.src)
		case known:
			l.seen.missed(int(at), now)
		}
	}
	return fresh, len(fresh) == 0 && l.seen.here == 0 && !l.seen.empty(), nil
}

// entry looks at one name, if it belongs to the table.
func (l *lookout) entry(name string) (e entry, ok bool, err error) {
	if name == "" || !l.src.wanted(name) {
		return e, false, nil
	}
	if l.pattern != "" {
		if match, err := filepath.Match(l.pattern, name); err != nil || !match {
			return e, false, err
		}
	}
	return l.src.stat(name, filepath.Join(l.dir, name))
}

// list lists the directory in full.
func (l *lookout) list(now time.Time) (fresh []entry, err error) {
	l.seen.look++
	if l.events != nil {
		if _, ok := l.events.take(); !ok { // the listing shows whatever they told
			l.arm()
		}
	}
	if l.buf == nil {
		l.buf = make([]byte, 64<<10)
	}
	found := 0
	err = eachName(l.dir, l.buf, func(name []byte, isDir bool) error {
		k := l.seen.findBytes(name)
		if k != nil && !isDir && k.Absent == 0 {
			k.look = l.seen.look
			found++
			return nil
		}
		if isDir && l.pattern == "" {
			return nil
		}
		e, ok, err := l.entry(string(name))
		switch {
		case !ok:
			return err
		case k == nil:
			fresh = append(fresh, e)
		default:
			k.look = l.seen.look
			l.seen.compare(k, e, l.src)
		}
		found++
		return nil
	})
	l.listed, l.took = now, max(l.src.now().Sub(now), 0)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return l.everything()
	case err != nil && diag.CodeOf(err) == diag.Internal:
		return nil, l.src.unreadable(err)
	case err != nil:
		return nil, err
	case found == 0 && !l.seen.empty():
		return nil, l.src.emptied()
	}
	l.seen.age(now)
	return fresh, nil
}

// examine asks the next known files whether they are as they were read.
func (l *lookout) examine(now time.Time) error {
	s := l.seen
	rate := int(examineRate * l.src.interval.Seconds())
	for n := min(max(rate, 16), examineRate, len(s.list)); n > 0 && len(s.list) > 0; n-- {
		if s.next >= len(s.list) {
			s.next = 0
		}
		k := &s.list[s.next]
		e, ok, err := l.src.stat(k.name, filepath.Join(l.dir, filepath.FromSlash(k.name)))
		if err != nil {
			return err
		}
		if ok {
			s.compare(k, e, l.src)
		} else if s.missed(s.next, now) {
			continue // another file has taken its place
		}
		s.next++
	}
	return nil
}

// sortEntries puts files into reading order.
func sortEntries(files []entry, order string) {
	slices.SortFunc(files, func(a, b entry) int {
		if order == byTime && a.mtime != b.mtime {
			if a.mtime < b.mtime {
				return -1
			}
			return 1
		}
		if a.name < b.name {
			return -1
		}
		return 1
	})
}
