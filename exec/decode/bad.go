package decode

import (
	"fmt"
	"strings"

	"streamsql/exec/flow"
	"streamsql/exec/op"
	"streamsql/internal/deadletter"
	"streamsql/internal/diag"
	"streamsql/internal/format"
)

// bad applies the table's policy to one record that is not a row.
func (d *Decoder) bad(m *flow.Morsel, s *decoded, bad format.Bad) error {
	switch d.spec.ErrorMode {
	case deadletter.Log:
		m.Bad++
		m.Kinds.Add(bad.Code, bad.Column, func() string { return s.place(m, bad.Start) + ": " + badText(bad) })
		return nil
	case deadletter.DLQ:
		m.Bad++
		s.letters.Add(op.DeadLetter{
			Raw: s.raw(m, bad.Start), Source: d.spec.Table, Partition: m.Chunk.Partition,
			Position: s.place(m, bad.Start), Code: bad.Code, Error: badText(bad),
		})
		return nil
	}
	raw := s.raw(m, bad.Start)
	return diag.New(bad.Code, "table %q, %s: %s: %s", d.spec.Table, s.place(m, bad.Start), badText(bad), excerpt(raw)).
		WithHint("%s", d.badHint(raw))
}

// badHint says what to do about a bad record. Where the format sees that no record of the table can be good, other
// policies would only drop everything.
func (d *Decoder) badHint(raw []byte) string {
	if d.hint != nil {
		if hint := d.hint(raw); hint != "" {
			return hint
		}
	}
	return "set 'error-handling.mode' of the table to 'log' (count it) or 'dlq' (keep it in a table) and start again: " +
		"the open epoch is repeated with it. Or correct the record and start over with --fresh, on empty sinks"
}

// badText says what is wrong, and with which column unless the message names it itself.
func badText(bad format.Bad) string {
	if bad.Column == "" || strings.HasPrefix(bad.Msg, "column ") {
		return bad.Msg
	}
	return fmt.Sprintf("column %q: %s", bad.Column, bad.Msg)
}

// mostExcerpt is how many bytes of a record a message shows: enough to recognise it, and no screenful.
const mostExcerpt = 200

// excerpt shows the first bytes of a record, quoted, which makes them safe for a terminal.
func excerpt(raw []byte) string {
	if len(raw) > mostExcerpt {
		return fmt.Sprintf("%q…", raw[:mostExcerpt])
	}
	return fmt.Sprintf("%q", raw)
}
