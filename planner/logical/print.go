package logical

import "strings"

// Print writes a tree with one node per line, inputs indented under the node that reads them.
func Print(n Node) string {
	var b strings.Builder
	write(&b, n, 0)
	return b.String()
}

func write(b *strings.Builder, n Node, depth int) {
	b.WriteString(strings.Repeat("  ", depth))
	b.WriteString(n.Line())
	b.WriteByte('\n')
	for _, in := range n.Inputs() {
		write(b, in, depth+1)
	}
}
