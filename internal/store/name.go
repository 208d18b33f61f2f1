package store

import (
	"fmt"
	"strings"
)

// checkName refuses names that would leave the store or meet its private files. Such a name is a bug of the caller.
func checkName(name string) error {
	for _, part := range strings.Split(name, "/") {
		if part == "" || part[0] == '.' || strings.ContainsAny(part, "\\\x00") {
			return fmt.Errorf("store: %q is not an object name", name)
		}
	}
	return nil
}
