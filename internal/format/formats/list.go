// Package formats is the list of formats that tables can be in. It is apart from package format because whoever imports
// it links them all.
package formats

import (
	"slices"

	"streamsql/internal/format"
	"streamsql/internal/format/csv"
	"streamsql/internal/format/json"
	"streamsql/internal/format/raw"
	"streamsql/internal/option"
)

// All lists them: a new one is a package and a line here. Tests that leave 'format' out get the first.
var All = []format.Format{
	json.Format,
	json.Changelog,
	csv.Format,
	raw.Format,
}

// Find gives the format of a name.
func Find(name string) (format.Format, bool) {
	i := slices.IndexFunc(All, func(f format.Format) bool { return f.Name == name })
	if i < 0 {
		return format.Format{}, false
	}
	return All[i], true
}

// Of is the format that the checked options of a table name, the first one where they do not say it.
func Of(v option.Values) format.Format {
	if v.Declared("format") {
		if f, ok := Find(v.String("format")); ok {
			return f
		}
	}
	return All[0]
}

// Readable lists the names of those that can be read, Writable of those that can be written.
func Readable() []string { return names(func(f format.Format) bool { return f.NewDecoder != nil }) }

// Writable lists the names of the formats that can be written.
func Writable() []string { return names(func(f format.Format) bool { return f.NewEncoder != nil }) }

func names(has func(format.Format) bool) (out []string) {
	for _, f := range All {
		if has(f) {
			out = append(out, f.Name)
		}
	}
	return out
}
