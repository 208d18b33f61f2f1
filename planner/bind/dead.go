package bind

import (
	"slices"
	"strings"

	"streamsql/internal/diag"
	"streamsql/internal/option"
	"streamsql/internal/sqltype"
	"streamsql/planner/catalog"
)

// The options of a table that say what bad records do.
const (
	optionErrorMode  = "error-handling.mode"
	optionDeadLetter = "error-handling.dead-letter-table"
)

// deadColumns are the columns that a dead-letter table may have; time also as TIMESTAMP_LTZ.
var deadColumns = sqltype.Schema{
	{Name: "raw", Type: sqltype.StringType}, {Name: "source", Type: sqltype.StringType}, {Name: "partition", Type: sqltype.StringType},
	{Name: "position", Type: sqltype.StringType}, {Name: "code", Type: sqltype.StringType}, {Name: "error", Type: sqltype.StringType},
	{Name: "time", Type: sqltype.TimestampType(3)}, {Name: "raw_base64", Type: sqltype.StringType},
}

// deadLetters checks where the bad records of a table that is read go, and declares that table written.
func (b *binder) deadLetters(t *catalog.Table) {
	raw, place := t.Raw(), func(key string) diag.Span {
		for _, o := range t.Options {
			if o.Key == key {
				return o.Span
			}
		}
		return t.Span
	}
	name, mode := raw[optionDeadLetter], raw[optionErrorMode]
	s := b.result.Settings
	switch {
	case name == "" && mode == "dlq":
		b.at(diag.DeadLetterForm, place(optionErrorMode), "mode dlq of table %q names no table for its bad records", t.Name).
			WithHint("add '%s' = 'name of a declared table'", optionDeadLetter)
	case name == "" && s.ErrorMode == "dlq":
		b.at(diag.DeadLetterForm, s.errorModeAt, "mode dlq needs a dead-letter table for every table that is read, %q has none", t.Name).
			WithHint("add '%s' to its WITH clause", optionDeadLetter)
	case name == "":
	case mode != "dlq" && s.ErrorMode != "dlq":
		b.at(diag.DeadLetterForm, place(optionDeadLetter), "table %q names a dead-letter table but its mode is not dlq", t.Name).
			WithHint("add '%s' = 'dlq'", optionErrorMode)
	default:
		b.deadTable(name, place(optionDeadLetter))
	}
}

func (b *binder) deadTable(name string, at diag.Span) {
	dead, ok := b.catalog.Table(name)
	if !ok {
		if b.catalog.Broken(name) {
			return
		}
		e := b.at(diag.DeadLetterForm, at, "no table %q for dead letters", name)
		if near := option.Nearest(name, b.catalog.Names()); near != "" {
			e.WithHint("did you mean %q?", near) //nolint:errcheck // sets the hint
		} else {
			e.WithHint("declare it: CREATE TABLE %s (raw STRING, code STRING, error STRING) WITH (…)", name) //nolint:errcheck // sets the hint
		}
		return
	}
	for _, c := range dead.Columns {
		i := deadColumns.Index(c.Name)
		switch {
		case c.Computed != nil:
		case i < 0:
			b.at(diag.DeadLetterForm, c.Span, "a dead letter has no column %q", c.Name).WithHint("it has raw, source, partition, position, code, error, time, raw_base64")
		case c.Type.NotNull && strings.HasPrefix(c.Name, "raw"), !deadType(deadColumns[i].Type, c.Type):
			b.at(diag.DeadLetterForm, c.Span, "column %q of a dead-letter table is %s, not %s", c.Name, deadColumns[i].Type, c.Type).
				WithHint("declare %s %s", strings.ToLower(c.Name), deadColumns[i].Type)
		}
	}
	if !slices.Contains(b.result.Dead, dead) {
		b.result.Dead = append(b.result.Dead, dead)
		b.writing(dead)
	}
}

// deadType reports whether a dead-letter column of type want may be declared as got.
func deadType(want, got sqltype.Type) bool {
	if want.IsTimestamp() {
		return got.IsTimestamp() && got.P == want.P
	}
	return got.Same(want)
}
