package file

import "testing"

// TestNamePattern: whole names, by Java's rules.
func TestNamePattern(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{`[ab]\.json`, "a.json", true},
		{`[ab]\.json`, "xa.json", false},
		{`a|ab`, "ab", true},
		{`[a-z&&[^b]]\.json`, "a.json", true}, // an intersection, which Go's syntax has not
		{`[a-z&&[^b]]\.json`, "b.json", false},
		{`(?i)A\.json`, "a.json", true},
	} {
		p, err := newNamePattern("t", c.pattern)
		if err != nil {
			t.Errorf("%s: %v", c.pattern, err)
			continue
		}
		if got := p.holds(c.name); got != c.want {
			t.Errorf("%s holds %s: %v, want %v", c.pattern, c.name, got, c.want)
		}
	}
	for _, bad := range []string{`a)|(b`, `(`, `(?P<x>a)`} {
		if _, err := newNamePattern("t", bad); err == nil {
			t.Errorf("%s is taken", bad)
		}
	}
}
