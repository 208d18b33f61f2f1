package op

import (
	"strings"
	"testing"

	"streamsql/internal/sqltype"
)

var lines = sqltype.Schema{{Name: "n", Type: sqltype.BigIntType}, {Name: "line", Type: sqltype.StringType},
	{Name: "delimiter", Type: sqltype.StringType}}

// words is SELECT n, word, ordinal FROM lines JOIN UNNEST(SPLIT(line, delimiter)) WITH ORDINALITY AS t(word, ordinal).
func words(outer bool) UnnestSpec {
	return UnnestSpec{
		Func: "split(STRING,STRING)", Args: []int{1, 2}, Keep: []int{0}, Outer: outer, Ordinality: true,
		Out: sqltype.Schema{lines[0], {Name: "word", Type: sqltype.StringType}, {Name: "ordinal", Type: sqltype.IntType}},
	}
}

// parted is what the operator must give, by the standard library.
func parted(outer bool) func([]epoch) [][]tuple {
	return func(epochs []epoch) (out [][]tuple) {
		for _, e := range epochs {
			var rows []tuple
			for _, r := range e.rows[0] {
				if r.values[1] == nil || r.values[2] == nil {
					if outer {
						rows = append(rows, tuple{r.weight, []any{r.values[0], nil, nil}})
					}
					continue
				}
				for i, part := range strings.Split(r.values[1].(string), r.values[2].(string)) {
					rows = append(rows, tuple{r.weight, []any{r.values[0], part, int64(i + 1)}})
				}
			}
			out = append(out, rows)
		}
		return out
	}
}

func TestUnnest(t *testing.T) {
	line := func(weight, n int64, line, delimiter any) tuple { return tuple{weight, []any{n, line, delimiter}} }
	epochs := []epoch{
		one(10, []tuple{line(1, 1, "to be or", " "), line(1, 2, nil, " "), line(1, 3, "", ","), line(1, 4, "a", nil),
			line(1, 5, ",x,,", ","), line(2, 6, "yes and yes", " and ")}, nil),
		one(20, []tuple{line(-1, 1, "to be or", " "), line(1, 7, strings.Repeat("long ", 5000), " "),
			line(1, 8, "äö", "")}, nil),
	}
	for name, outer := range map[string]bool{"cross": false, "left": true} {
		opTest{
			name: name, ports: []port{{schema: lines}}, out: words(outer).Out, epochs: epochs, model: parted(outer),
			make:    func() (Operator, error) { return NewUnnest(words(outer)) },
			ordered: true, rowwise: true, retracts: true,
		}.run(t)
	}
}

// TestUnnestPieces: a long line that is kept beside each of its words leaves in pieces that copy little of it.
func TestUnnestPieces(t *testing.T) {
	const parts = 60
	spec := UnnestSpec{Func: "split(STRING,STRING)", Args: []int{1, 2}, Keep: []int{1}, Out: sqltype.Schema{lines[1],
		{Name: "word", Type: sqltype.StringType}}}
	u, err := NewUnnest(spec)
	if err != nil {
		t.Fatal(err)
	}
	part := strings.Repeat("x", 20_000)
	line := strings.TrimSuffix(strings.Repeat(part+" ", parts), " ") // 1.2 MB, and 72 MB with each of its words
	var out sink
	if err := u.Process(0, batchOf(lines, []tuple{{1, []any{int64(1), line, " "}}}), &out); err != nil {
		t.Fatal(err)
	}
	if len(out.rows) != parts || out.batches < 4 || out.batches > 6 {
		t.Errorf("%d rows in %d batches", len(out.rows), out.batches)
	}
	for i, r := range out.rows {
		if r.values[0] != line || r.values[1] != part {
			t.Fatalf("row %d is another one", i)
		}
	}
}
