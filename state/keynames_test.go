package state

import (
	"slices"
	"testing"
)

func TestKeyNames(t *testing.T) {
	for _, c := range []struct {
		given []string
		n     int
		want  []string
	}{
		{[]string{"a", "b"}, 2, []string{"a", "b"}},
		{nil, 2, []string{"key1", "key2"}},
		{[]string{"a"}, 2, []string{"key1", "key2"}}, // the record is of another query
		{[]string{"a", "a", ""}, 3, []string{"a", "key2", "key3"}},
		{[]string{"pane"}, 1, []string{"key1"}},
	} {
		if got := KeyNames(c.given, c.n); !slices.Equal(got, c.want) {
			t.Errorf("%q of %d: got %q, want %q", c.given, c.n, got, c.want)
		}
	}
}
