package connector

import (
	"streamsql/internal/format/json"
	"streamsql/planner/catalog"
)

// formats are the formats of this binary, with the options that tables may set for them.
var formats = map[string]catalog.FormatDecl{
	json.Name:          {Options: json.Options, Check: json.CheckOptions},
	json.ChangelogName: {Options: json.Options, Check: json.CheckOptions},
}
