package physical

import (
	"encoding/json"

	"streamsql/internal/sqltype"
)

// Described is a node of ExplainJSON.
type Described struct {
	ID        string     `json:"id"`
	Kind      string     `json:"kind"`
	Table     string     `json:"table,omitempty"`
	Inputs    []string   `json:"inputs,omitempty"`
	Mode      string     `json:"mode"`
	Columns   []Field    `json:"columns"`
	Details   []string   `json:"details,omitempty"`
	EventTime []string   `json:"eventTime,omitempty"`
	Keys      [][]string `json:"uniqueKeys,omitempty"`
	State     string     `json:"state,omitempty"`
	Text      string     `json:"text"`
}

// Field is a column of a Described node.
type Field struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// Describe lists the nodes of a plan for programs.
func Describe(p *Plan) []Described {
	out := make([]Described, len(p.Nodes))
	for i := range p.Nodes {
		n := &p.Nodes[i]
		e := Described{
			ID: n.ID, Kind: n.Op.Kind(), Table: n.Op.Table(p), Mode: n.Mode.String(),
			Details: n.Op.describe(view{n, p}).all(n), State: n.Bounded, Text: n.Identity,
		}
		for _, f := range n.Schema {
			e.Columns = append(e.Columns, Field{f.Name, f.Type.String()})
		}
		for _, in := range n.Inputs {
			e.Inputs = append(e.Inputs, p.Nodes[in.Node].ID)
		}
		e.EventTime = namesAt(n.Schema, n.EventTime)
		for _, k := range n.Keys {
			e.Keys = append(e.Keys, namesAt(n.Schema, k))
		}
		out[i] = e
	}
	return out
}

func namesAt(s sqltype.Schema, at []int) []string {
	var out []string
	for _, i := range at {
		out = append(out, s[i].Name)
	}
	return out
}

// ExplainJSON is Describe as JSON text.
func ExplainJSON(p *Plan) string {
	b, err := json.MarshalIndent(struct {
		Nodes []Described `json:"nodes"`
	}{Describe(p)}, "", "  ")
	if err != nil {
		panic(err) // strings and slices only
	}
	return string(b) + "\n"
}
