//go:build !linux && !darwin && !windows

package vfs

import (
	"errors"
	"os"
)

// move does not exist here: callers link and remove.
func move(old, new string) error {
	return &os.LinkError{Op: "move", Old: old, New: new, Err: errors.ErrUnsupported}
}
