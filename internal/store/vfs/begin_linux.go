package vfs

import "syscall"

// writeBack is SYNC_FILE_RANGE_WRITE: begin to write dirty pages, wait for nothing.
const writeBack = 2

// BeginSync implements Beginner. It is a hint: what it could not begin, Sync does.
func (f osFile) BeginSync(from, n int64) {
	conn, err := f.SyscallConn()
	if err != nil {
		return
	}
	_ = conn.Control(func(fd uintptr) { _ = syscall.SyncFileRange(int(fd), from, n, writeBack) })
}
