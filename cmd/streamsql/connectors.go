package main

import (
	"streamsql/internal/format/json"
	"streamsql/internal/option"
	"streamsql/planner/catalog"
	"streamsql/sinks"
	"streamsql/sinks/blackhole"
	"streamsql/sinks/console"
	filesink "streamsql/sinks/file"
	"streamsql/sources"
	filesource "streamsql/sources/file"
)

// The connectors of this binary. Adding one means a line in each table.
var (
	sourceDecls = []sources.Declaration{filesource.Declaration}
	sinkDecls   = []sinks.Declaration{filesink.Declaration, console.Declaration, blackhole.Declaration}
)

func sourceFactories() map[string]sources.Factory {
	return map[string]sources.Factory{filesource.Declaration.Name: filesource.New}
}

func sinkFactories() map[string]sinks.Factory {
	return map[string]sinks.Factory{
		filesink.Declaration.Name:  filesink.New,
		console.Declaration.Name:   console.PrintTo(tty.stdout()),
		blackhole.Declaration.Name: blackhole.New,
	}
}

// formatOptions are what tables may say about the formats of this binary.
var formatOptions = map[string]catalog.FormatDecl{
	json.Name:          {Options: json.Options, Check: json.CheckOptions},
	json.ChangelogName: {Options: json.Options, Check: json.CheckOptions},
}

// connectors tells the planner what there is.
func connectors() catalog.Connectors {
	out := catalog.Connectors{}
	at := func(name string) catalog.Connector {
		c := out[name]
		c.Name, c.FormatOptions = name, formatOptions
		return c
	}
	for _, d := range sourceDecls {
		c := at(d.Name)
		c.Source = &catalog.SourceDecl{Options: append(append(option.Set{}, d.Options...), sources.ScanOptions...), Formats: d.Formats, Bounded: d.Bounded, Place: d.Place}
		out[d.Name] = c
	}
	for _, d := range sinkDecls {
		c := at(d.Name)
		c.Sink = &catalog.SinkDecl{Options: d.Options, Formats: d.Formats, Updates: d.Updates, Place: d.Place}
		out[d.Name] = c
	}
	return out
}
