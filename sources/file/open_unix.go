//go:build unix

package file

import (
	"os"
	"syscall"
)

// openRegular opens a file for reading without waiting: between the listing and now a pipe may have taken its name, and
// opening one blocks until somebody writes to it. Whether the file is regular is looked at once it is open.
func openRegular(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
}
