package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"streamsql/internal/diag"
	"streamsql/internal/memlimit"
	"streamsql/internal/option"
)

// The twins of --memory.
const (
	envMemory = "STREAMSQL_MEMORY"
	setMemory = "streamsql.memory"
)

// memoryFlag is --memory: how much the process may use.
type memoryFlag struct{ text string }

func (m *memoryFlag) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&m.text, "memory", "",
		"memory the process may use, for example 4GB (default: 80 % of the control group's or the machine's)")
}

// limit is the bytes the process may use; 0 when nothing is known and nobody said. The flag goes before the
// environment, and that before SET in the query.
func (m *memoryFlag) limit(settings map[string]string) (int64, error) {
	for _, said := range []struct{ by, text string }{
		{"--memory", m.text},
		{envMemory, os.Getenv(envMemory)},
		{fmt.Sprintf("setting %q", setMemory), settings[setMemory]},
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
				said.by, said.text, byteSize(memlimit.Least))
		}
		return n, nil
	}
	return ordinaryLimit(), nil
}

// ordinaryLimit is the limit when the command says nothing: the runtime's own variable, else a share of what there is.
func ordinaryLimit() int64 {
	if os.Getenv("GOMEMLIMIT") != "" {
		return memlimit.InForce()
	}
	n, _ := memlimit.Default()
	return n
}
