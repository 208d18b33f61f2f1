package function

import (
	"strings"

	"streamsql/internal/diag"
	"streamsql/internal/sqltype"
)

// Array is a function whose result is an array. No column is one: UNNEST takes the result apart on the spot, so such a
// function is not an overload that an expression could call.
type Array struct {
	ID       string // as of an Overload
	Name     string
	Params   []Param
	Elem     sqltype.Type // of the elements
	Doc      string
	Examples []ArrayExample
}

// ArrayExample is a call with its elements, executed by a test.
type ArrayExample struct {
	Args []any
	Want []string // nil: the array is NULL
}

// arrays are the functions with an array as their result.
var arrays = []Array{{
	ID: makeID("SPLIT", of(str, str), false), Name: "SPLIT", Params: of(str, str), Elem: sqltype.StringType.Required(),
	Doc: "The parts of a text between delimiters. Neighbouring delimiters, and those at an end, have an empty text " +
		"between or beside them; an empty delimiter separates characters. NULL when an argument is.",
	Examples: []ArrayExample{
		{[]any{"to be or", " "}, []string{"to", "be", "or"}},
		{[]any{",a,,b", ","}, []string{"", "a", "", "b"}},
		{[]any{"äb", ""}, []string{"ä", "b"}},
		{[]any{"abc", ", "}, []string{"abc"}},
		{[]any{"", ","}, []string{""}},
		{[]any{nil, ","}, nil},
	},
}}

// Arrays lists the functions with an array as their result, in the order of the documentation.
func Arrays() []Array { return arrays }

// ArrayByName finds a function by its name in any case.
func ArrayByName(name string) (*Array, bool) {
	for i := range arrays {
		if strings.EqualFold(arrays[i].Name, name) {
			return &arrays[i], true
		}
	}
	return nil, false
}

// Signature is the text `SPLIT(STRING, STRING)` of messages.
func (a *Array) Signature() string { return a.overload().Signature() }

// Resolve gives the types that arguments must be cast to. The errors are *diag.Error without a span.
func (a *Array) Resolve(args []sqltype.Type) ([]sqltype.Type, error) {
	r, _, ok := a.overload().match(args)
	if !ok {
		return nil, noOverload(args, []*Overload{a.overload()})
	}
	return r.Args, nil
}

func (a *Array) overload() *Overload { return &Overload{ID: a.ID, Name: a.Name, Params: a.Params} }

// ArrayNames lists the names, for messages.
func ArrayNames() string {
	var names []string
	for _, a := range arrays {
		names = append(names, a.Signature())
	}
	return strings.Join(names, ", ")
}

// onlyUnnest explains a call of an array function outside of UNNEST.
func onlyUnnest(a *Array) error {
	return diag.New(diag.TypeMismatch, "%s gives an array, and no column can hold one", a.Name).
		WithHint("take it apart: FROM t CROSS JOIN UNNEST(%s(…)) AS u(part)", a.Name)
}
