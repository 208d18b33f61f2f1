package store

import (
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"
)

// The advice fits the error: nobody frees space because of a missing right.
func TestRemedy(t *testing.T) {
	for err, want := range map[error]string{
		syscall.ENOSPC: "space", syscall.EACCES: "right", syscall.EPERM: "right", syscall.EROFS: "mount",
		syscall.EMFILE: "ulimit", syscall.EIO: "disk", fs.ErrClosed: "disk",
	} {
		if got := Remedy(fmt.Errorf("write: %w", err)); !strings.Contains(got, want) {
			t.Errorf("%v: %q does not speak of %q", err, got, want)
		}
	}
}
