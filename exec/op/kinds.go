package op

import "streamsql/internal/diag"

// Kind counts what was dropped for one reason: a code, and the column at fault where there is one.
type Kind struct {
	Code   diag.Code
	Column string
	Rows   int64
	First  string // the first of them, for messages: where it is, and what is wrong with it
}

// Kinds is what mode log dropped, in the order in which the reasons were met. It is for messages only: what is dropped
// is counted elsewhere.
type Kinds []Kind

// mostKinds bounds Kinds: a chunk of noise could name a column of its own in every record.
const mostKinds = 16

// Add counts one dropped record or row. first is called for the first of its kind only: to find a line's number costs
// more than to drop it.
func (k *Kinds) Add(code diag.Code, column string, first func() string) {
	if have := k.of(code, column); have != nil {
		have.Rows++
	} else if len(*k) < mostKinds {
		*k = append(*k, Kind{Code: code, Column: column, Rows: 1, First: first()})
	}
}

// Merge adds what came after.
func (k *Kinds) Merge(more Kinds) {
	for _, m := range more {
		if have := k.of(m.Code, m.Column); have != nil {
			have.Rows += m.Rows
		} else if len(*k) < mostKinds {
			*k = append(*k, m)
		}
	}
}

func (k *Kinds) of(code diag.Code, column string) *Kind {
	for i := range *k {
		if have := &(*k)[i]; have.Code == code && have.Column == column {
			return have
		}
	}
	return nil
}
