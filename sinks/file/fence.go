package file

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"

	"streamsql/internal/store/vfs"
	"streamsql/sinks"
)

// Fence implements sinks.Sink: it takes the directory over for a term and finishes what the newest manifest promises.
//
// The term comes before the second look at the manifests: an owner that is shut out by it either published before that
// look, or can only publish what is compared with ours (see the package comment). A directory of another query is left
// as it was found.
func (s *Sink) Fence(_ context.Context, query string, term uint64) (sinks.Marker, error) {
	s.query, s.term = query, term
	if err := s.makeDirs(); err != nil {
		return sinks.Marker{}, err
	}
	if _, err := s.newest(); err != nil {
		return sinks.Marker{}, err
	}
	if err := s.takeTerm(); err != nil {
		return sinks.Marker{}, err
	}
	m, err := s.newest()
	if err != nil || m.Zero() {
		return sinks.Marker{}, err
	}
	// What a killed process left visible may not be durable yet.
	if err := s.syncDir(manifestDir); err != nil {
		return sinks.Marker{}, err
	}
	return m.Marker, s.publish(m)
}

// newest lists the manifests and reads the last one; the zero manifest when there is none.
func (s *Sink) newest() (manifest, error) {
	list, err := s.listManifests()
	if err != nil || len(list) == 0 {
		return manifest{}, err
	}
	s.manifests = list
	m, err := s.readManifest(list[len(list)-1])
	if err == nil && (m.Query != s.query || m.Sink != s.table) {
		err = s.foreign(m, s.query)
	}
	return m, err
}

// makeDirs makes the directories durable. One that is there already is not trusted: the process that made it may have
// been killed before its name was durable.
func (s *Sink) makeDirs() error {
	parent := filepath.Dir(s.dir)
	if err := vfs.MkdirAll(s.fs, parent); err != nil {
		return s.failed("make", parent, err)
	}
	if err := vfs.SettlePath(s.fs, s.dir); err != nil {
		return s.fatal("sync the directories above", s.dir, err)
	}
	for _, d := range []string{"", ownDir, stagingDir, manifestDir, termsDir} {
		if err := s.makeDir(s.path(d)); err != nil {
			return err
		}
	}
	return nil
}

func (s *Sink) makeDir(dir string) error {
	err := s.fs.Mkdir(dir)
	existed := errors.Is(err, fs.ErrExist)
	if err != nil && !existed {
		return s.failed("make", dir, err)
	}
	if existed {
		e, err := s.fs.Stat(dir)
		if err == nil && !e.Dir {
			err = vfs.ErrNotDir
		}
		if err != nil {
			return s.failed("use", dir, err)
		}
	}
	err = s.fs.SyncDir(filepath.Dir(dir))
	if existed && errors.Is(err, fs.ErrPermission) {
		return nil // a directory prepared for us inside one that is not ours
	}
	if err != nil {
		return s.fatal("sync", filepath.Dir(dir), err)
	}
	return nil
}

// takeTerm creates the term file. A name that is taken belongs to somebody with a copy of the state: the log gives each
// term out once.
func (s *Sink) takeTerm() error {
	later, err := s.newestTerm()
	if err != nil {
		return err
	}
	if later >= s.term {
		return s.collided(later)
	}
	name := s.path(termsDir, s.termName())
	f, err := s.fs.Create(name)
	if errors.Is(err, fs.ErrExist) {
		return s.collided(s.term)
	}
	if err != nil {
		return s.failed("create", name, err)
	}
	if err := f.Close(); err != nil { // its name is all it says
		return s.fatal("close", name, err)
	}
	return s.syncDir(termsDir)
}

func (s *Sink) termName() string { return s.query8() + "-" + strconv.FormatUint(s.term, 10) }

// newestTerm is the latest owner of this query; 0 when there was none.
func (s *Sink) newestTerm() (uint64, error) {
	newest := uint64(0)
	err := s.eachTerm(func(_ string, t uint64) { newest = max(newest, t) })
	return newest, err
}

// eachTerm visits the term files of this query. There are few: each owner removes those before it.
func (s *Sink) eachTerm(visit func(name string, term uint64)) error {
	entries, err := s.fs.ReadDir(s.path(termsDir))
	if err != nil {
		return s.failed("list", s.path(termsDir), err)
	}
	for _, e := range entries {
		text, ours := strings.CutPrefix(e.Name, s.query8()+"-")
		if t, err := strconv.ParseUint(text, 10, 64); ours && err == nil {
			visit(e.Name, t)
		}
	}
	return nil
}

// verifyTerm stops an owner that has been superseded.
func (s *Sink) verifyTerm() error {
	newest, err := s.newestTerm()
	if err == nil && newest > s.term {
		err = s.lost(newest)
	}
	return err
}

func (s *Sink) syncDir(name string) error {
	if err := s.fs.SyncDir(s.path(name)); err != nil {
		return s.fatal("sync", s.path(name), err)
	}
	return nil
}
