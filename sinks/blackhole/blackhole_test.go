package blackhole

import (
	"context"
	"testing"

	"streamsql/internal/zset"
	"streamsql/sinks"
)

func TestItCountsAndForgets(t *testing.T) {
	s, err := New(sinks.Spec{})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	if m, err := s.Fence(ctx, "q", 3); err != nil || !m.Zero() {
		t.Errorf("fence gives %v, %v", m, err)
	}
	for lane := range 2 {
		if out, err := s.Encoder(lane).Encode(nil, &zset.Batch{N: 5}); err != nil || len(out) != 0 {
			t.Errorf("encode gives %q, %v", out, err)
		}
	}
	if got := s.(*Sink).Rows(); got != 10 {
		t.Errorf("%d rows counted, want 10", got)
	}
	if f, ok := s.(sinks.Forgetful); !ok || !f.Forgets() {
		t.Error("it must say that it forgets")
	}
}
