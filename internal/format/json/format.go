package json

import (
	"streamsql/internal/format"
	"streamsql/internal/option"
)

// Format is JSON lines.
var Format = format.Format{
	Name: "json", Ext: ".json", Doc: "One JSON object per line.",
	Options: Options, Check: CheckOptions, Framing: framing,
	NewDecoder: func(c format.Config) format.Decoder { return NewDecoder(c) },
	NewEncoder: func(c format.Config) format.Encoder { return NewEncoder(c.Schema, encodeOptionsOf(c.Options)) },
}

// Changelog is JSON lines that say by `_op` whether the row comes or goes.
var Changelog = format.Format{
	Name: "changelog-json", Ext: ".json", Doc: "JSON lines with the kind of change as `_op`.", Updates: true,
	Options: Options, Check: CheckOptions, Framing: framing,
	NewEncoder: func(c format.Config) format.Encoder {
		opt := encodeOptionsOf(c.Options)
		opt.Op = true
		return NewEncoder(c.Schema, opt)
	},
}

func framing(v option.Values) format.Framing {
	return format.Framing{Splitter: format.Lines{}, MaxRecord: settingsOf(v).maxRecord}
}
