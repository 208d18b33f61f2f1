package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"streamsql/internal/diag"
)

// errStopNow is the cause of a context cancelled by the second signal.
var errStopNow = errors.New("stopped by a second signal")

// onSignals makes the first SIGINT or SIGTERM close draining, the second one cancel at once, and the drain deadline do
// the same with its own exit code.
func onSignals(draining chan struct{}, stop context.CancelCauseFunc, deadline time.Duration) (release func()) {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	quit := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		select {
		case <-signals:
		case <-quit:
			return
		}
		talk("draining: finishing the epoch under way (a second signal stops at once)")
		close(draining)
		timer := time.NewTimer(deadline)
		defer timer.Stop()
		select {
		case <-signals:
			stop(errStopNow)
		case <-timer.C:
			stop(diag.New(diag.DrainDeadline, "the epoch under way did not end within %s", deadline).WithHint("nothing is lost: the next start repeats it"))
		case <-quit:
		}
	})
	return func() {
		signal.Stop(signals)
		close(quit)
		wg.Wait()
	}
}
