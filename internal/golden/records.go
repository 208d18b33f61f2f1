package golden

import (
	"strings"

	"streamsql/internal/format"
	"streamsql/internal/format/formats"
	"streamsql/planner/physical"
)

// framing is how the records of a table follow each other in the lines that are fed to it.
func framing(t physical.Table) format.Framing {
	f, _ := formats.Find(t.Format)
	return f.Framed(t.Options)
}

// records are the records in fed lines: each line one, or several lines together where the table's format says so.
// headed reports whether the first record of the table is a head.
func (s *session) records(table string, lines []string) (records []string, headed bool) {
	if s.prog == nil { // a test of the steps alone
		return lines, false
	}
	for _, t := range s.prog.Plan.Tables {
		if t.Name == table {
			f := framing(t)
			return split(f.Splitter, strings.Join(lines, "\n")), f.Headed
		}
	}
	return lines, false
}

func split(s format.Splitter, text string) (out []string) {
	for len(text) > 0 {
		n, _ := s.End([]byte(text), 0)
		if n < 0 {
			n = len(text)
		}
		out = append(out, strings.TrimSuffix(text[:n], "\n"))
		text = text[n:]
	}
	return out
}
