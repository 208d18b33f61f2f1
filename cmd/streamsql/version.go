package main

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"streamsql/cmd/streamsql/internal/session"
)

// version is set by release builds (-ldflags "-X main.version=…").
var version = "devel"

// build is what `version` says about the binary. The JSON keys are part of the command's interface.
type build struct {
	Version     string `json:"version"`
	Revision    string `json:"revision"`
	Go          string `json:"go"`
	Platform    string `json:"platform"`
	StateFormat int    `json:"stateFormat"`
}

func thisBuild() build {
	b := build{version, "unknown revision", runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH, 1}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				b.Revision = s.Value
			}
		}
	}
	return b
}

func newVersion(s *session.Session) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version, the revision and the Go release",
		Args:  arguments(cobra.NoArgs),
		RunE:  func(*cobra.Command, []string) error { return printVersion(s.Out(), thisBuild(), asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object")
	return cmd
}

func printVersion(out io.Writer, b build, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(out).Encode(b)
	}
	_, err := fmt.Fprintf(out, "streamsql %s (%s, %s, %s, state format %d)\n", b.Version, b.Revision, b.Go, b.Platform,
		b.StateFormat)
	return err
}
