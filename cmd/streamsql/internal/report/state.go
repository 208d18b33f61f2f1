package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"streamsql/internal/clock"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/state"
)

// Containers writes the containers and the files of a checkpoint.
func Containers(w io.Writer, containers []state.ContainerInfo, files []state.FileRef) error {
	t := plainTable(table.Row{"container", "kind", "key", "values", "rows"})
	for _, c := range containers {
		t.AppendRow(table.Row{c.ID, c.Kind, typesText(c.Key), columnsText(c.Values), c.Rows})
	}
	text := t.Render() + "\n\n"
	t = plainTable(table.Row{"file", "epochs", "class", "bytes"})
	for _, f := range files {
		t.AppendRow(table.Row{f.Name, fmt.Sprintf("%d–%d", f.First, f.Last), f.Class, f.Bytes})
	}
	_, err := io.WriteString(w, text+t.Render()+"\n")
	return err
}

func plainTable(header table.Row) table.Writer {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Options.DrawBorder = false
	t.AppendHeader(header)
	return t
}

func typesText(types []sqltype.Type) string {
	out := make([]string, len(types))
	for i, t := range types {
		out[i] = t.String()
	}
	return strings.Join(out, ", ")
}

func columnsText(cols []state.Column) string {
	out := make([]string, len(cols))
	for i, c := range cols {
		out[i] = c.Name + " " + c.Type.String()
	}
	return strings.Join(out, ", ")
}

// Columns are the names of what Row gives, separated by tabs; keys are those of the key columns.
func Columns(b *state.Block, keys []string) string {
	var names []string
	if b.Pane != nil {
		names = append(names, "pane")
	}
	names = append(names, state.KeyNames(keys, len(b.Keys))...)
	return strings.Join(append(names, b.Names...), "\t")
}

// Row is row i of a container's block, separated by tabs: pane, key columns, value columns.
func Row(b *state.Block, i int) string {
	var parts []string
	if b.Pane != nil {
		parts = append(parts, clock.EventTime(b.Pane[i]).String())
	}
	for _, v := range b.Keys {
		parts = append(parts, vec.Text(v, i))
	}
	for _, v := range b.Values {
		parts = append(parts, printable(vec.Text(v, i)))
	}
	return strings.Join(parts, "\t")
}

// printable quotes what is not text: some accumulators keep bytes.
func printable(s string) string {
	for _, r := range s {
		if r < ' ' || r == '\uFFFD' {
			return fmt.Sprintf("%q", s)
		}
	}
	return s
}
