package console

import (
	"io"

	"streamsql/internal/option"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
	"streamsql/sinks"
)

const optIdentifier = "print-identifier"

// Declaration is what the planner knows about the connector `print`.
var Declaration = sinks.Declaration{
	Name: "print",
	Options: option.Set{
		{Key: optIdentifier, Kind: option.String, Doc: "Text before each row, to tell several tables apart."},
	},
	Updates:   true,
	Guarantee: sinks.AtLeastOnce,
	Doc:       "Prints each change on stdout: +I[7, apple], -D[7, apple].",
}

// PrintTo makes the factory of `print` tables. They share w, so that lines stay whole; the rows of an epoch leave
// together.
func PrintTo(w io.Writer) sinks.Factory {
	out := &output{w: w}
	return func(spec sinks.Spec) (sinks.Sink, error) { return newPrint(out, spec) }
}

func newPrint(out *output, spec sinks.Spec) (sinks.Sink, error) {
	prefix := ""
	if id := spec.Values.String(optIdentifier); id != "" {
		prefix = id + "> "
	}
	return &Sink{out: out, hold: true, encoder: func() sinks.Encoder { return printEncoder{prefix} }}, nil
}

type printEncoder struct{ prefix string }

func (e printEncoder) Encode(dst []byte, b *zset.Batch) ([]byte, error) {
	for i := range b.N {
		w := b.Weight(i)
		for range max(w, -w) {
			dst = append(append(dst, e.prefix...), opOf(w)...)
			dst = append(e.values(append(dst, '['), b, i), "]\n"...)
		}
	}
	return dst, nil
}

func (printEncoder) values(dst []byte, b *zset.Batch, i int) []byte {
	for c, col := range b.Cols {
		if c > 0 {
			dst = append(dst, ", "...)
		}
		if null(col, i) {
			dst = append(dst, "null"...)
			continue
		}
		dst = vec.AppendText(dst, col, i)
	}
	return dst
}
