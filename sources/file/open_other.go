//go:build !unix

package file

import "os"

// openRegular opens a file for reading. Here nothing that has a name blocks when it is opened.
func openRegular(path string) (*os.File, error) { return os.Open(path) }
