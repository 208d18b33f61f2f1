package json

import (
	"bytes"

	"streamsql/internal/format"
	"streamsql/internal/option"
)

// Format is JSON lines.
var Format = format.Format{
	Name: "json", Ext: ".json", Doc: "One JSON object per line.",
	Options: Options, Check: CheckOptions, Framing: framing,
	NewDecoder: func(c format.Config) format.Decoder { return NewDecoder(c) }, Hint: hint,
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

// hint recognises JSON that is written as one array, or over several lines.
func hint(record []byte) string {
	text := bytes.TrimSpace(record)
	if !bytes.HasPrefix(text, []byte{'['}) && string(text) != "{" {
		return ""
	}
	return "the format is one object per line, neither an array around them nor an object over several lines; " +
		"jq -c '.[]' (of an array) or jq -c . writes it so"
}
