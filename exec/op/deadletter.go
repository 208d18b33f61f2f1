package op

import (
	"bytes"
	"encoding/base64"
	"time"
	"unicode/utf8"

	"streamsql/internal/deadletter"
	"streamsql/internal/diag"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

// DeadLetter is one row of deadletter.Schema, without the time.
type DeadLetter struct {
	Raw                         []byte
	Source, Partition, Position string
	Code                        diag.Code
	Error                       string
}

// DeadLetters collects rows of deadletter.Schema. The zero value is empty.
type DeadLetters struct {
	batch zset.Batch
}

// Len is the number of letters held.
func (d *DeadLetters) Len() int { return d.batch.N }

// Reset drops all letters and keeps the buffers.
func (d *DeadLetters) Reset() {
	for i, c := range d.batch.Cols {
		c.Reset(deadletter.Schema[i].Type, 0)
	}
	d.batch.N = 0
}

// Add copies a letter. A nil Raw is stored as NULL.
func (d *DeadLetters) Add(l DeadLetter) {
	if d.batch.Cols == nil {
		d.batch.Schema = deadletter.Schema
		for _, f := range deadletter.Schema {
			d.batch.Cols = append(d.batch.Cols, vec.New(f.Type, 0))
		}
	}
	c := d.batch.Cols
	d.addRaw(l.Raw)
	appendText(c[1], []byte(l.Source))
	appendText(c[2], []byte(l.Partition))
	appendText(c[3], []byte(l.Position))
	appendText(c[4], []byte(l.Code))
	appendText(c[5], []byte(l.Error))
	vec.AppendNulls(c[6], 1)
	d.batch.N++
}

// addRaw fills raw and raw_base64. One byte that is not UTF-8 would make the file of dead letters unreadable as a
// whole.
func (d *DeadLetters) addRaw(raw []byte) {
	text, exact := d.batch.Cols[0], d.batch.Cols[7]
	switch {
	case raw == nil:
		vec.AppendNulls(text, 1)
		vec.AppendNulls(exact, 1)
	case utf8.Valid(raw):
		appendText(text, raw)
		vec.AppendNulls(exact, 1)
	default:
		appendText(text, raw)
		appendText(exact, base64.StdEncoding.AppendEncode(nil, raw))
	}
}

// appendText appends one value, made UTF-8, to a string column. Cold path.
func appendText(v *vec.Vec, s []byte) {
	s = bytes.ToValidUTF8(s, []byte("\ufffd"))
	one := vec.Vec{Type: v.Type, Len: 1, Off: []int32{0, int32(len(s))}, Bytes: s}
	vec.Append(v, &one)
}

// Batch is the letters, all at the epoch's clock. Borrowed until the next Add or Reset.
func (d *DeadLetters) Batch(now time.Time) *zset.Batch {
	if d.batch.Cols == nil {
		return &d.batch
	}
	t := d.batch.Cols[6]
	t.Reset(t.Type, d.batch.N)
	at := vec.Of[int64](t)
	for i := range at {
		at[i] = now.UnixMilli() * 1000
	}
	return &d.batch
}
