package op

import (
	"strings"
	"testing"

	"streamsql/internal/diag"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// TestComputedTextIsBounded: the texts that computed columns keep of one morsel end at 1 GiB, before offsets overflow.
func TestComputedTextIsBounded(t *testing.T) {
	abc := vec.Make(sqltype.StringType, "abc")
	spread := &vec.Vec{Type: sqltype.StringType, Len: 1000, Shape: vec.Dict, Codes: make([]int32, 1000), Dict: abc}
	for _, c := range []struct {
		name string
		kept int
		more *vec.Vec
		full bool
	}{
		{"the last byte", maxMorselText - 3, abc, false},
		{"one byte more", maxMorselText - 2, abc, true},
		{"a text by reference counts for every row", maxMorselText - 2999, spread, true},
		{"and no more than that", maxMorselText - 3000, spread, false},
		{"a number", maxMorselText, vec.Make(sqltype.BigIntType, int64(1)), false},
	} {
		if got := tooMuchText(c.kept, c.more); got != c.full {
			t.Errorf("%s: full is %v", c.name, got)
		}
	}
	// What is kept here is never touched, so that it takes no memory.
	m := &Scanned{computed: []vec.Vec{{Type: sqltype.StringType, Bytes: make([]byte, maxMorselText)}}}
	err := m.keepComputed(0, abc)
	if diag.CodeOf(err) != diag.StringTooLong || !strings.Contains(err.Error(), "1 GiB") {
		t.Errorf("the limit is passed: %v", err)
	}
}
