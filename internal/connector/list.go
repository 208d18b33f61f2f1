package connector

import (
	"io"

	"streamsql/internal/format/json"
	"streamsql/planner/catalog"
	"streamsql/sinks/blackhole"
	"streamsql/sinks/console"
	filesink "streamsql/sinks/file"
	filesource "streamsql/sources/file"
)

// All are the connectors of this binary. Tables that print share stdout as long as they come from one call.
func All(stdout io.Writer) Set {
	return Set{
		{Source: &Source{filesource.Declaration, filesource.New}, Sink: &Sink{filesink.Declaration, filesink.New}},
		{Sink: &Sink{console.Declaration, console.PrintTo(stdout)}},
		{Sink: &Sink{blackhole.Declaration, blackhole.New}},
	}
}

// formats are what tables may say about the formats of this binary.
var formats = map[string]catalog.FormatDecl{
	json.Name:          {Options: json.Options, Check: json.CheckOptions},
	json.ChangelogName: {Options: json.Options, Check: json.CheckOptions},
}
