package session

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"streamsql/exec"
	"streamsql/internal/diag"
	"streamsql/internal/store"
	"streamsql/planner"
	"streamsql/wal"
)

// State is the checkpoint of a run.
type State struct {
	Store store.Store
	Name  string // the folder as the user says it; "" = nothing is kept
	path  string
}

// OpenState opens the checkpoint: for INSERT INTO the named folder, or FILE.state beside the query; memory for a bare
// SELECT.
func (s *Session) OpenState(prog *planner.Program, q Query, folder string) (State, error) {
	if !prog.Inserts && folder == "" {
		return State{Store: store.NewMemory()}, nil
	}
	if folder == "" {
		if q.path == "" {
			return State{}, diag.New(diag.Usage, "an INSERT INTO query from %s needs --state DIR", q.Name)
		}
		folder = strings.TrimSuffix(q.path, filepath.Ext(q.path)) + ".state"
	}
	st, err := store.OpenLocal(s.Path(folder))
	if err != nil {
		return State{}, diag.New(diag.StateFolder, "cannot open the state folder %s", folder).WithCause(err)
	}
	return State{Store: st, Name: folder, path: s.Path(folder)}, nil
}

// ExistingState opens a folder that must be there: looking must not create one.
func (s *Session) ExistingState(folder string) (*store.Local, error) {
	info, err := os.Stat(s.Path(folder))
	if err != nil {
		return nil, diag.New(diag.StateFolder, "no state folder %s", folder).WithCause(err)
	}
	if !info.IsDir() {
		return nil, diag.New(diag.StateFolder, "%s is not a folder", folder)
	}
	st, err := store.OpenLocal(s.Path(folder))
	if err != nil {
		return nil, diag.New(diag.StateFolder, "cannot open the state folder %s", folder).WithCause(err)
	}
	return st, nil
}

// Activity is what a query does now, in words. Only a living process holds the lock, so a dead query is never shown as
// running, whatever its last words were.
func Activity(ctx context.Context, st *store.Local, status wal.Status) (string, error) {
	if !status.Exists {
		return "empty", nil
	}
	unlock, err := st.Lock(ctx)
	switch {
	case errors.Is(err, store.ErrLocked):
		return "running", nil
	case err != nil:
		return "", diag.New(diag.StateFolder, "cannot look at the lock").WithCause(err)
	}
	if err := unlock(); err != nil {
		return "", err
	}
	switch {
	case status.Recovery.Finished():
		return "finished", nil
	case status.Recovery.Kind == wal.Replay:
		return fmt.Sprintf("stopped within epoch %d, which the next start repeats", status.Recovery.Epoch), nil
	}
	return "stopped", nil
}

// beginAnew moves a former checkpoint aside. The sinks are looked at first: one that refuses a new query would refuse
// it when the state has been moved, too, and the former query could not continue without it.
func (s *Session) beginAnew(ctx context.Context, prog *planner.Program, env exec.Env, state State) error {
	st, ok := state.Store.(*store.Local)
	if !ok {
		return nil
	}
	if err := exec.Beginnable(ctx, prog, env); err != nil {
		return err
	}
	return s.setAside(ctx, st, state.path, env.Takeover)
}

// setAside renames a checkpoint so that --fresh loses nothing.
func (s *Session) setAside(ctx context.Context, st *store.Local, dir string, force bool) error {
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
	if err := wal.SetAside(ctx, st, old, wal.Claim{Force: force, Now: s.host.Now()}); err != nil {
		return err
	}
	s.Say("fresh start: the old state is now %s", old)
	return nil
}
