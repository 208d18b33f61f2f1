package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"streamsql/internal/diag"
)

// version is set by release builds (-ldflags "-X main.version=…").
var version = "devel"

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version, the revision and the Go release",
		Args:  arguments(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			revision := "unknown revision"
			if info, ok := debug.ReadBuildInfo(); ok {
				for _, s := range info.Settings {
					if s.Key == "vcs.revision" {
						revision = s.Value
					}
				}
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "streamsql %s (%s, %s, %s/%s, state format 1)\n", version, revision, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}

func newErrors() *cobra.Command {
	return &cobra.Command{
		Use:   "errors",
		Short: "List every error code with its exit code",
		Args:  arguments(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			for _, c := range diag.Codes() {
				if _, err := fmt.Fprintf(cmd.OutOrStdout(), "%-28s exit %-3d %s\n", c.Code, c.Exit, c.Doc); err != nil {
					return err
				}
			}
			return nil
		},
	}
}
