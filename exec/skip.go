package exec

import (
	"slices"

	"streamsql/internal/diag"
	"streamsql/internal/option"
	"streamsql/sources"
)

// checkSkips refuses names of files that no table has heard of: a mistyped one would leave out nothing, and no one
// would notice. It comes after restore: a file that is gone may be known to the sources' memories only.
func (q *Query) checkSkips() error {
	unknown, there := slices.Clone(q.env.SkipFiles), []string(nil)
	if len(unknown) == 0 {
		return nil
	}
	for _, t := range q.tables {
		s, ok := t.source.(sources.Skipping)
		if !ok {
			continue
		}
		var open sources.Offset
		if q.replay != nil {
			open = q.replay.End(t.plan.Name)
		}
		var names []string
		unknown, names = s.Unknown(unknown, t.ledger, t.offset, open)
		there = append(there, names...)
	}
	if len(unknown) == 0 {
		return nil
	}
	e := diag.New(diag.Usage, "--skip-file %q: no table has such a file, and none had one", unknown[0])
	if near := option.Nearest(unknown[0], there); near != "" {
		return e.WithHint("did you mean %q?", near)
	}
	if len(there) == 0 {
		return e.WithHint("there are no files")
	}
	return e.WithHint("names are relative to the table's path; the files are %s", joinNames(there))
}
