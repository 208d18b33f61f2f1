package file

import (
	"streamsql/internal/format/json"
	"streamsql/sinks"
)

// The formats: rows as JSON lines, without and with `_op`.
const (
	formatJSON      = json.Name
	formatChangelog = json.ChangelogName
)

// encoders gives each lane its encoder for the table's format.
func encoders(spec sinks.Spec) func() sinks.Encoder {
	opt := json.EncodeOptionsOf(spec.Values)
	opt.Op = spec.Format == formatChangelog
	return func() sinks.Encoder {
		return json.NewEncoder(spec.Schema, opt)
	}
}
