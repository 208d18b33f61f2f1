package sinktest

import (
	"testing"

	"streamsql/sinks"
)

// TestFake: the suite can be passed, with frames and with batches.
func TestFake(t *testing.T) {
	for name, batches := range map[string]bool{"frames": false, "batches": true} {
		t.Run(name, func(t *testing.T) {
			Run(t, func(*testing.T) World {
				b := &Broker{}
				return World{
					Open:   func(*testing.T) sinks.Sink { return b.Sink(batches) },
					Rows:   func(*testing.T) []int64 { return b.Rows() },
					Refuse: b.Refuse,
				}
			})
		})
	}
}
