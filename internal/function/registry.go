package function

import (
	"slices"
	"strings"

	"streamsql/internal/sqltype"
)

var (
	overloads []*Overload // in declaration order
	byID      = map[string]*Overload{}
	byName    = map[string][]*Overload{} // lower-case name or alias → overloads
	aliases   = map[string]string{}      // lower-case alias → lower-case name
)

// families declares everything, in the order of the documentation. A table instead of init functions keeps that order
// the same everywhere.
func init() {
	for _, f := range []struct {
		name    string
		declare func(*family)
	}{
		{"comparison", comparisonFamily}, {"arithmetic", arithmeticFamily}, {"math", mathFamily},
		{"conditional", conditionalFamily},
		{"string", stringFamily}, {"regexp", regexpFamily}, {"hash", hashFamily}, {"temporal", temporalFamily},
		{"dateformat", dateFormatFamily},
	} {
		f.declare(&family{f.name})
	}
}

// family collects the declarations of one file.
type family struct{ name string }

// spec is what the overloads of one declaration share.
type spec struct {
	Nulls    Nulls
	MayNull  bool
	Form     Form
	CanFail  bool
	Costly   bool
	Variadic bool
	Doc      string
	Examples []Example
}

// result computes the type of a call from its cast arguments.
type result = func([]sqltype.Type) (sqltype.Type, error)

// add declares one overload. Doc and examples of a name belong to its first overload.
func (f *family) add(name string, params []Param, res result, s spec) {
	o := &Overload{
		ID: makeID(name, params, s.Variadic), Name: name, Family: f.name, Params: params, Variadic: s.Variadic, Result: res,
		Nulls: s.Nulls, MayNull: s.MayNull, Form: s.Form, Volatile: s.Form == Clock, CanFail: s.CanFail, Costly: s.Costly,
		Doc: s.Doc, Examples: s.Examples,
	}
	if byID[o.ID] != nil {
		panic("function: declared twice: " + o.ID)
	}
	byID[o.ID] = o
	overloads = append(overloads, o)
	key := strings.ToLower(name)
	byName[key] = append(byName[key], o)
}

// alias makes another spelling of a name. IDs have the canonical name.
func (f *family) alias(name string, others ...string) {
	for _, a := range others {
		aliases[strings.ToLower(a)] = strings.ToLower(name)
	}
}

// of makes parameters from kinds.
func of(kinds ...sqltype.Kind) []Param {
	out := make([]Param, len(kinds))
	for i, k := range kinds {
		out[i] = Param{Kind: k}
	}
	return out
}

// keyword makes a parameter of fixed words.
func keyword(words ...string) Param { return Param{Kind: sqltype.Varchar, Keywords: words} }

// always is a result type that does not depend on the arguments.
func always(t sqltype.Type) result {
	return func([]sqltype.Type) (sqltype.Type, error) { return t, nil }
}

// likeArg is the type of argument i.
func likeArg(i int) result {
	return func(args []sqltype.Type) (sqltype.Type, error) { return args[i], nil }
}

// ByID finds an overload.
func ByID(id string) (*Overload, bool) {
	o, ok := byID[id]
	return o, ok
}

// All lists every overload, in the order of the documentation.
func All() []*Overload { return slices.Clone(overloads) }

// Aliases lists the other spellings of a name (any case), sorted.
func Aliases(name string) []string {
	var out []string
	for a, n := range aliases {
		if n == strings.ToLower(name) {
			out = append(out, strings.ToUpper(a))
		}
	}
	slices.Sort(out)
	return out
}

// candidates are the overloads of a name in any case.
func candidates(name string) []*Overload {
	key := strings.ToLower(name)
	if a, ok := aliases[key]; ok {
		key = a
	}
	return byName[key]
}

// Known reports whether a scalar function or operator of that name exists.
func Known(name string) bool { return candidates(name) != nil }

// Keywords returns the words that argument i of a call of name may be when the overload with n parameters takes a
// keyword there; nil when it takes none. The binder uses it for EXTRACT(YEAR FROM x), FLOOR(x TO DAY).
func Keywords(name string, n, i int) []string {
	for _, o := range candidates(name) {
		if len(o.Params) == n && i < n && o.Params[i].Keywords != nil {
			return o.Params[i].Keywords
		}
	}
	return nil
}
