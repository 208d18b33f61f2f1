package function

import (
	"strings"

	"streamsql/internal/sqltype"
)

// Nulls says what NULL arguments do.
type Nulls uint8

// The NULL rules.
const (
	Strict Nulls = iota // NULL in, NULL out; the kernel sees only rows without NULL
	Custom              // the kernel decides
)

// Form says how the binder writes a call.
type Form uint8

// The forms.
const (
	Call    Form = iota // scalar.Call with the overload's ID
	Clock               // scalar.Clock of the result type: fixed per epoch
	Special             // the binder builds Case or Coalesce from the resolved arguments; there is no kernel
)

// Param is one parameter.
type Param struct {
	Kind sqltype.Kind // Null stands for "any type": such arguments are cast to their common type
	// Keywords makes the parameter a constant STRING out of this list, upper case (units of time).
	Keywords []string
}

// Overload is one signature of a function or operator.
type Overload struct {
	ID       string
	Name     string // as written in SQL: upper case, or the operator
	Family   string // the file that declares it, the chapter of the documentation
	Params   []Param
	Variadic bool // the last parameter may repeat, any number of times more
	Result   func(args []sqltype.Type) (sqltype.Type, error)
	Nulls    Nulls
	// MayNull says that a result can be NULL although no argument is.
	MayNull  bool
	Form     Form
	Volatile bool
	CanFail  bool // some values are row errors
	Costly   bool // worth skipping rows that do not count
	Doc      string
	Examples []Example
}

// Example is a call with its result, executed by a test and shown in the documentation.
type Example struct {
	Args []any  // string, int, float64, bool, nil or Lit
	Want string // the result as a query prints it: NULL, true, 1.50; '' for an empty text
	SQL  string // how the call is written when it is not NAME(args)
}

// Lit is a typed literal in an Example: Text cast to T.
type Lit struct {
	T    sqltype.Type
	Text string
}

// Signature is the text `SUBSTRING(STRING, INT, INT)` of messages and documentation.
func (o *Overload) Signature() string {
	parts := make([]string, len(o.Params))
	for i, p := range o.Params {
		parts[i] = p.String()
		if p.Keywords != nil {
			parts[i] = "unit"
		}
	}
	if o.IsOperator() {
		switch len(parts) {
		case 1:
			return "-" + parts[0]
		case 2:
			return parts[0] + " " + o.Name + " " + parts[1]
		}
	}
	s := o.Name + "(" + strings.Join(parts, ", ")
	if o.Variadic {
		s += ", …"
	}
	return s + ")"
}

// IsOperator reports whether a call is written with a sign or a word between operands, or before the only one.
func (o *Overload) IsOperator() bool {
	switch o.Name {
	case "neg", "LIKE", "SIMILAR TO", "IS DISTINCT FROM", "IS NOT DISTINCT FROM":
		return true
	}
	return o.Name[0] < 'A' || o.Name[0] > 'Z'
}
