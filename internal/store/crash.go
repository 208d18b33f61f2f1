package store

import "streamsql/internal/store/vfs"

// Crash is a Local over a simulated file system, for tests: one step of Local's code is one place to crash or fail.
// FS has the controls (FailAt, LoseAt, FreezeAt, Freeze, Restart, OnOp, Calls, Mutate).
type Crash struct {
	*Local
	FS *vfs.Crash
}

// NewCrash returns an empty crash-simulating store.
func NewCrash() *Crash { return reopen(vfs.NewCrash()) }

// CloneAfterCrash returns the store that a process started after a crash at this instant would open: each unsynced
// block and each unsynced name is kept with a chance of keepPercent. The original is not changed; Freeze it to end the
// old process.
func (c *Crash) CloneAfterCrash(keepPercent int, seed uint64) *Crash {
	return reopen(c.FS.Clone(keepPercent, seed))
}

// Reopen returns a second opening of the same files, as another process has it.
func (c *Crash) Reopen() *Crash { return reopen(c.FS) }

// FailAt makes the k-th file operation (from 1, over all) fail with err.
func (c *Crash) FailAt(k int64, err error) { c.FS.FailAt(k, err) }

// Freeze makes all further calls fail with ErrFrozen.
func (c *Crash) Freeze() { c.FS.Freeze() }

func reopen(f *vfs.Crash) *Crash {
	return &Crash{Local: newLocal(f, "state"), FS: f}
}
