package catalog

import (
	"slices"
	"strconv"
	"strings"

	"streamsql/internal/diag"
	"streamsql/internal/option"
)

// Use is what a table is used for.
type Use uint8

// The uses.
const (
	Reading Use = iota
	Writing
)

// Connect resolves 'connector' and 'format' and reports options that no use of the table could have. stand, when not
// empty, replaces every connector that all does not have (tests): options that are not its own are then ignored.
func (t *Table) Connect(all Connectors, stand string) diag.List {
	var faults diag.List
	name := Option{Key: "connector", Span: t.Span}
	if o, ok := t.find("connector"); ok {
		name = o
	}
	if _, ok := all[name.Value]; ok && name.Value != stand {
		stand = ""
	} else if stand != "" {
		name.Value = stand
	}
	if name.Value == "" {
		return diag.List{diag.At(diag.OptionMissing, t.Span, "table %q does not say where its rows are", t.Name).
			WithHint("add WITH ('connector' = '…'); the connectors are %s", strings.Join(all.Names(), ", "))}
	}
	connector, ok := all[name.Value]
	if !ok {
		e := diag.At(diag.UnknownConnector, name.Span, "no connector %q", name.Value)
		if near := option.Nearest(name.Value, all.Names()); near != "" {
			return diag.List{e.WithHint("did you mean %q?", near)}
		}
		return diag.List{e.WithHint("the connectors are %s", strings.Join(all.Names(), ", "))}
	}
	t.Connector = connector
	if stand == "" {
		faults = append(faults, t.unknownOptions()...)
	}
	faults = append(faults, t.chooseFormat(stand != "")...)
	if stand == "" {
		faults = append(faults, t.otherFormats()...)
	}
	return faults
}

// otherFormats reports options of formats that the table is not in: they would have no effect.
func (t *Table) otherFormats() diag.List {
	var faults diag.List
	if t.Format == "" {
		return nil
	}
	for _, o := range t.Options {
		if _, own := t.Connector.FormatOptions[t.Format].Options.Find(o.Key); own {
			continue
		}
		for _, name := range t.Connector.formats() {
			if _, ok := t.Connector.FormatOptions[name].Options.Find(o.Key); !ok {
				continue
			}
			faults = append(faults, diag.At(diag.UnknownOption, o.KeySpan, "option %q is one of format %q, but the format of "+
				"table %q is %q", o.Key, name, t.Name, t.Format).WithHint("leave it out, or say 'format' = '%s'", name))
			break
		}
	}
	return faults
}

// unknownOptions reports keys that neither side of the connector declares.
func (t *Table) unknownOptions() diag.List {
	var faults diag.List
	known := t.Connector.options()
	keys := make([]string, len(known))
	for i, d := range known {
		keys[i] = d.Key
	}
	for _, o := range t.Options {
		if _, ok := known.Find(o.Key); ok {
			continue
		}
		e := diag.At(diag.UnknownOption, o.KeySpan, "connector %q has no option %q", t.Connector.Name, o.Key)
		if near := option.Nearest(o.Key, keys); near != "" {
			e = e.WithHint("did you mean %q?", near)
		} else {
			e = e.WithHint("it has %s", strings.Join(keys, ", "))
		}
		faults = append(faults, e)
	}
	return faults
}

// chooseFormat checks 'format'. A connector without formats takes none.
func (t *Table) chooseFormat(lenient bool) diag.List {
	known := t.Connector.formats()
	o, given := t.find("format")
	switch {
	case len(known) == 0 && given && !lenient:
		return diag.List{diag.At(diag.UnknownOption, o.KeySpan, "connector %q takes no format",
			t.Connector.Name).WithHint("leave 'format' out")}
	case len(known) == 0:
		return nil
	case !given && lenient:
		t.Format = known[0]
		return nil
	case !given:
		return diag.List{diag.At(diag.OptionMissing, t.Span, "table %q does not say the format of its rows", t.Name).
			WithHint("add 'format' = '…'; connector %q knows %s", t.Connector.Name, strings.Join(known, ", "))}
	case !slices.Contains(known, o.Value):
		e := diag.At(diag.UnknownFormat, o.Span, "connector %q has no format %q", t.Connector.Name, o.Value)
		if near := option.Nearest(o.Value, known); near != "" {
			return diag.List{e.WithHint("did you mean %q?", near)}
		}
		return diag.List{e.WithHint("it knows %s", strings.Join(known, ", "))}
	}
	t.Format = o.Value
	return nil
}

// Check verifies the options for a use and returns their values.
func (t *Table) Check(use Use) (option.Values, diag.List) {
	set, formats, faults := t.side(use)
	if faults != nil {
		return option.Values{}, faults
	}
	if len(formats) > 0 && !slices.Contains(formats, t.Format) {
		o, _ := t.find("format")
		return option.Values{}, diag.List{diag.At(diag.UnknownFormat, o.Span, "connector %q cannot %s format %q",
			t.Connector.Name, use, t.Format).
			WithHint("for %s it knows %s", use.noun(), strings.Join(formats, ", "))}
	}
	format := t.Connector.FormatOptions[t.Format]
	set = append(set, format.Options...)
	values, problems := option.Check(set, t.restrict(set))
	if len(problems) == 0 && format.Check != nil {
		problems = format.Check(values)
	}
	if use == Reading && len(problems) == 0 && t.Connector.Source.Check != nil {
		problems = t.Connector.Source.Check(values, t.Physical())
	}
	if use == Reading && !t.Connector.Source.Heads && format.Headed != nil && format.Headed(values) {
		problems = append(problems, option.Problem{Key: "format",
			Msg:  "connector " + strconv.Quote(t.Connector.Name) + " gives records without a header",
			Hint: "leave the option of the header out: columns go by position",
		})
	}
	if format.Columns != nil {
		if msg, hint := format.Columns(t.Physical()); msg != "" {
			problems = append(problems, option.Problem{Key: "format", Msg: msg, Hint: hint})
		}
	}
	for _, p := range problems {
		faults = append(faults, t.fault(p))
	}
	return values, faults
}

// side is what a use may say: the options and the formats.
func (t *Table) side(use Use) (option.Set, []string, diag.List) {
	set := slices.Clone(common)
	set[0].Required = false // Connect has seen to it
	switch {
	case use == Reading && t.Connector.Source != nil:
		return append(set, t.Connector.Source.Options...), t.Connector.Source.Formats, nil
	case use == Writing && t.Connector.Sink != nil:
		return append(set, t.Connector.Sink.Options...), t.Connector.Sink.Formats, nil
	}
	at := t.Span
	if o, ok := t.find("connector"); ok {
		at = o.Span
	}
	return nil, nil, diag.List{diag.At(diag.ConnectorUse, at, "connector %q cannot be %s", t.Connector.Name, use.past()).
		WithHint("table %q is %s in this file; choose another connector for it", t.Name, use.past())}
}

// fault gives a problem its place: the column, the value of the option, else the table.
func (t *Table) fault(p option.Problem) *diag.Error {
	if p.Column != "" {
		e := diag.At(diag.ConnectorColumn, t.columnSpan(p.Column), "table %q: %s", t.Name, p.Msg)
		e.Hint = p.Hint
		return e
	}
	code, at := diag.OptionValue, t.Span
	if o, ok := t.find(p.Key); ok {
		at = o.Span
	} else {
		code = diag.OptionMissing
	}
	e := diag.At(code, at, "table %q: %s", t.Name, p.Msg)
	e.Hint = p.Hint
	if e.Hint == "" {
		if d, ok := t.Connector.options().Find(p.Key); ok {
			e.Hint = d.Doc
		}
	}
	return e
}

// columnSpan is where a column is declared.
func (t *Table) columnSpan(name string) diag.Span {
	for _, c := range t.Columns {
		if c.Name == name {
			return c.Span
		}
	}
	return t.Span
}

// String names the use as a verb.
func (u Use) String() string { return [...]string{"read", "write"}[u] }

func (u Use) noun() string { return [...]string{"reading", "writing"}[u] }
func (u Use) past() string { return [...]string{"read", "written"}[u] }
