package file

import (
	"context"
	"errors"
	"io/fs"

	"streamsql/sinks"
)

// peekTries is how often the newest manifest is looked for: a live owner may take the one away that was listed.
const peekTries = 5

// Peek implements sinks.Sink: it reads the newest manifest and changes nothing.
func (s *Sink) Peek(_ context.Context, query string) (m sinks.Marker, err error) {
	for range peekTries {
		if m, err = s.peek(query); !errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	return m, err
}

func (s *Sink) peek(query string) (sinks.Marker, error) {
	list, err := s.listManifests()
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(list) == 0 {
		return sinks.Marker{}, nil // nothing was ever written here
	}
	if err != nil {
		return sinks.Marker{}, err
	}
	m, err := s.readManifest(list[len(list)-1])
	if err == nil && (m.Query != query || m.Sink != s.table) {
		err = s.foreign(m, query)
	}
	return m.Marker, err
}
