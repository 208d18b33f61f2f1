package op

import (
	"testing"

	"streamsql/internal/clock"
	"streamsql/internal/sqltype"
)

// TestUnion: rows of every port pass as they are, under the union's column names; the watermark is the least.
func TestUnion(t *testing.T) {
	named := func(name string) sqltype.Schema {
		return sqltype.Schema{{Name: name, Type: sqltype.BigIntType}, {Name: "s", Type: sqltype.StringType}}
	}
	left := []tuple{{1, []any{int64(1), "l"}}, {1, []any{nil, nil}}, {1, []any{int64(1), "l"}}}
	right := []tuple{{1, []any{int64(2), "r"}}, {-1, []any{int64(2), "r"}}, {3, []any{int64(1), "l"}}}
	opTest{
		name: "two ports", out: named("x"), make: func() (Operator, error) { return NewUnion(named("x")), nil },
		ports: []port{{schema: named("l")}, {schema: named("r")}},
		epochs: []epoch{
			{rows: [][]tuple{left, right}, marks: []clock.EventTime{9, 4}, want: append(append([]tuple{}, left...), right...)},
			{
				rows: [][]tuple{left[:1], right[:2]}, behind: [][]clock.EventTime{{5}, {6, 7}},
				want: append(left[:1:1], right[:2]...),
			},
			{rows: [][]tuple{nil, left}, marks: []clock.EventTime{10, 12}, want: left},
			{rows: [][]tuple{right}, want: right},
			{marks: []clock.EventTime{clock.Max, 12}},
		},
		ordered: true, rowwise: true, retracts: true,
	}.run(t)
}
