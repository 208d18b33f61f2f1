package json

import (
	"fmt"
	"testing"

	"streamsql/internal/format"
	"streamsql/internal/sqltype"
)

func bidSchema() sqltype.Schema {
	return sqltype.Schema{
		{Name: "auction", Type: sqltype.BigIntType}, {Name: "bidder", Type: sqltype.BigIntType},
		{Name: "price", Type: sqltype.BigIntType},
		{Name: "channel", Type: sqltype.StringType}, {Name: "url", Type: sqltype.StringType},
		{Name: "dateTime", Type: sqltype.TimestampType(3)}, {Name: "extra", Type: sqltype.StringType},
	}
}

// bids makes n records of about 209 bytes.
func bids(n int) []byte {
	var out []byte
	for i := range n {
		out = fmt.Appendf(out,
			`{"auction":%d,"bidder":%d,"price":%d,"channel":"channel-%d",`+
				`"url":"https://www.nexmark.com/item.htm?query=%d&channel_id=%d",`+
				`"dateTime":"2026-01-01T00:%02d:%02d.%03d","extra":"abcdefghijklmnopqrstuvwx"}`+"\n",
			1000+i*7919%100000, 1000+i*104729%100000, 100+i*15485863%10000000, i*31%10000, i, i*31%10000,
			i/6000%60, i/100%60, i%1000)
	}
	return out
}

// clock reports ns and bytes per record.
func perRecord(b *testing.B, records, bytes int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(records), "ns/rec")
	b.ReportMetric(float64(bytes)/float64(records), "B/rec")
	b.SetBytes(int64(bytes))
}

func benchmarkDecode(b *testing.B, used []int, dict bool) {
	const n = 5000
	data := bids(n)
	d := NewDecoder(format.Config{Schema: bidSchema(), Used: used, Dictionaries: dict})
	var rows format.Rows
	b.ReportAllocs()
	for b.Loop() {
		d.Decode(data, &rows)
	}
	if rows.Batch.N != n {
		b.Fatal(rows.Bad)
	}
	perRecord(b, n, len(data))
}

func BenchmarkDecodeBids(b *testing.B)      { benchmarkDecode(b, all(7), false) }
func BenchmarkDecodeBidsThree(b *testing.B) { benchmarkDecode(b, []int{0, 2, 5}, false) }
func BenchmarkDecodeBidsDict(b *testing.B)  { benchmarkDecode(b, all(7), true) }

func BenchmarkEncodeWindows(b *testing.B) {
	const n = 5000
	schema := sqltype.Schema{{Name: "channel", Type: sqltype.StringType}, {Name: "bids", Type: sqltype.BigIntType},
		{Name: "dateTime", Type: sqltype.TimestampType(3)}}
	var rows format.Rows
	full := bidSchema()
	NewDecoder(format.Config{Schema: full, Used: []int{2, 3, 5}}).Decode(bids(n), &rows)
	batch := rows.Batch
	batch.Cols[0], batch.Cols[1] = batch.Cols[1], batch.Cols[0]
	e := NewEncoder(schema, EncodeOptions{})
	var out []byte
	b.ReportAllocs()
	for b.Loop() {
		out, _ = e.Encode(out[:0], &batch)
	}
	perRecord(b, n, len(out))
}
