package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"streamsql/internal/diag"
	"streamsql/internal/option"
	examples "streamsql/testdata/errors"
)

func newErrors() *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "errors [CODE]",
		Short: "List every error code with its exit code, or explain one",
		Args:  arguments(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			infos := diag.Codes()
			if len(args) == 1 {
				one, err := findCode(infos, args[0])
				if err != nil {
					return err
				}
				infos = []diag.Info{one}
			}
			return printCodes(cmd.OutOrStdout(), infos, asJSON, len(args) == 1)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "a JSON object per code")
	return cmd
}

func findCode(infos []diag.Info, name string) (diag.Info, error) {
	names := make([]string, len(infos))
	for i, info := range infos {
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

// codeLine is a code as JSON. The keys are part of the command's interface.
type codeLine struct {
	Code    diag.Code `json:"code"`
	Exit    int       `json:"exit"`
	Doc     string    `json:"doc"`
	Retry   string    `json:"retry"`
	Example string    `json:"example,omitempty"`
}

func printCodes(out io.Writer, infos []diag.Info, asJSON, explain bool) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for _, c := range infos {
		var err error
		switch exit := diag.ExplainExit(c.Exit); {
		case asJSON:
			err = enc.Encode(codeLine{c.Code, c.Exit, c.Doc, exit.Retry, examples.Of(string(c.Code))})
		case explain:
			err = explainCode(out, c, exit)
		default:
			_, err = fmt.Fprintf(out, "%-28s exit %-3d %s\n", c.Code, c.Exit, c.Doc)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func explainCode(out io.Writer, c diag.Info, exit diag.Exit) error {
	_, err := fmt.Fprintf(out, "%s\n\n  %s\n\n  exit code %d: %s\n  does starting again help? %s\n",
		c.Code, c.Doc, c.Exit, exit.Means, exit.Retry)
	if example := examples.Of(string(c.Code)); example != "" && err == nil {
		_, err = fmt.Fprintf(out, "\n  for example:\n\n%s\n", indented(example))
	}
	return err
}

// indented moves every line in by four columns.
func indented(text string) string { return "    " + strings.ReplaceAll(text, "\n", "\n    ") }
