package builtin

import (
	"io"
	"testing"

	"streamsql/planner/catalog"
)

// TestConnectors holds the list against what the rest relies on: every connector has a side and what belongs to it, two
// sides bear one name, no name is taken twice, and formats are ones whose options are known.
func TestConnectors(t *testing.T) {
	set := Connectors(io.Discard)
	cat := set.Catalog()
	seen := map[string]bool{}
	for i, c := range set {
		if c.Source == nil && c.Sink == nil {
			t.Errorf("connector %d has no side", i)
			continue
		}
		name := c.Name()
		if name == "" || seen[name] {
			t.Errorf("connector %d: the name %q is empty or taken", i, name)
		}
		seen[name] = true
		if s := c.Source; s != nil {
			if s.New == nil || s.Bounded == nil || s.Doc == "" {
				t.Errorf("%s: the source lacks New, Bounded or Doc", name)
			}
			knownFormats(t, cat[name], cat[name].Source.Formats)
		}
		if s := c.Sink; s != nil {
			if s.New == nil || s.Guarantee == "" || s.Doc == "" || s.Name != name {
				t.Errorf("%s: the sink lacks New, Guarantee or Doc, or is called %q", name, s.Name)
			}
			knownFormats(t, cat[name], cat[name].Sink.Formats)
		}
	}
}

func knownFormats(t *testing.T, c catalog.Connector, list []string) {
	t.Helper()
	for _, f := range list {
		if _, ok := c.FormatOptions[f]; !ok {
			t.Errorf("%s: nobody has declared the options of format %q", c.Name, f)
		}
	}
}
