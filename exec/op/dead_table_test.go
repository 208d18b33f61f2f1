package op

import (
	"testing"

	"streamsql/internal/clock"
	"streamsql/internal/deadletter"
	"streamsql/internal/sqltype"
)

// TestDeadTable: a table gets the columns of a dead letter that it has, in its own order, and no time.
func TestDeadTable(t *testing.T) {
	table := sqltype.Schema{{Name: "error", Type: sqltype.StringType}, {Name: "raw", Type: sqltype.StringType},
		{Name: "time", Type: sqltype.TimestampType(3)}}
	letter := func(n string) tuple {
		return tuple{1, []any{"{" + n, "bids", "0", "line " + n, "record-syntax", "not JSON", 5 * second, nil}}
	}
	taken := func(n string) tuple { return tuple{1, []any{"not JSON", "{" + n, 5 * second}} }
	opTest{
		name: "three of eight columns", ports: []port{{schema: deadletter.Schema}}, out: table,
		make: func() (Operator, error) { return NewDeadTable(table), nil },
		epochs: []epoch{one(10, []tuple{letter("1"), letter("2")}, []tuple{taken("1"), taken("2")}),
			one(20, []tuple{letter("3")}, []tuple{taken("3")})},
		ordered: true, rowwise: true,
		watermark: func(Tick) clock.EventTime { return clock.Max },
	}.run(t)
}
