package wal

import (
	"errors"

	"streamsql/internal/diag"
	"streamsql/internal/store"
)

const wayOut = "restore it from a copy of the state, or start over with --fresh"

// damaged names a record that cannot be trusted.
func damaged(st store.Store, name string, err error) *diag.Error {
	var newer *versionError
	if errors.As(err, &newer) {
		return diag.New(diag.LogVersion, "%s in %s cannot be read", name, st.Location()).WithCause(err).
			WithHint("use the version of streamsql that wrote it, or a later one")
	}
	return diag.New(diag.LogDamaged, "%s in %s is damaged", name, st.Location()).WithCause(err).WithHint(wayOut)
}

// missing names records that must be there.
func missing(st store.Store, names string, because string) *diag.Error {
	return diag.New(diag.LogMissing, "%s in %s is missing: %s", names, st.Location(), because).WithHint(wayOut)
}

// foreign names a record of another query or another epoch.
func foreign(st store.Store, name, why string) *diag.Error {
	return diag.New(diag.LogForeign, "%s in %s does not belong there: %s", name, st.Location(), why).
		WithHint("files of two states were mixed; " + wayOut)
}

func readFailed(st store.Store, name string, err error) error {
	if errors.Is(err, store.ErrFrozen) {
		return err
	}
	return diag.New(diag.CheckpointRead, "%s in %s cannot be read", name, st.Location()).WithCause(err).
		WithHint("%s, then start again", store.Remedy(err))
}

func writeFailed(st store.Store, name string, err error) error {
	if errors.Is(err, store.ErrFrozen) {
		return err
	}
	return diag.New(diag.CheckpointWrite, "%s in %s cannot be written", name, st.Location()).WithCause(err).
		WithHint("%s, then start again: it resumes after the last commit", store.Remedy(err))
}
