package wal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"regexp"

	"streamsql/internal/diag"
	"streamsql/internal/fault"
	"streamsql/internal/nonce"
	"streamsql/internal/store"
)

const metadataName = "metadata"

type metadata struct {
	ID string `json:"id"`
}

var uuidForm = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// Identity is the id of the query whose logs are in a store; "" when there are none yet. It never changes, unless the
// state is set aside.
func Identity(ctx context.Context, st store.Store) (string, error) { return readIdentity(ctx, st) }

// readIdentity gives the id, "" when there is no metadata.
func readIdentity(ctx context.Context, st store.Store) (string, error) {
	data, err := st.Get(ctx, metadataName)
	if errors.Is(err, store.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", readFailed(st, metadataName, err)
	}
	var m metadata
	if err := json.Unmarshal(data, &m); err != nil {
		return "", damaged(st, metadataName, err)
	}
	if !uuidForm.MatchString(m.ID) {
		return "", damaged(st, metadataName, fmt.Errorf("its id %q is not a UUID", m.ID))
	}
	return m.ID, nil
}

// identify creates metadata when the query is new. Two processes that race agree on the one that was first.
func (l *Log) identify(ctx context.Context, id string) error {
	if err := l.load(ctx); err != nil {
		return err
	}
	if l.id != "" {
		return nil
	}
	if id == "" {
		id = nonce.UUID()
	} else if !uuidForm.MatchString(id) {
		return diag.New(diag.Internal, "the query id %q is not a UUID", id)
	}
	err := l.st.Create(ctx, metadataName, marshal(metadata{id}), nil)
	// Another process may have been first, and even have committed and swept our unfinished file away.
	if err != nil && !errors.Is(err, store.ErrExist) && !errors.Is(err, fs.ErrNotExist) {
		return writeFailed(l.st, metadataName, err)
	}
	if err != nil {
		found, readErr := readIdentity(ctx, l.st)
		if readErr != nil {
			return readErr
		}
		if id = found; id == "" {
			return writeFailed(l.st, metadataName, err)
		}
	}
	l.id = id
	return l.faults.Point(fault.MetadataWritten)
}
