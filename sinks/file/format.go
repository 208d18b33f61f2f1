package file

import (
	"streamsql/internal/format"
	"streamsql/internal/format/formats"
	"streamsql/sinks"
)

// writing is how the rows of a table become files.
type writing struct {
	newEncoder func() sinks.Encoder
	split      format.Splitter // where a part may end
	head       []byte          // what every part begins with
	ext        string
}

// written is the way of the table's format.
func written(spec sinks.Spec) writing {
	f, ok := formats.Find(spec.Format)
	if !ok {
		f = formats.Of(spec.Values)
	}
	w := writing{
		newEncoder: func() sinks.Encoder {
			return f.NewEncoder(format.Config{Schema: spec.Schema, Options: spec.Values})
		},
		split: f.Framed(spec.Values).Splitter, ext: f.Ext,
	}
	if f.Head != nil {
		w.head = f.Head(spec.Schema, spec.Values)
	}
	return w
}
