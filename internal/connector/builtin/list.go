// Package builtin is the list of connectors that the binary has. It is apart from package connector because whoever
// imports it links every connector and its client; golden tests, which have a connector of their own, do not.
package builtin

import (
	"io"

	"streamsql/internal/connector"
	"streamsql/sinks"
	"streamsql/sinks/blackhole"
	"streamsql/sinks/console"
	filesink "streamsql/sinks/file"
	"streamsql/sources"
	"streamsql/sources/datagen"
	filesource "streamsql/sources/file"
	"streamsql/sources/nexmark"
)

// Connectors lists them: a new one is a package and a line here. Tables that print share stdout as long as they come
// from one call.
func Connectors(stdout io.Writer) connector.Set {
	return connector.Set{
		{Source: from(filesource.Declaration, filesource.New), Sink: to(filesink.Declaration, filesink.New)},
		{Source: from(datagen.Declaration, datagen.New)},
		{Source: from(nexmark.Declaration, nexmark.New)},
		{Sink: to(console.Declaration, console.PrintTo(stdout))},
		{Sink: to(blackhole.Declaration, blackhole.New)},
	}
}

func from(d sources.Declaration, factory sources.Factory) *connector.Source {
	return &connector.Source{Declaration: d, New: factory}
}

func to(d sinks.Declaration, factory sinks.Factory) *connector.Sink {
	return &connector.Sink{Declaration: d, New: factory}
}
