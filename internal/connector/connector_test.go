package connector

import (
	"io"
	"testing"

	"streamsql/internal/option"
	"streamsql/sources"
)

// TestAll holds the list against what the rest relies on: every connector has a side and what belongs to it, two sides
// bear one name, no name is taken twice, and formats are ones whose options are known.
func TestAll(t *testing.T) {
	set := All(io.Discard)
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
			if s.New == nil || s.Bounded == nil || s.Doc == "" || len(s.Formats) == 0 {
				t.Errorf("%s: the source lacks New, Bounded, Doc or Formats", name)
			}
			knownFormats(t, name, s.Formats)
		}
		if s := c.Sink; s != nil {
			if s.New == nil || s.Guarantee == "" || s.Doc == "" || s.Name != name {
				t.Errorf("%s: the sink lacks New, Guarantee or Doc, or is called %q", name, s.Name)
			}
			knownFormats(t, name, s.Formats)
		}
	}
}

func knownFormats(t *testing.T, name string, list []string) {
	t.Helper()
	for _, f := range list {
		if _, ok := formats[f]; !ok {
			t.Errorf("%s: nobody has declared the options of format %q", name, f)
		}
	}
}

// TestViews: planner, exec and check see each side where it is, and only there.
func TestViews(t *testing.T) {
	own := option.Set{{Key: "path", Kind: option.String}}
	looked := ""
	set := Set{
		{Source: &Source{Declaration: sources.Declaration{
			Name: "in", Options: own, Look: func(table string, _ option.Values, _ string) error { looked = table; return nil },
		}, New: func(string, option.Values, string) (sources.Source, error) { return nil, nil }}},
		All(io.Discard)[1],
	}
	in, out := set.Catalog()["in"], set.Catalog()["print"]
	if in.Name != "in" || in.Source == nil || in.Sink != nil || out.Source != nil || out.Sink == nil || !out.Sink.Updates {
		t.Errorf("the catalog has %+v and %+v", in, out)
	}
	for _, key := range []string{"path", "error-handling.mode"} {
		if _, ok := in.Source.Options.Find(key); !ok {
			t.Errorf("tables that are read do not take %q", key)
		}
	}
	if len(own) != 1 || len(set[0].Source.Options) != 1 {
		t.Error("the declaration itself was changed")
	}
	if s := set.Sources(); len(s) != 1 || s["in"] == nil {
		t.Errorf("sources: %v", s)
	}
	if s := set.Sinks(); len(s) != 1 || s["print"] == nil {
		t.Errorf("sinks: %v", s)
	}
	for _, name := range []string{"print", "nowhere", "in"} {
		if err := set.Look(name, "t", option.Values{}, "."); err != nil {
			t.Error(err)
		}
	}
	if looked != "t" {
		t.Error("the source that looks outside was not asked")
	}
}
