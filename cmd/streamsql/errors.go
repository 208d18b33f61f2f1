package main

import (
	"github.com/spf13/cobra"

	"streamsql/cmd/streamsql/internal/report"
	"streamsql/cmd/streamsql/internal/session"
	"streamsql/internal/diag"
	"streamsql/internal/option"
	examples "streamsql/testdata/errors"
)

func newErrors(s *session.Session) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "errors [CODE]",
		Short: "List every error code with its exit code, or explain one",
		Args:  arguments(cobra.MaximumNArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			codes := diag.Codes()
			if len(args) == 1 {
				one, err := findCode(codes, args[0])
				if err != nil {
					return err
				}
				if !asJSON {
					return report.Code(s.Out(), one, examples.Of(string(one.Code)))
				}
				codes = []diag.Info{one}
			}
			if asJSON {
				return report.CodesJSON(s.Out(), codes, examples.Of)
			}
			return report.Codes(s.Out(), codes)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "a JSON object per code")
	return cmd
}

func findCode(codes []diag.Info, name string) (diag.Info, error) {
	names := make([]string, len(codes))
	for i, info := range codes {
		if names[i] = string(info.Code); names[i] == name {
			return info, nil
		}
	}
	e := diag.New(diag.Usage, "no such error code: %q", name)
	if near := option.Nearest(name, names); near != "" {
		return diag.Info{}, e.WithHint("did you mean %q?", near)
	}
	return diag.Info{}, e.WithHint("`streamsql errors` lists them")
}
