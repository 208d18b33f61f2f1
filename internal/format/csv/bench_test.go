package csv

import (
	"fmt"
	"testing"

	"streamsql/internal/format"
	"streamsql/internal/format/json"
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

// bids makes the records of the JSON benchmark: as CSV, with texts quoted, or as JSON.
func bids(n int, form string) []byte {
	var out []byte
	for i := range n {
		out = fmt.Appendf(out, form+"\n",
			1000+i*7919%100000, 1000+i*104729%100000, 100+i*15485863%10000000, i*31%10000, i, i*31%10000,
			i/6000%60, i/100%60, i%1000)
	}
	return out
}

const (
	plainBids = `%d,%d,%d,channel-%d,` +
		`https://www.nexmark.com/item.htm?query=%d&channel_id=%d,2026-01-01T00:%02d:%02d.%03d,abcdefghijklmnopqrstuvwx`
	quotedBids = `%d,%d,%d,"channel-%d",` +
		`"https://www.nexmark.com/item.htm?query=%d&channel_id=%d",` +
		`"2026-01-01T00:%02d:%02d.%03d","abcdefghijklmnopqrstuvwx"`
	jsonBids = `{"auction":%d,"bidder":%d,"price":%d,"channel":"channel-%d",` +
		`"url":"https://www.nexmark.com/item.htm?query=%d&channel_id=%d",` +
		`"dateTime":"2026-01-01T00:%02d:%02d.%03d","extra":"abcdefghijklmnopqrstuvwx"}`
)

func benchmark(b *testing.B, d format.Decoder, data []byte) {
	const n = 5000
	var rows format.Rows
	b.ReportAllocs()
	for b.Loop() {
		d.Decode(data, &rows)
	}
	if rows.Batch.N != n {
		b.Fatal(rows.Bad)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/rec")
	b.ReportMetric(float64(len(data))/n, "B/rec")
	b.SetBytes(int64(len(data)))
}

func config(dict bool, used ...int) format.Config {
	return format.Config{Schema: bidSchema(), Used: used, Dictionaries: dict}
}

func BenchmarkDecodeBids(b *testing.B) {
	benchmark(b, NewDecoder(config(false, all(7)...)), bids(5000, plainBids))
}

func BenchmarkDecodeBidsDict(b *testing.B) {
	benchmark(b, NewDecoder(config(true, all(7)...)), bids(5000, plainBids))
}

func BenchmarkDecodeBidsThree(b *testing.B) {
	benchmark(b, NewDecoder(config(false, 0, 2, 5)), bids(5000, plainBids))
}

func BenchmarkDecodeBidsQuoted(b *testing.B) {
	benchmark(b, NewDecoder(config(false, all(7)...)), bids(5000, quotedBids))
}

// BenchmarkDecodeBidsJSON is the same rows through the JSON decoder.
func BenchmarkDecodeBidsJSON(b *testing.B) {
	benchmark(b, json.NewDecoder(config(false, all(7)...)), bids(5000, jsonBids))
}

func BenchmarkSplit(b *testing.B) {
	for name, form := range map[string]string{"plain": plainBids, "quoted": quotedBids} {
		b.Run(name, func(b *testing.B) {
			data := bids(5000, form)
			split := settings{dialect: dialect{delim: ',', quote: '"', quoting: true, escape: ','}}.splitter()
			for b.Loop() {
				split.Split(data, 8192)
			}
			b.SetBytes(int64(len(data)))
		})
	}
}

func BenchmarkEncodeBids(b *testing.B) {
	var rows format.Rows
	NewDecoder(config(false, all(7)...)).Decode(bids(5000, plainBids), &rows)
	e := NewEncoder(bidSchema(), config(false).Options)
	var out []byte
	b.ReportAllocs()
	for b.Loop() {
		out, _ = e.Encode(out[:0], &rows.Batch)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/5000, "ns/rec")
	b.SetBytes(int64(len(out)))
}
