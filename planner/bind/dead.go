package bind

import (
	"slices"
	"strings"

	"streamsql/internal/deadletter"
	"streamsql/internal/diag"
	"streamsql/internal/option"
	"streamsql/internal/sqltype"
	"streamsql/planner/catalog"
)

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
	name, mode := raw[deadletter.KeyTable], raw[deadletter.KeyMode]
	s := b.result.Settings
	switch {
	case name == "" && mode == deadletter.DLQ:
		b.at(diag.DeadLetterForm, place(deadletter.KeyMode),
			"mode dlq of table %q names no table for its bad records", t.Name).
			WithHint("add '%s' = 'name of a declared table'", deadletter.KeyTable)
	case name == "" && s.ErrorMode == deadletter.DLQ:
		b.at(diag.DeadLetterForm, s.errorModeAt,
			"mode dlq needs a dead-letter table for every table that is read, but %q has none", t.Name).
			WithHint("add '%s' to its WITH clause", deadletter.KeyTable)
	case name == "":
	case mode != deadletter.DLQ && s.ErrorMode != deadletter.DLQ:
		b.at(diag.DeadLetterForm, place(deadletter.KeyTable),
			"table %q names a dead-letter table, but its mode is not dlq", t.Name).
			WithHint("add '%s' = 'dlq'", deadletter.KeyMode)
	default:
		b.deadTable(name, place(deadletter.KeyTable))
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
			e.WithHint( //nolint:errcheck // sets the hint
				"declare it: CREATE TABLE %s (raw STRING, code STRING, error STRING) WITH (…)", name)
		}
		return
	}
	for _, c := range dead.Columns {
		i := deadletter.Schema.Index(c.Name)
		switch {
		case c.Computed != nil:
		case i < 0:
			b.at(diag.DeadLetterForm, c.Span, "a dead letter has no column %q", c.Name).
				WithHint("it has %s", deadletter.Columns())
		case c.Type.NotNull && strings.HasPrefix(c.Name, "raw"), !deadType(deadletter.Schema[i].Type, c.Type):
			want := plainTime(deadletter.Schema[i].Type)
			b.at(diag.DeadLetterForm, c.Span, "column %q of a dead-letter table is %s, not %s", c.Name, want, c.Type).
				WithHint("declare %s %s", strings.ToLower(c.Name), want)
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

// plainTime is the type that the hint says to declare: TIMESTAMP, of the two kinds that deadType takes.
func plainTime(t sqltype.Type) sqltype.Type {
	if t.IsTimestamp() {
		return sqltype.TimestampType(t.P)
	}
	return t
}
