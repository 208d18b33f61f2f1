// Package connector is what tables can be connected to: one value for each connector, with what the planner must know
// about it and with the constructors of its source and its sink. The planner, a run, `check` and the golden tests read
// from a Set of them, so that none of them knows a connector by name. Those of the binary are listed in
// connector/builtin.
package connector

import (
	"slices"

	"streamsql/internal/format/formats"
	"streamsql/internal/option"
	"streamsql/planner/catalog"
	"streamsql/sinks"
	"streamsql/sources"
)

// Connector is one value of 'connector'='…'. At least one side is given; when both are, they have the same name.
type Connector struct {
	Source *Source // nil: it cannot be read
	Sink   *Sink   // nil: it cannot be written
}

// Source is the side that reads.
type Source struct {
	sources.Declaration
	New sources.Factory
}

// Sink is the side that writes.
type Sink struct {
	sinks.Declaration
	New sinks.Factory
}

// Name is what tables call the connector.
func (c Connector) Name() string {
	if c.Source != nil {
		return c.Source.Name
	}
	return c.Sink.Name
}

// Set is several connectors, each with a name of its own.
type Set []Connector

// Find gives the connector of a name.
func (s Set) Find(name string) (Connector, bool) {
	i := slices.IndexFunc(s, func(c Connector) bool { return c.Name() == name })
	if i < 0 {
		return Connector{}, false
	}
	return s[i], true
}

// Catalog is what the planner knows of the set.
func (s Set) Catalog() catalog.Connectors {
	out := catalog.Connectors{}
	for _, c := range s {
		out[c.Name()] = c.declared()
	}
	return out
}

// Sources makes the inputs of tables, by connector.
func (s Set) Sources() map[string]sources.Factory {
	out := map[string]sources.Factory{}
	for _, c := range s {
		if c.Source != nil {
			out[c.Name()] = c.Source.New
		}
	}
	return out
}

// Sinks makes the outputs of tables, by connector.
func (s Set) Sinks() map[string]sinks.Factory {
	out := map[string]sinks.Factory{}
	for _, c := range s {
		if c.Sink != nil {
			out[c.Name()] = c.Sink.New
		}
	}
	return out
}

// Look asks the source of a table for faults that the text cannot show; see sources.Declaration.
func (s Set) Look(name, table string, v option.Values, base string) error {
	c, ok := s.Find(name)
	if !ok || c.Source == nil || c.Source.Look == nil {
		return nil
	}
	return c.Source.Look(table, v, base)
}

// declared is the connector as the planner declares it.
func (c Connector) declared() catalog.Connector {
	out := catalog.Connector{Name: c.Name(), FormatOptions: map[string]catalog.FormatDecl{}}
	for _, f := range formats.All {
		out.FormatOptions[f.Name] = catalog.FormatDecl{
			Options: f.Options, Check: f.Check, Columns: f.Columns, Updates: f.Updates,
			Headed: func(v option.Values) bool { return f.Framed(v).Headed },
		}
	}
	if d := c.Source; d != nil {
		out.Source = &catalog.SourceDecl{
			Options: append(slices.Clone(d.Options), sources.ScanOptions...),
			Bounded: d.Bounded, Heads: d.Heads, Check: d.Check, Place: d.Place,
		}
		if d.Formats {
			out.Source.Formats = formats.Readable()
		}
	}
	if d := c.Sink; d != nil {
		out.Sink = &catalog.SinkDecl{Options: d.Options, Updates: d.Updates, Place: d.Place}
		if d.Formats {
			out.Sink.Formats = formats.Writable()
		}
	}
	return out
}
