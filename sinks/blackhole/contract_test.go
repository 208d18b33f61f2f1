package blackhole

import (
	"testing"

	"streamsql/sinks"
	"streamsql/sinks/sinktest"
)

func TestContract(t *testing.T) {
	sinktest.Run(t, func(*testing.T) sinktest.World {
		return sinktest.World{Open: func(t *testing.T) sinks.Sink {
			s, err := New(sinks.Spec{})
			if err != nil {
				t.Fatal(err)
			}
			return s
		}}
	})
}
