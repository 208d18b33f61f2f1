package sinks

import (
	"errors"
	"fmt"
	"testing"

	"streamsql/internal/diag"
)

// TestFailed: what has no code becomes sink-failed and keeps its cause; what has one is left alone, wrapped or not.
func TestFailed(t *testing.T) {
	if err := Failed("out", nil); err != nil {
		t.Error(err)
	}
	refused := fmt.Errorf("try again: %w", ErrNotCommitted)
	if err := Failed("out", refused); diag.CodeOf(err) != diag.SinkFailed || !errors.Is(err, ErrNotCommitted) {
		t.Error(err)
	}
	for _, coded := range []error{
		diag.New(diag.SinkSpace, "the disk is full"), fmt.Errorf("epoch 3: %w", diag.New(diag.FencingLost, "lost")),
	} {
		if err := Failed("out", coded); err != coded { //nolint:errorlint // the very same
			t.Errorf("%v became %v", coded, err)
		}
	}
}
