package file

import (
	"encoding/json"
	"time"

	"streamsql/internal/budget"
	"streamsql/sources"
)

// forgetAfter is how long a file must have been absent until it is forgotten.
const forgetAfter = 7 * 24 * time.Hour

// stamp is what the source's Ledger holds about a file that is done.
type stamp struct {
	Size   int64 `json:"size"`
	Mtime  int64 `json:"mtime"`
	Absent int64 `json:"absent,omitempty"` // seconds since 1970 at which the file was first missed
	// Skipped files were given up. They are neither compared nor forgotten: one that comes back after a year would be
	// read.
	Skipped bool `json:"skipped,omitempty"`
}

// known is a file that is done. look is the last full listing that had it.
type known struct {
	name string
	stamp
	look    uint32
	changed bool // it is no longer what was read
}

// knownBytes is what a known file takes beside its name: itself, its place in the index, and the slack of both.
const knownBytes = 120

// seen is the files that are done, with changes not yet sent along with a chunk. A directory may hold very many, and a
// look at it comes often: files are in one array, and finding one by the bytes of its name allocates nothing.
type seen struct {
	list    []known
	index   map[string]int32 // name → place in list
	here    int              // how many of list were there when they were last looked for
	pending []sources.Memo
	look    uint32 // number of the full listing under way
	next    int    // place in list at which the next examination resumes
	account *budget.Account
}

func remembered(m sources.Ledger, account *budget.Account) *seen {
	s := &seen{index: map[string]int32{}, account: account}
	if m != nil {
		m.Range(func(key string, value []byte) bool {
			var v stamp
			if json.Unmarshal(value, &v) == nil {
				s.put(key, v)
			}
			return true
		})
	}
	return s
}

// empty reports whether no file was ever read.
func (s *seen) empty() bool { return len(s.list) == 0 }

// find is the known file of a name, or nil. It is valid until the next put or forget.
func (s *seen) find(name string) *known {
	if at, ok := s.index[name]; ok {
		return &s.list[at]
	}
	return nil
}

// findBytes is find for a name that is not a string yet; for a lookup the compiler does not make one of it.
func (s *seen) findBytes(name []byte) *known {
	if at, ok := s.index[string(name)]; ok {
		return &s.list[at]
	}
	return nil
}

func (s *seen) put(name string, m stamp) {
	if m.Absent == 0 {
		s.here++
	}
	if k := s.find(name); k != nil {
		if k.Absent == 0 {
			s.here--
		}
		k.stamp = m
		return
	}
	s.index[name] = int32(len(s.list))
	s.list = append(s.list, known{name: name, stamp: m, look: s.look})
	s.account.Add(knownBytes + int64(len(name)))
}

// set notes a file that is done, or what is new about one, also for the Ledger.
func (s *seen) set(name string, m stamp) {
	s.put(name, m)
	text, _ := json.Marshal(m) // a struct of integers always can
	s.pending = append(s.pending, sources.Memo{Key: name, Value: text})
}

// forget takes the file at a place out, also of the Ledger; the last file of the list takes the place.
func (s *seen) forget(at int) {
	name, last := s.list[at].name, len(s.list)-1
	if s.list[at].Absent == 0 {
		s.here--
	}
	delete(s.index, name)
	if at != last {
		s.list[at] = s.list[last]
		s.index[s.list[at].name] = int32(at)
	}
	s.list[last] = known{}
	s.list = s.list[:last]
	s.pending = append(s.pending, sources.Memo{Key: name})
	s.account.Add(-knownBytes - int64(len(name)))
}

// take gives the pending changes away, to travel with a chunk.
func (s *seen) take() []sources.Memo {
	out := s.pending
	s.pending = nil
	return out
}

// fresh picks the files of a full listing that were not seen, notes changed ones, and ages those that are absent.
func (s *seen) fresh(files []entry, src *Source) []entry {
	var out []entry
	s.look++
	for _, f := range files {
		k := s.find(f.name)
		if k == nil {
			out = append(out, f)
			continue
		}
		k.look = s.look
		s.compare(k, f, src)
	}
	s.age(src.now())
	return out
}

// compare holds a known file that is there against what was read of it.
func (s *seen) compare(k *known, f entry, src *Source) {
	switch {
	case k.Skipped:
	case k.Size != f.size || k.Mtime != f.mtime:
		if !k.changed {
			k.changed = true
			src.changedFiles.Add(1)
		}
		src.notice("table %q: the file %q changed after it was read; it is not read again", src.table, f.name)
		s.put(k.name, stamp{Size: f.size, Mtime: f.mtime}) // once is enough; what was read stays in the Ledger
	case k.Absent != 0:
		s.set(k.name, stamp{Size: k.Size, Mtime: k.Mtime})
	}
}

// age judges the files that the full listing under way did not have.
func (s *seen) age(now time.Time) {
	for at := 0; at < len(s.list); {
		if s.list[at].look == s.look || !s.missed(at, now) {
			at++
		}
	}
}

// missed notes that the file at a place is absent. It reports whether the file was forgotten: then another may have
// come to its place.
func (s *seen) missed(at int, now time.Time) (forgotten bool) {
	k := &s.list[at]
	switch {
	case k.Skipped:
	case k.Absent == 0:
		m := k.stamp
		m.Absent = now.Unix()
		s.set(k.name, m)
	case now.Sub(time.Unix(k.Absent, 0)) >= forgetAfter:
		s.forget(at)
		return true
	}
	return false
}
