package function

import (
	"strings"

	"streamsql/internal/sqltype"
)

// ID is the name of an overload, of an aggregate too: `substring(STRING,INT,INT)`. Part of the state format since v1:
// fingerprints are made of it. Only this file knows how it is written.
func ID(name string, kinds ...sqltype.Kind) string {
	params := make([]Param, len(kinds))
	for i, k := range kinds {
		params[i].Kind = k
	}
	return makeID(name, params, false)
}

// NameOf is the function within an ID, in lower case.
func NameOf(id string) string {
	name, _, _ := strings.Cut(id, "(")
	return name
}

// The IDs of COUNT, which does not depend on the type of its argument.
const (
	CountRows   = "count(*)"
	countValues = "count(x)"
)

func makeID(name string, params []Param, variadic bool) string {
	parts := make([]string, len(params))
	for i, p := range params {
		parts[i] = p.String()
	}
	id := strings.ToLower(name) + "(" + strings.Join(parts, ",")
	if variadic {
		id += "..."
	}
	return id + ")"
}

// String is how the parameter is spelled in IDs and messages.
func (p Param) String() string {
	if p.Keywords != nil {
		return "KEYWORD"
	}
	return KindName(p.Kind)
}

// KindName is how a kind is spelled in IDs.
func KindName(k sqltype.Kind) string {
	switch k {
	case sqltype.Null:
		return "ANY"
	case sqltype.Varchar:
		return "STRING"
	case sqltype.Decimal:
		return "DECIMAL"
	case sqltype.Timestamp:
		return "TIMESTAMP"
	case sqltype.TimestampLTZ:
		return "TIMESTAMP_LTZ"
	}
	return sqltype.Type{Kind: k}.String()
}
