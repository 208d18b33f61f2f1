package format

import (
	"streamsql/internal/option"
	"streamsql/internal/sqltype"
)

// Format is one value of 'format'='…'. The planner, sources, sinks and tests read from it whatever they need to know,
// so that none of them knows a format by name.
type Format struct {
	Name string
	Doc  string
	Ext  string // of files written in it: ".csv"

	// Options are what tables in the format may say; Check finds what no option shows by itself (nil: nothing). A table
	// that is read and written says them once, so every option is known to both uses.
	Options option.Set
	Check   func(option.Values) []option.Problem
	// Columns finds declared columns that the format cannot hold: what is wrong, "" for nothing. nil: it holds all.
	Columns func(sqltype.Schema) (msg, hint string)
	// Updates: written rows say whether they come or go.
	Updates bool

	Framing    func(option.Values) Framing // nil: a record is a line
	NewDecoder func(Config) Decoder        // nil: it cannot be read
	NewEncoder func(Config) Encoder        // nil: it cannot be written
	// Hint says what to do about a bad record that shows that none of the table's can be good, "" about others. nil: it
	// recognises none.
	Hint func(record []byte) string
	// Head is what each written file begins with, empty for nothing. nil: always nothing.
	Head func(sqltype.Schema, option.Values) []byte
}

// Framed is how the records of a table follow each other; the zero Values are all defaults.
func (f Format) Framed(v option.Values) Framing {
	if f.Framing == nil {
		return Framing{Splitter: Lines{}, MaxRecord: MaxRecordOf(f.Name, v)}
	}
	return f.Framing(v)
}
