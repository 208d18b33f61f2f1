package session

import (
	"fmt"
	"os"
	"strings"
)

// secret resolves ${env:NAME} and ${file:PATH}. What it returns is never printed and never stored.
func (s *Session) secret(scheme, name string) (string, error) {
	switch scheme {
	case "env":
		if v, ok := s.host.Env(name); ok {
			return v, nil
		}
		return "", fmt.Errorf("environment variable %s is not set", name)
	case "file":
		b, err := os.ReadFile(s.Path(name))
		return strings.TrimRight(string(b), "\r\n"), err
	}
	return "", fmt.Errorf("no such scheme %q; use env or file", scheme)
}
