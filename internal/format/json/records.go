package json

import (
	"bytes"

	"streamsql/internal/format"
)

// DecodeRecords implements format.RecordDecoder. The values are laid side by side as lines and scanned like a chunk: a
// copy of a record costs a twentieth of scanning it.
func (d *Decoder) DecodeRecords(r *format.Records, into *format.Rows) {
	d.lines, d.starts = d.lines[:0], d.starts[:0]
	for _, value := range r.Value {
		from := len(d.lines)
		d.starts = append(d.starts, int32(from))
		d.lines = append(append(d.lines, value...), '\n')
		// A line feed between tokens is white space, and one inside a string is an error. A carriage return is both, too,
		// and does not end the line.
		for body := d.lines[from : len(d.lines)-1]; ; {
			i := bytes.IndexByte(body, '\n')
			if i < 0 {
				break
			}
			body[i] = '\r'
			body = body[i+1:]
		}
	}
	d.Decode(d.lines, into)
	record := 0
	for i, start := range into.Starts {
		for d.starts[record] != start {
			record++
		}
		into.Starts[i] = int32(record)
	}
	for i := range into.Bad {
		b := &into.Bad[i]
		b.Start, b.End = b.Line, b.Line+1
	}
}
