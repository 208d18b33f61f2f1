package vfs

import (
	"os"

	"golang.org/x/sys/windows"
)

// move is MoveFileEx without the flag that replaces.
func move(old, new string) error {
	from, err := windows.UTF16PtrFromString(old)
	if err == nil {
		var to *uint16
		if to, err = windows.UTF16PtrFromString(new); err == nil {
			err = windows.MoveFileEx(from, to, windows.MOVEFILE_WRITE_THROUGH)
		}
	}
	if err != nil {
		return &os.LinkError{Op: "move", Old: old, New: new, Err: err}
	}
	return nil
}
