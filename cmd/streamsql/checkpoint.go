package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"streamsql/exec"
	"streamsql/internal/diag"
	"streamsql/internal/store"
	"streamsql/planner"
	"streamsql/wal"
)

// openStore opens the checkpoint: a folder for INSERT INTO, memory for a bare SELECT.
func (f *runFlags) openStore(prog *planner.Program, src source) (store.Store, string, error) {
	if !prog.Inserts && f.state == "" {
		return store.NewMemory(), "", nil
	}
	dir := f.state
	if dir == "" {
		if src.path == "" {
			return nil, "", diag.New(diag.Usage, "an INSERT INTO query from %s needs --state DIR", src.name)
		}
		dir = strings.TrimSuffix(src.path, filepath.Ext(src.path)) + ".state"
	}
	st, err := store.OpenLocal(dir)
	if err != nil {
		return nil, "", diag.New(diag.StateFolder, "cannot open the state folder %s", dir).WithCause(err)
	}
	return st, dir, nil
}

// beginAnew is --fresh. The sinks are looked at first: one that refuses a new query would refuse it when the state has
// been moved, too, and the former query could not go on without it.
func (f *runFlags) beginAnew(ctx context.Context, prog *planner.Program, env exec.Env, dir string) error {
	st, ok := env.Store.(*store.Local)
	if !f.fresh || !ok {
		return nil
	}
	if err := exec.Beginnable(ctx, prog, env); err != nil {
		return err
	}
	return setAside(ctx, st, dir, f.takeover)
}

// setAside renames a checkpoint so that --fresh loses nothing.
func setAside(ctx context.Context, st *store.Local, dir string, force bool) error {
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	old := ""
	for n := 1; old == ""; n++ {
		free := fmt.Sprintf("%s.old%d.state", strings.TrimSuffix(dir, ".state"), n)
		if _, err := os.Stat(free); errors.Is(err, os.ErrNotExist) {
			old = free
		}
	}
	if err := wal.SetAside(ctx, st, old, wal.Claim{Force: force, Now: time.Now()}); err != nil {
		return err
	}
	talk("fresh start: the old state is now %s", old)
	return nil
}
