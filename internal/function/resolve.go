package function

import (
	"fmt"
	"slices"
	"strings"

	"streamsql/internal/diag"
	"streamsql/internal/option"
	"streamsql/internal/sqltype"
)

// Resolved is a chosen overload for given argument types.
type Resolved struct {
	Overload *Overload
	Args     []sqltype.Type // what each argument must be cast to; equal to the given type where no cast is needed
	Result   sqltype.Type   // with NOT NULL where no argument row can make it NULL
}

// Resolve chooses the overload of a function or operator (any case). Operators go by `+ - * / %`, `neg`,
// `= <> < <= > >=`, `||`, `LIKE`, `IS DISTINCT FROM`, `IS NOT DISTINCT FROM`. A keyword argument counts as STRING. The
// errors are *diag.Error without a span.
func Resolve(name string, args []sqltype.Type) (Resolved, error) {
	list := candidates(name)
	if list == nil {
		return Resolved{}, unknownFunction(name)
	}
	var best Resolved
	least := -1
	for _, o := range list {
		r, cost, ok := o.match(args)
		if ok && (least < 0 || cost < least) {
			best, least = r, cost
		}
	}
	if least < 0 {
		return Resolved{}, noOverload(args, list)
	}
	t, err := best.Overload.Result(best.Args)
	if err != nil {
		return Resolved{}, diag.New(diag.NoOverload, "%s: %v", best.Overload.Signature(), err)
	}
	best.Result = best.Overload.nullability(t, best.Args)
	return best, nil
}

// nullability completes a result type. A Custom overload's Result speaks for itself.
func (o *Overload) nullability(t sqltype.Type, args []sqltype.Type) sqltype.Type {
	switch {
	case o.MayNull:
		return t.Nullable()
	case o.Nulls == Custom || o.Form == Special:
		return t
	}
	nullable := slices.ContainsFunc(args, func(a sqltype.Type) bool { return !a.NotNull })
	return t.WithNull(nullable)
}

// match casts args to the parameters of o; the cost is the sum of the widenings.
func (o *Overload) match(args []sqltype.Type) (r Resolved, cost int, ok bool) {
	if len(args) != len(o.Params) && !(o.Variadic && len(args) > len(o.Params)) {
		return r, 0, false
	}
	anyType, err := o.anyType(args)
	if err != nil {
		return r, 0, false
	}
	r = Resolved{Overload: o, Args: make([]sqltype.Type, len(args))}
	for i, a := range args {
		p := o.param(i)
		if p.Kind == sqltype.Null {
			r.Args[i] = anyType.WithNull(!a.NotNull)
			continue
		}
		c, fits := widen(a.Kind, p.Kind)
		if !fits {
			return r, 0, false
		}
		cost += c
		r.Args[i] = as(a, p.Kind)
	}
	return r, cost, true
}

func (o *Overload) param(i int) Param { return o.Params[min(i, len(o.Params)-1)] }

// anyType is the common type of the arguments whose parameter takes any type.
func (o *Overload) anyType(args []sqltype.Type) (sqltype.Type, error) {
	var types []sqltype.Type
	for i, a := range args {
		if o.param(i).Kind == sqltype.Null {
			types = append(types, a)
		}
	}
	if types == nil {
		return sqltype.NullType, nil
	}
	return CommonType(types)
}

func unknownFunction(name string) error {
	if a, ok := ArrayByName(name); ok {
		return onlyUnnest(a)
	}
	err := diag.New(diag.UnknownFunction, "unknown function %q", strings.ToUpper(name))
	if near := nearest(strings.ToLower(name)); near != "" {
		return err.WithHint("did you mean %s?", strings.ToUpper(near))
	}
	return err.WithHint("docs/sql/functions.md lists the functions")
}

func noOverload(args []sqltype.Type, list []*Overload) error {
	given := make([]string, len(args))
	for i, a := range args {
		given[i] = a.Nullable().String()
	}
	const shown = 12
	var sigs []string
	for _, o := range list {
		if len(sigs) == shown {
			sigs = append(sigs, fmt.Sprintf("and %d more", len(list)-shown))
			break
		}
		sigs = append(sigs, o.Signature())
	}
	return diag.New(diag.NoOverload, "%s does not take (%s)", list[0].Name, strings.Join(given, ", ")).
		WithHint("known: %s; use CAST to convert an argument", strings.Join(sigs, "; "))
}

// nearest is the known name at the least edit distance, when that is small against the name's length.
func nearest(name string) string {
	best, least := "", 1+min(len(name)/3, 2)
	consider := func(n string) {
		if d := option.Distance(name, n); d < least || (d == least && best != "" && n < best) {
			best, least = n, d
		}
	}
	for n, list := range byName {
		if !list[0].IsOperator() {
			consider(n)
		}
	}
	for n := range aliases {
		consider(n)
	}
	for _, n := range AggregateNames() {
		consider(strings.ToLower(n))
	}
	return best
}
