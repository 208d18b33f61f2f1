package bind

import (
	"strings"

	"streamsql/internal/diag"
	"streamsql/internal/option"
	"streamsql/planner/ast"
)

// substitute replaces ${name} in a text value by variables, ${env:NAME} and ${file:PATH} by secrets. The node keeps the
// text with its variables resolved; secrets are in the result only, and secret reports whether there is one. A
// placeholder of a checkpoint's text, ${table.option}, counts as a secret too.
func (b *binder) substitute(s *ast.String) (value string, secret bool) {
	var shown, out strings.Builder
	rest := s.Value
	for {
		before, after, found := strings.Cut(rest, "${")
		shown.WriteString(before)
		out.WriteString(before)
		if !found {
			break
		}
		name, tail, closed := strings.Cut(after, "}")
		if !closed {
			shown.WriteString("${" + after)
			out.WriteString("${" + after)
			break
		}
		rest = tail
		v, hidden := b.variable(name, s.Span)
		out.WriteString(v)
		if hidden {
			secret = true
			v = "${" + name + "}"
		}
		shown.WriteString(v)
	}
	s.Value = shown.String()
	return out.String(), secret
}

// variable resolves one name.
func (b *binder) variable(name string, at diag.Span) (value string, secret bool) {
	if v, ok := b.opts.Vars[name]; ok {
		return v, false
	}
	if v, ok := b.opts.Places[name]; ok {
		return v, true
	}
	if scheme, key, ok := strings.Cut(name, ":"); ok {
		return b.secret(scheme, key, at), true
	}
	e := b.at(diag.UnknownVariable, at, "no value for ${%s}", name)
	names := make([]string, 0, len(b.opts.Vars))
	for n := range b.opts.Vars {
		names = append(names, n)
	}
	if near := option.Nearest(name, names); near != "" {
		e.WithHint("did you mean ${%s}?", near) //nolint:errcheck // sets the hint
	} else {
		e.WithHint("give it with --var %s=…, or use ${env:NAME} or ${file:PATH}", name) //nolint:errcheck // sets the hint
	}
	return "", false
}

func (b *binder) secret(scheme, key string, at diag.Span) string {
	if b.opts.Secret == nil {
		b.at(diag.SecretUnavailable, at, "${%s:%s} cannot be resolved here", scheme, key)
		return ""
	}
	v, err := b.opts.Secret(scheme, key)
	if err != nil {
		b.at(diag.SecretUnavailable, at, "${%s:%s} cannot be resolved: %v", scheme, key, err)
	}
	return v
}

// literalVariables replaces ${name} in a text literal where a variable of that name was given; other text is data. What
// a variable holds is data too: a ${…} within it stays.
func (b *binder) literalVariables(s *ast.String) {
	if len(b.opts.Vars) == 0 {
		return
	}
	var out strings.Builder
	rest := s.Value
	for {
		before, after, found := strings.Cut(rest, "${")
		out.WriteString(before)
		if !found {
			break
		}
		name, tail, closed := strings.Cut(after, "}")
		value, given := b.opts.Vars[name]
		if !closed || !given {
			out.WriteString("${") // what follows may open a variable again
			rest = after
			continue
		}
		out.WriteString(value)
		rest = tail
	}
	s.Value = out.String()
}
