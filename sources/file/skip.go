package file

import "streamsql/sources"

// Skip names files (relative to the table's path) that are left out from now on, also by replays: what a person decides
// when a file that was logged is lost.
func (s *Source) Skip(names ...string) {
	for _, n := range names {
		s.skip[n] = true
	}
}

// Unknown implements sources.Skipping.
func (s *Source) Unknown(names []string, m sources.Ledger, logged ...sources.Offset) (unknown, there []string) {
	known := map[string]bool{}
	// What cannot be listed or parsed is reported by the read that follows, with a code of its own.
	files, _ := s.list()
	for _, f := range files {
		known[f.name] = true
		there = append(there, f.name)
	}
	for _, o := range logged {
		at, _ := s.parse(o)
		for _, f := range at.Files {
			known[string(f.Name)] = true
		}
		for _, n := range at.Total.Skipped {
			known[string(n)] = true
		}
	}
	for _, n := range names {
		if _, remembered := m.Get(n); !known[n] && !remembered {
			unknown = append(unknown, n)
		}
	}
	return unknown, there
}
