package catalog

import (
	"sort"

	"streamsql/internal/diag"
	"streamsql/internal/option"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/planner/ast"
)

// Table is a declared table.
type Table struct {
	Name    string
	Span    diag.Span // of the name
	Columns []Column  // as declared, physical and computed mixed

	// Watermark is over the declared columns; nil without one. Rowtime is the column it is for.
	Watermark     scalar.Expr
	WatermarkText string // as written, for messages
	Rowtime       int

	Connector Connector
	Format    string
	Options   []Option
}

// Column is one declared column.
type Column struct {
	Name     string
	Type     sqltype.Type
	Span     diag.Span
	Computed scalar.Expr // over the declared columns before it; nil: physical
}

// Option is one option of WITH, variables resolved.
type Option struct {
	Key, Value string
	KeySpan    diag.Span
	Span       diag.Span // of the value
	Secret     bool      // the value came from ${env:…} or ${file:…}
}

// View is a declared view.
type View struct {
	Name    string
	Span    diag.Span
	Columns []ast.Ident
	Query   *ast.Query
	Depth   int // views within views
}

// Catalog holds the declarations of a file. Not safe for concurrent use.
type Catalog struct {
	tables map[string]*Table
	views  map[string]*View
	broken map[string]bool
	order  []*Table
}

// New makes an empty catalog.
func New() *Catalog {
	return &Catalog{tables: map[string]*Table{}, views: map[string]*View{}, broken: map[string]bool{}}
}

// Has reports whether a name is taken, by a broken declaration too.
func (c *Catalog) Has(name string) bool {
	return c.tables[name] != nil || c.views[name] != nil || c.broken[name]
}

// Broken reports whether the name's declaration was refused.
func (c *Catalog) Broken(name string) bool { return c.broken[name] }

// Break notes a name whose declaration was refused.
func (c *Catalog) Break(name string) { c.broken[name] = true }

// AddTable declares a table; its name must be free.
func (c *Catalog) AddTable(t *Table) {
	c.tables[t.Name] = t
	c.order = append(c.order, t)
}

// AddView declares a view; its name must be free.
func (c *Catalog) AddView(v *View) { c.views[v.Name] = v }

// Table finds a table.
func (c *Catalog) Table(name string) (*Table, bool) { t, ok := c.tables[name]; return t, ok }

// View finds a view.
func (c *Catalog) View(name string) (*View, bool) { v, ok := c.views[name]; return v, ok }

// Tables lists the tables in order of declaration.
func (c *Catalog) Tables() []*Table { return c.order }

// Names lists tables and views, sorted, for "did you mean".
func (c *Catalog) Names() []string {
	var out []string
	for n := range c.tables {
		out = append(out, n)
	}
	for n := range c.views {
		out = append(out, n)
	}
	sort.Strings(out)
	return out
}

// Schema lists the columns with their types.
func (t *Table) Schema() sqltype.Schema {
	out := make(sqltype.Schema, len(t.Columns))
	for i, c := range t.Columns {
		out[i] = sqltype.Field{Name: c.Name, Type: c.Type}
	}
	return out
}

// Physical lists the columns that are stored.
func (t *Table) Physical() sqltype.Schema {
	var out sqltype.Schema
	for _, c := range t.Columns {
		if c.Computed == nil {
			out = append(out, sqltype.Field{Name: c.Name, Type: c.Type})
		}
	}
	return out
}

// Raw are the options as a map.
func (t *Table) Raw() map[string]string {
	out := make(map[string]string, len(t.Options))
	for _, o := range t.Options {
		out[o.Key] = o.Value
	}
	return out
}

// Takes reports whether the table can be written with retractions.
func (t *Table) Takes() bool {
	return t.Connector.Sink != nil && (t.Connector.Sink.Updates || t.Connector.FormatOptions[t.Format].Updates)
}

// Private reports whether an option's value must stay out of logs: a secret, or an address.
func (t *Table) Private(o Option) bool {
	d, _ := t.Connector.options().Find(o.Key)
	return o.Secret || d.Secret || d.Where
}

// PlaceSpan is where the text says what place the table's rows are in: the value of the option with the address, else
// the table's name.
func (t *Table) PlaceSpan() diag.Span {
	for _, o := range t.Options {
		if d, _ := t.Connector.options().Find(o.Key); d.Where {
			return o.Span
		}
	}
	return t.Span
}

// find is the option with a key.
func (t *Table) find(key string) (Option, bool) {
	for _, o := range t.Options {
		if o.Key == key {
			return o, true
		}
	}
	return Option{}, false
}

// restrict keeps the options that a declaration knows.
func (t *Table) restrict(set option.Set) map[string]string {
	out := map[string]string{}
	for _, o := range t.Options {
		if _, ok := set.Find(o.Key); ok {
			out[o.Key] = o.Value
		}
	}
	return out
}
