package planner

import (
	"os"
	"path"
	"testing"

	"streamsql/internal/diag"
	"streamsql/internal/option"
	"streamsql/planner/catalog"
	"streamsql/sources"
	"streamsql/sources/datagen"
	"streamsql/sources/nexmark"
)

// placeOf is the place of a file-like table.
func placeOf(v option.Values, base string) string { return path.Join(base, v.String("path")) }

// connectors of the tests: a file-like one, one that only takes changes, one without formats.
func connectors() catalog.Connectors {
	decls := option.Set{
		{Key: "path", Kind: option.String, Required: true, Where: true, Doc: "File or directory."},
		{Key: "json.ignore-parse-errors", Kind: option.Bool, Default: "false", Doc: "Leave bad records out."},
		{Key: "password", Kind: option.String, Secret: true, Doc: "A secret."},
	}
	read := append(append(option.Set{}, decls...),
		option.Decl{Key: "source.monitor-interval", Kind: option.Duration, Doc: "Watch."},
		option.Decl{Key: "error-handling.mode", Kind: option.Enum, Values: []string{"fail", "log", "dlq"},
			Default: "fail", Doc: "Bad records."},
		option.Decl{Key: "error-handling.dead-letter-table", Kind: option.String, Doc: "Table of bad records."})
	source := func(d sources.Declaration) catalog.Connector {
		return catalog.Connector{Name: d.Name,
			Source: &catalog.SourceDecl{Options: d.Options, Bounded: d.Bounded, Check: d.Check}}
	}
	return catalog.Connectors{
		"datagen": source(datagen.Declaration), "nexmark": source(nexmark.Declaration),
		"filesystem": {
			Name: "filesystem",
			Source: &catalog.SourceDecl{Options: read, Formats: []string{"json"}, Bounded: func(v option.Values) bool {
				return !v.Given("source.monitor-interval")
			}, Place: placeOf},
			FormatOptions: map[string]catalog.FormatDecl{"changelog-json": {Updates: true}},
			Sink:          &catalog.SinkDecl{Options: decls, Formats: []string{"json", "changelog-json"}, Place: placeOf},
		},
		"print":     {Name: "print", Sink: &catalog.SinkDecl{Updates: true}},
		"generator": {Name: "generator", Source: &catalog.SourceDecl{Formats: []string{"json"}}},
	}
}

func TestQuickstart(t *testing.T) {
	text, err := os.ReadFile("../queries/quickstart.sql")
	if err != nil {
		t.Fatal(err)
	}
	p, err := Compile("quickstart.sql", string(text), connectors(), Options{})
	if err != nil {
		_ = diag.Render(os.Stderr, "quickstart.sql", string(text), err, false)
		t.Fatal("not compiled")
	}
	t.Log("\n" + Explain(p, "rules") + "\n" + Explain(p, ""))
}
