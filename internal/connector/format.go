package connector

import (
	"streamsql/internal/format/json"
	"streamsql/planner/catalog"
)

// formats are what tables may say about the formats of this binary.
var formats = map[string]catalog.FormatDecl{
	json.Name:          {Options: json.Options, Check: json.CheckOptions},
	json.ChangelogName: {Options: json.Options, Check: json.CheckOptions},
}
