package nexmark

import (
	"strconv"
	"testing"

	"streamsql/internal/option"
	"streamsql/internal/sqltype"
	"streamsql/sources"
	"streamsql/sources/sourcetest"
)

// values checks options, given as key, value, key, value …
func values(t testing.TB, columns sqltype.Schema, options ...string) (option.Values, []option.Problem) {
	t.Helper()
	raw := map[string]string{}
	for i := 0; i < len(options); i += 2 {
		raw[options[i]] = options[i+1]
	}
	v, problems := option.Check(Declaration.Options, raw)
	if len(problems) == 0 {
		problems = Declaration.Check(v, columns)
	}
	return v, problems
}

// source makes a table.
func source(t testing.TB, columns sqltype.Schema, options ...string) sources.Source {
	t.Helper()
	v, problems := values(t, columns, options...)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	s, err := New("t", v, "")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// all are the columns of a kind.
func all(of string) sqltype.Schema {
	var out sqltype.Schema
	for _, c := range kinds[of].columns {
		out = append(out, sqltype.Field{Name: c.name, Type: c.typ})
	}
	return out
}

// TestContract: each kind of event, at one event a second of its kind in each partition.
func TestContract(t *testing.T) {
	for _, of := range []string{person, auction, bid} {
		for _, parts := range []int{1, 3} {
			t.Run(of+" in "+strconv.Itoa(parts), func(t *testing.T) {
				sourcetest.Run(t, func(t *testing.T) sourcetest.Input {
					return &sourcetest.Made{T: t, Columns: all(of), New: func(rows int64) sources.Source {
						options := []string{"nexmark.table", of, "max-emit-speed", "false",
							"person.proportion", "1", "auction.proportion", "1", "bid.proportion", "1",
							"first-event.rate", strconv.Itoa(3 * parts), "partitions", strconv.Itoa(parts)}
						if rows >= 0 {
							options = append(options, "stop-at", strconv.FormatInt(rows*3*int64(parts), 10))
						}
						return source(t, all(of), options...)
					}}
				})
			})
		}
	}
}
