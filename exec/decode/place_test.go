package decode

import (
	"strings"
	"testing"

	"streamsql/exec/flow"
	"streamsql/sources"
)

func TestPlaceOfARecord(t *testing.T) {
	const data = "{}\n\n{\"a\":1}\nnoise\n"
	at := strings.Index(data, "noise")
	for _, c := range []struct {
		chunk sources.Chunk
		start int
		want  string
	}{
		{sources.Chunk{File: "a.jsonl", Line: 1}, at, "a.jsonl line 4 (offset 12)"},
		{sources.Chunk{File: "a.jsonl", Line: 100, Position: 3000}, at, "a.jsonl line 103 (offset 3012)"},
		{sources.Chunk{File: "a.jsonl", Position: 3000}, at, "a.jsonl offset 3012"}, // a log without lines
		{sources.Chunk{File: "a\n.jsonl", Line: 1}, 0, `"a\n.jsonl" line 1 (offset 0)`},
	} {
		c.chunk.Data = []byte(data)
		s := &decoded{}
		m := &flow.Morsel{Chunk: &c.chunk}
		for _, other := range []int{at, 0, 3} { // positions asked for in any order
			s.place(m, other)
		}
		if got := s.place(m, c.start); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
