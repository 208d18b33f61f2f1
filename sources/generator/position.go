package generator

import (
	"encoding/json"
	"errors"
	"slices"

	"streamsql/internal/diag"
	"streamsql/sources"
)

// position is where a table is. A partition that Rows does not have was not announced yet.
type position struct {
	Rows   map[string]int64 `json:"rows"`
	Anchor *Anchor          `json:"anchor,omitempty"`
	Of     string           `json:"of"`
}

// parse reads an offset; nil is the beginning.
func (s *Source) parse(o sources.Offset) (position, error) {
	p := position{Rows: map[string]int64{}, Of: s.spec.Of}
	if o == nil {
		return p, nil
	}
	if err := json.Unmarshal(o, &p); err != nil {
		return p, s.unknown(err)
	}
	for name, n := range p.Rows {
		if n < 0 || !slices.Contains(s.names, name) {
			return p, diag.New(diag.SourceOffset, "table %q: the log has a partition %q at row %d, but the table has %s",
				s.spec.Table, name, n, diag.Plural(len(s.names), "partition")).
				WithHint("the number of partitions cannot change: set it back, or start over with --fresh")
		}
	}
	if s.spec.Timed && len(p.Rows) > 0 && (p.Anchor == nil || p.Anchor.Rate <= 0) {
		return p, s.unknown(errors.New("it has no anchor"))
	}
	return p, nil
}

func (s *Source) unknown(err error) error {
	return diag.New(diag.SourceOffset, "table %q: the logged position is not one of a generated table", s.spec.Table).
		WithCause(err).WithHint("the connector of the table was changed: change it back, or start over with --fresh")
}

// advance moves over the span of a chunk; that of one without rows announces its partition.
func (p *position) advance(name string, c *given) {
	p.Rows[name], p.Anchor = c.to, c.anchor
}

// given is what a chunk remembers for Offset: the position after it.
type given struct {
	to     int64
	anchor *Anchor
}
