package file

import (
	"errors"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"streamsql/internal/diag"
)

// keepManifests is how many published epochs stay on record. Recovery needs one; people who look for what happened want
// more; a directory with a hundred names is still read in no time.
const keepManifests = 100

// maxFolded bounds the deletions of one epoch: a folder that an earlier version let grow shrinks without a pause.
const maxFolded = 4

// tidy notes a published epoch and takes away what it makes superfluous. Only a query that published in its own term
// removes anything, and only what is older. Failing to remove is not an error: the next owner tries again.
func (s *Sink) tidy(epoch int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.manifests); n == 0 || s.manifests[n-1] < epoch {
		s.manifests = append(s.manifests, epoch)
	}
	if !s.committed {
		if err := s.sweep(); err != nil {
			return err
		}
		s.committed = true
	}
	// A manifest that is removed frees its name: an owner that is paused with an unfinished one must find nothing to
	// link.
	for n := 0; n < maxFolded && len(s.manifests) > keepManifests && !s.unswept; n++ {
		_ = s.fs.Remove(s.manifestPath(s.manifests[0]))
		s.manifests = s.manifests[1:]
	}
	return nil
}

// sweep removes what earlier terms left: first their unfinished manifests, so that none of them can publish any
// more; then, after a look for one that did in the last moment, their parts and term files.
func (s *Sink) sweep() error {
	entries, err := s.fs.ReadDir(s.path(stagingDir))
	if err != nil {
		return s.failed("list", s.path(stagingDir), err)
	}
	var parts []string
	for _, e := range entries {
		if t, ours := s.stagedTerm(e.Name); !ours || t >= s.term {
			continue
		}
		if strings.HasSuffix(e.Name, "-manifest.tmp") {
			if err := s.fs.Remove(s.path(stagingDir, e.Name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				s.unswept = true
			}
		} else {
			parts = append(parts, e.Name)
		}
	}
	if err := s.strangers(s.manifests); err != nil {
		return err
	}
	for _, name := range parts {
		_ = s.fs.Remove(s.path(stagingDir, name))
	}
	return s.eachTerm(func(name string, t uint64) {
		if t < s.term {
			_ = s.fs.Remove(s.path(termsDir, name))
		}
	})
}

// stagedTerm reads the owner's term from a staged name (query8-term-epoch-attempt-nonce-…).
func (s *Sink) stagedTerm(name string) (uint64, bool) {
	rest, ours := strings.CutPrefix(name, s.query8()+"-")
	text, _, cut := strings.Cut(rest, "-")
	t, err := strconv.ParseUint(text, 10, 64)
	return t, ours && cut && err == nil
}

// alone looks, around our first publication only, whether somebody else has published since Fence: another query that
// began on the same empty directory, or an earlier owner in its last moment.
func (s *Sink) alone(epoch int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.committed {
		return nil
	}
	return s.strangers(append(slices.Clone(s.manifests), epoch))
}

// strangers is an error when there is a manifest that is not known; one of a later owner means that we are the past.
func (s *Sink) strangers(known []int64) error {
	list, err := s.listManifests()
	if err != nil {
		return err
	}
	for _, n := range list {
		if slices.Contains(known, n) {
			continue
		}
		m, err := s.readManifest(n)
		if err == nil && (m.Query != s.query || m.Sink != s.table) {
			err = s.foreign(m, s.query)
		}
		if err == nil && m.Term > s.term {
			err = s.lost(m.Term)
		}
		if err == nil {
			err = diag.New(diag.SinkConflict, "table %q: %s was published by term %d after term %d had taken over",
				s.table, s.manifestPath(n), m.Term, s.term).
				WithHint("the query was changed while its former owner still ran; " +
					"start it again: the sink's record decides")
		}
		return err
	}
	return nil
}
