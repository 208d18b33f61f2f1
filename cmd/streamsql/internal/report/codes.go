package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"streamsql/internal/diag"
)

// codeLine is a code as JSON.
type codeLine struct {
	Code    diag.Code `json:"code"`
	Exit    int       `json:"exit"`
	Doc     string    `json:"doc"`
	Retry   string    `json:"retry"`
	Example string    `json:"example,omitempty"`
}

// Codes lists error codes, a line each.
func Codes(w io.Writer, codes []diag.Info) error {
	for _, c := range codes {
		if _, err := fmt.Fprintf(w, "%-28s exit %-3d %s\n", c.Code, c.Exit, c.Doc); err != nil {
			return err
		}
	}
	return nil
}

// CodesJSON lists error codes for programs, an object each; example gives the query that raises one, "" without any.
func CodesJSON(w io.Writer, codes []diag.Info, example func(code string) string) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, c := range codes {
		line := codeLine{c.Code, c.Exit, c.Doc, diag.ExplainExit(c.Exit).Retry, example(string(c.Code))}
		if err := enc.Encode(line); err != nil {
			return err
		}
	}
	return nil
}

// Code explains one error code.
func Code(w io.Writer, c diag.Info, example string) error {
	exit := diag.ExplainExit(c.Exit)
	_, err := fmt.Fprintf(w, "%s\n\n  %s\n\n  exit code %d: %s\n  does starting again help? %s\n",
		c.Code, c.Doc, c.Exit, exit.Means, exit.Retry)
	if example != "" && err == nil {
		_, err = fmt.Fprintf(w, "\n  for example:\n\n%s\n", indented(example))
	}
	return err
}

// indented moves every line in by four columns.
func indented(text string) string { return "    " + strings.ReplaceAll(text, "\n", "\n    ") }
