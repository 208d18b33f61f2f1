package connector

import (
	"testing"

	"streamsql/internal/option"
	"streamsql/sinks"
	"streamsql/sources"
)

// TestViews: planner, exec and check see each side where it is, and only there.
func TestViews(t *testing.T) {
	own := option.Set{{Key: "path", Kind: option.String}}
	looked := ""
	set := Set{
		{Source: &Source{Declaration: sources.Declaration{
			Name: "in", Options: own, Look: func(table string, _ option.Values, _ string) error { looked = table; return nil },
		}, New: func(string, option.Values, string) (sources.Source, error) { return nil, nil }}},
		{Sink: &Sink{
			Declaration: sinks.Declaration{Name: "print", Updates: true},
			New:         func(sinks.Spec) (sinks.Sink, error) { return nil, nil },
		}},
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
