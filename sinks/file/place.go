package file

import (
	"streamsql/internal/option"
	"streamsql/internal/store"
)

// Place is the directory of a table, however it is spelled: one place has one owner.
func Place(v option.Values, base string) string {
	return store.Canonical(store.Located(v.String(optPath), base))
}
