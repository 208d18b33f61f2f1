package file

import (
	"streamsql/internal/option"
	"streamsql/internal/store"
)

// Place is where the files of a table are, however it is spelled.
func Place(v option.Values, base string) string {
	return store.Canonical(store.Located(v.String("path"), base))
}

// Look lists the files of a table once, for the faults of its path alone: `check` asks it.
func Look(table string, v option.Values, base string) error {
	s, err := New(table, v, base)
	if err != nil {
		return err
	}
	_, err = s.(*Source).list()
	return neverThere(err)
}
