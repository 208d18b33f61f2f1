package json

import (
	"strings"
	"testing"

	"streamsql/internal/format"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// TestRecordsAreLines: records are read as lines are, and each is one value, whatever line feeds it holds.
func TestRecordsAreLines(t *testing.T) {
	cfg := format.Config{Schema: sqltype.Schema{{Name: "a", Type: sqltype.BigIntType},
		{Name: "s", Type: sqltype.StringType}}, Used: []int{0, 1}}
	values := []string{
		`{"a":1,"s":"x"}`, "{\n \"a\": 2,\r\n \"s\": \"y\"\n}", "", `{"a":"no"}`, "{\"a\":3,\"s\":\"a\nb\"}",
		`{"a":4}{"a":5}`, `{"a":6}`, "not json\n",
	}
	var r format.Records
	for i, v := range values {
		r.Value = append(r.Value, []byte(v))
		if i == 2 {
			r.Value[i] = nil // a tombstone
		}
	}
	var rows format.Rows
	NewDecoder(cfg).DecodeRecords(&r, &rows)
	var got []string
	for i := range rows.Batch.N {
		got = append(got, vec.Text(rows.Batch.Cols[0], i)+"@"+string(rune('0'+rows.Starts[i])))
	}
	if s := strings.Join(got, " "); s != "1@0 2@1 6@6" {
		t.Errorf("rows %s", s)
	}
	var bad []int
	for _, b := range rows.Bad {
		bad = append(bad, b.Start)
	}
	if len(bad) != 4 || bad[0] != 3 || bad[1] != 4 || bad[2] != 5 || bad[3] != 7 || rows.Blank != 1 {
		t.Errorf("bad records %v, %d blank", bad, rows.Blank)
	}
}
