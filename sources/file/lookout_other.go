//go:build !linux

package file

import (
	"errors"
	"io"
	"os"
)

// trustOf promises nothing: which file system a directory is on is not asked here.
func trustOf(string) trust { return trustNothing }

// dirEvents is for Linux only.
type dirEvents struct{}

func openEvents(string) *dirEvents { return nil }

func (*dirEvents) close() {}

func (*dirEvents) take() (names []string, ok bool) { return nil, false }

// eachName calls fn for every name in a directory, in no order.
func eachName(dir string, _ []byte, fn func(name []byte, isDir bool) error) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	for {
		items, err := f.ReadDir(1024)
		for _, item := range items {
			if err := fn([]byte(item.Name()), item.IsDir()); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
