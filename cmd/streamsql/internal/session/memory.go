package session

import (
	"fmt"

	"streamsql/cmd/streamsql/internal/report"
	"streamsql/internal/diag"
	"streamsql/internal/memlimit"
	"streamsql/internal/option"
)

// envMemory is the twin of --memory in the environment; that in the query is memlimit.Setting.
const envMemory = "STREAMSQL_MEMORY"

// MemoryLimit is the bytes the process may use; 0 when nothing is known and nobody said. What the command was given
// goes before the environment, and that before SET in the query.
func (s *Session) MemoryLimit(flag string, settings map[string]string) (int64, error) {
	for _, said := range []struct{ by, text string }{
		{"--memory", flag},
		{envMemory, s.env(envMemory)},
		{fmt.Sprintf("setting %q", memlimit.Setting), settings[memlimit.Setting]},
	} {
		if said.text == "" {
			continue
		}
		n, err := option.ParseBytes(said.text)
		if err != nil {
			return 0, diag.New(diag.Usage, "%s: %v", said.by, err).WithHint("for example 512mb or 4gb")
		}
		if n < memlimit.Least {
			return 0, diag.New(diag.Usage, "%s: %s is too little to run in; the least is %s",
				said.by, said.text, report.Bytes(memlimit.Least))
		}
		return n, nil
	}
	return s.ordinaryLimit(), nil
}

// ordinaryLimit is the limit when nobody said: the runtime's own variable, else a share of what there is.
func (s *Session) ordinaryLimit() int64 {
	if s.env("GOMEMLIMIT") != "" {
		return memlimit.InForce()
	}
	n, _ := memlimit.Default()
	return n
}

// LimitMemory applies the ordinary limit, for everything that is done before a run says its own.
func (s *Session) LimitMemory() { s.host.LimitMemory(s.ordinaryLimit()) }
