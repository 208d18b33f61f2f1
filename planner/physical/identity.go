package physical

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
)

// IdentityVersion numbers the rules by which this file names nodes and plans. A checkpoint keeps the number that its
// names were made by. It goes up when a text below changes for any plan, and then everybody's state is refused:
// translate the old text, or do not change it.
const IdentityVersion = 1

// identity is a node's canonical text: kind, mode, expressions over positions, types. No names, no place in the text,
// no options, nothing of what is below.
func identity(p *Plan, n *Node) string {
	return n.Op.Kind() + " " + n.Mode.String() + " " + n.Op.identity(view{n, p})
}

// Path is the canonical text of a node and everything below it: what shaped the state that it holds. A state fits a
// plan whose node has the same path.
func (p *Plan) Path(node int) string {
	n := &p.Nodes[node]
	var b strings.Builder
	b.WriteString(n.Identity)
	b.WriteString(n.Op.Table(p))
	for _, in := range n.Inputs {
		b.WriteString(" <- ")
		b.WriteString(p.Path(in.Node))
	}
	return b.String()
}

// Fingerprint is a short name of everything that the results depend on: the identities of all nodes with their
// inputs, the tables that they read and write, the names of columns. Routes are not in it: they follow from the rest.
func (p *Plan) Fingerprint() string {
	h := sha256.New()
	for i, n := range p.Nodes {
		written := ""
		if s, ok := n.Op.(SinkOp); ok { // read tables follow below
			written = s.Table(p)
		}
		fmt.Fprintf(h, "%d %s %s %v %s\n", i, n.Identity, written, n.sources(), n.Schema)
	}
	for _, t := range p.Tables {
		fmt.Fprintf(h, "table %s %s %s %s\n", t.Name, t.Format, t.Physical, t.ErrorMode)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// sources are the nodes that a node reads.
func (n *Node) sources() []int {
	out := make([]int, len(n.Inputs))
	for i, in := range n.Inputs {
		out[i] = in.Node
	}
	return out
}

// equality is equal for nodes that do the same over the same inputs under the same names.
func equality(p *Plan, n *Node) string {
	return fmt.Sprintf("%s|%v|%s|%s", n.Identity, n.Inputs, n.Schema, n.Op.Table(p))
}

// name gives every node its id: the kind, the first 8 hex digits of SHA-256 over its identity, and a number when the
// plan has had an equal one before. State containers are named "ID/name".
func name(nodes []Node) {
	seen := map[string]int{}
	for i := range nodes {
		sum := sha256.Sum256([]byte(nodes[i].Identity))
		id := nodes[i].Op.Kind() + "-" + hex.EncodeToString(sum[:4])
		nodes[i].ID = id
		if k := seen[id]; k > 0 {
			nodes[i].ID = fmt.Sprintf("%s.%d", id, k)
		}
		seen[id]++
	}
}

// The parts that identities are made of.

func typesText(s sqltype.Schema) string {
	parts := make([]string, len(s))
	for i, f := range s {
		parts[i] = f.Type.String()
	}
	return strings.Join(parts, ", ")
}

func exprsText(list []scalar.Expr) string {
	parts := make([]string, len(list))
	for i, e := range list {
		parts[i] = e.String()
	}
	return strings.Join(parts, ", ")
}

func keysText(in sqltype.Schema, list []int) string {
	parts := make([]string, len(list))
	for i, k := range list {
		parts[i] = fmt.Sprintf("$%d %s", k, in[k].Type)
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// StateKeyNames are the names of the columns that key a node's state, for exports.
func (p *Plan) StateKeyNames(node int) []string {
	n := view{&p.Nodes[node], p}
	key, _ := n.Op.StateKey()
	if len(key) == 0 {
		return nil
	}
	return namesAt(n.in(), key)
}
