package expr

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"streamsql/internal/invariants"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

const benchRows = 8192

// benchBatch has two BIGINT columns, a URL-like STRING and a short STRING as flat and as dictionary.
func benchBatch() *zset.Batch {
	r := rand.New(rand.NewPCG(1, 1))
	a, b, url, name := make([]any, benchRows), make([]any, benchRows), make([]any, benchRows), make([]any, benchRows)
	codes := make([]int32, benchRows)
	entries := []string{"apple", "google", "facebook", "baidu", "channel-17"}
	for i := range a {
		a[i], b[i] = r.Int64N(1000), r.Int64N(1000)
		url[i] = fmt.Sprintf("https://www.nexmark.com/x%d/item.htm?query=%d", r.IntN(100), r.IntN(100000))
		codes[i] = int32(r.IntN(len(entries)))
		name[i] = entries[codes[i]]
	}
	schema := sqltype.Schema{{Name: "a", Type: sqltype.BigIntType}, {Name: "b", Type: sqltype.BigIntType},
		{Name: "url", Type: sqltype.StringType},
		{Name: "name", Type: sqltype.StringType}, {Name: "dict", Type: sqltype.StringType}}
	return &zset.Batch{Schema: schema, N: benchRows, Cols: []*vec.Vec{
		vec.Make(sqltype.BigIntType, a...), vec.Make(sqltype.BigIntType, b...), vec.Make(sqltype.StringType, url...),
		vec.Make(sqltype.StringType, name...), vec.NewDict(sqltype.StringType, entries, codes...)}}
}

func col(b *zset.Batch, i int) scalar.Expr {
	return scalar.Col{Node: scalar.Node{T: b.Schema[i].Type}, Index: i}
}

func call(id string, t sqltype.Type, args ...scalar.Expr) scalar.Expr {
	return scalar.Call{Node: scalar.Node{T: t}, Overload: id, Args: args}
}

func lit(t sqltype.Type, v any) scalar.Expr {
	return scalar.Const{Node: scalar.Node{T: t.Required()}, Value: v}
}

// BenchmarkEval prints ns per row as ns/row.
func BenchmarkEval(b *testing.B) {
	batch := benchBatch()
	big, text, boolean := sqltype.BigIntType, sqltype.StringType, sqltype.BooleanType
	dec := sqltype.DecimalType(23, 3)
	for _, c := range []struct {
		name string
		e    scalar.Expr
	}{
		{"add checked", call("+(BIGINT,BIGINT)", big, col(batch, 0), col(batch, 1))},
		{"add constant", call("+(BIGINT,BIGINT)", big, col(batch, 0), lit(big, int64(7)))},
		{"mul checked", call("*(BIGINT,BIGINT)", big, col(batch, 0), col(batch, 1))},
		{"mod constant", call("%(BIGINT,BIGINT)", big, col(batch, 0), lit(big, int64(123)))},
		{"less columns", call("<(BIGINT,BIGINT)", boolean, col(batch, 0), col(batch, 1))},
		{"less constant", call("<(BIGINT,BIGINT)", boolean, col(batch, 0), lit(big, int64(500)))},
		{"price × 0.908", call("*(DECIMAL,DECIMAL)", dec,
			scalar.Cast{Node: scalar.Node{T: sqltype.DecimalType(19, 0)}, Arg: col(batch, 0)},
			lit(sqltype.DecimalType(3, 3), int64(908)))},
		{"text = constant", call("=(STRING,STRING)", boolean, col(batch, 3), lit(text, "apple"))},
		{"dict = constant", call("=(STRING,STRING)", boolean, col(batch, 4), lit(text, "apple"))},
		{"upper", call("upper(STRING)", text, col(batch, 2))},
		{"upper dict", call("upper(STRING)", text, col(batch, 4))},
		{"like %x%", call("like(STRING,STRING)", boolean, col(batch, 2), lit(text, "%x7/%"))},
		{"like x%", call("like(STRING,STRING)", boolean, col(batch, 2), lit(text, "https://%"))},
		{"regexp", call("regexp(STRING,STRING)", boolean, col(batch, 2), lit(text, "x7.*item"))},
		{"regexp whole", call("regexp(STRING,STRING)", boolean, col(batch, 2),
			lit(text, `^https://[a-z.]+/\w+/.*query=\d+$`))},
		{"regexp_extract", call("regexp_extract(STRING,STRING,INT)", text, col(batch, 2), lit(text, "(&|\\?)query=([^&]*)"),
			lit(sqltype.IntType, int64(2)))},
		{"regexp_replace", call("regexp_replace(STRING,STRING,STRING)", text, col(batch, 2), lit(text, "[0-9]+"),
			lit(text, "#"))},
		{"split_index", call("split_index(STRING,STRING,INT)", text, col(batch, 2), lit(text, "/"),
			lit(sqltype.IntType, int64(3)))},
		{"case", scalar.Case{Node: scalar.Node{T: big}, Whens: []scalar.When{{Cond: call("<(BIGINT,BIGINT)", boolean,
			col(batch, 0), col(batch, 1)), Then: col(batch, 0)}},
			Else: col(batch, 1)}},
	} {
		b.Run(c.name, func(b *testing.B) {
			p, err := Compile([]scalar.Expr{c.e}, batch.Schema, nil)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for range b.N {
				if _, err := p.Eval(batch, nil); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchRows, "ns/row")
		})
	}
}

// BenchmarkCalc filters half of the rows and gathers columns.
func BenchmarkCalc(b *testing.B) {
	invariants.On = false // spoiling what was lent costs more than lending it
	b.Cleanup(func() { invariants.On = true })
	batch := benchBatch()
	cond := call("<(BIGINT,BIGINT)", sqltype.BooleanType, col(batch, 0), lit(sqltype.BigIntType, int64(500)))
	for _, c := range []struct {
		name string
		cols []int
	}{{"two integers", []int{0, 1}}, {"integer and text", []int{0, 2}}, {"integer and dict", []int{0, 4}}} {
		b.Run(c.name, func(b *testing.B) {
			var project []scalar.Expr
			var out sqltype.Schema
			for _, i := range c.cols {
				project, out = append(project, col(batch, i)), append(out, batch.Schema[i])
			}
			calc, err := NewCalc(cond, project, batch.Schema, out, nil)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for range b.N {
				if _, err := calc.Run(batch, nil); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchRows, "ns/row")
		})
	}
}
