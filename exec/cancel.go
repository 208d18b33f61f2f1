package exec

import (
	"context"
	"errors"
)

// Cancelled gives an error that a cancelled context caused the cancellation's own cause, whatever layer it passed
// through on its way: a read that was given up is not a damaged file, and a sink that was told to stop did not fail.
// Other errors stay as they are, also when ctx is cancelled by now.
//
// Open, Step and Run pass their errors through it, so nothing below them needs to tell the two apart.
func Cancelled(ctx context.Context, err error) error {
	if err == nil || ctx.Err() == nil {
		return err
	}
	cause := context.Cause(ctx)
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return cause
	}
	return err
}

// until derives a context that a closed drain cancels with ErrDrained.
func until(ctx context.Context, drain <-chan struct{}) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	if drain == nil {
		return ctx, func() { cancel(nil) }
	}
	go func() {
		select {
		case <-drain:
			cancel(ErrDrained)
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(nil) }
}
