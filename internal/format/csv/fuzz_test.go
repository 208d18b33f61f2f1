package csv

import (
	"bytes"
	gocsv "encoding/csv"
	"errors"
	"io"
	"slices"
	"testing"

	"streamsql/internal/format"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// dialects are what the fuzz targets choose from.
var dialects = [][]string{
	nil,
	{"csv.field-delimiter", ";", "csv.null-literal", ""},
	{"csv.quote-character", "'", "csv.null-literal", "NULL"},
	{"csv.disable-quote-character", "true"},
	{"csv.escape-character", `\`},
	{"csv.allow-comments", "true"},
	{"csv.allow-comments", "true", "csv.escape-character", `\`, "csv.disable-quote-character", "true"},
	{"csv.ignore-parse-errors", "true", "csv.field-delimiter", `\t`},
	{"csv.max-record-size", "20"},
}

// FuzzDecode: no input makes the decoder panic, every record of the Splitter is a row, bad, blank or ignored, and what
// a chunk gives does not depend on what was decoded before it or on where chunks are cut.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		"", "1,x,2.5\n", "1;\"x\n\";2\n", "a\r\nb", "\"\"\"\",\"", "#\"\n1,'a''b',\n", "1,\\\n\\\",2\n",
		"\xef\xbb\xbf1,2,3", "\n\n,,\n",
		"1,2026-01-01 00:00:00,true\n", "1,\"2026-01-01 00:00:00\",NULL\n",
	} {
		f.Add([]byte(s), uint8(0), uint16(3))
	}
	schemas := []sqltype.Schema{
		schemaOf(sqltype.IntType, sqltype.StringType, sqltype.DoubleType),
		schemaOf(sqltype.StringType),
		schemaOf(sqltype.BigIntType, sqltype.TimestampType(3), sqltype.BooleanType, sqltype.DecimalType(38, 3),
			sqltype.DateType, sqltype.Type{Kind: sqltype.Varchar, P: 3}, sqltype.TimestampLTZType(3).WithNull(false)),
	}
	f.Fuzz(func(t *testing.T, data []byte, which uint8, cut uint16) {
		v := with(t, dialects[int(which)%len(dialects)]...)
		split := settingsOf(v).splitter()
		schema := schemas[int(which)/len(dialects)%len(schemas)]
		records := checkSplit(t, split, data, int(cut))
		cfg := format.Config{Schema: schema, Used: all(len(schema)), Options: v}
		d := NewDecoder(cfg)
		var whole, part format.Rows
		d.Decode(data, &whole)
		if n := len(whole.Starts) + len(whole.Bad) + whole.Blank; n > records || n < records-int(whole.Ignored) {
			t.Fatalf("%d rows, %d bad, %d blank, %d ignored of %d records", len(whole.Starts), len(whole.Bad), whole.Blank,
				whole.Ignored, records)
		}
		// The same in two chunks, and with fewer columns delivered.
		_, at := split.Split(data, 1+int(cut)%4)
		var got []string
		for _, chunk := range [][]byte{data[:at], data[at:]} {
			d.Decode(chunk, &part)
			got = append(got, texts(&part)...)
		}
		d.Decode(data, &whole)
		if want := texts(&whole); !slices.Equal(got, want) {
			t.Fatalf("in two chunks %q, as one %q", got, want)
		}
		cfg.Used = cfg.Used[:1]
		NewDecoder(cfg).Decode(data, &part)
		if !slices.EqualFunc(part.Bad, whole.Bad, func(a, b format.Bad) bool { return a == b }) {
			t.Fatalf("fewer columns give %v, all %v", part.Bad, whole.Bad)
		}
	})
}

func texts(r *format.Rows) (out []string) {
	for i := range r.Batch.N {
		text := ""
		for _, c := range r.Batch.Cols {
			text += vec.Text(c, i) + "|"
		}
		out = append(out, text)
	}
	return out
}

// checkSplit holds Split against End, whole and in pieces, and gives the number of records.
func checkSplit(t *testing.T, split format.Splitter, data []byte, cut int) (n int) {
	t.Helper()
	at := 0
	for at < len(data) {
		end, _ := split.End(data[at:], 0)
		// In two pieces.
		k := min(cut, len(data)-at)
		first, state := split.End(data[at:at+k], 0)
		if first < 0 {
			if first, _ = split.End(data[at+k:], state); first >= 0 {
				first += k
			}
		}
		if first != end {
			t.Fatalf("a record ends at %d, in two pieces at %d", end, first)
		}
		if end < 0 {
			break
		}
		n++
		at += end
		if k, e := split.Split(data, n); k != n || e != at {
			t.Fatalf("Split finds %d records to %d, End %d to %d", k, e, n, at)
		}
	}
	if k, e := split.Split(data, n+1); k != n || e != at {
		t.Fatalf("Split finds %d records to %d, End %d to %d", k, e, n, at)
	}
	if at < len(data) {
		n++
	}
	return n
}

// FuzzText: columns of text are what encoding/csv reads.
func FuzzText(f *testing.F) {
	for _, s := range []string{"a,b\n", "\"a\",\"b\"\"c\"\n", "a,\"x\ny\"\n,\n", "a,b,c\n\"a,b\n",
		"\r\n\"\",\"\r\n\"\r\n"} {
		f.Add([]byte(s))
	}
	schema := schemaOf(sqltype.StringType, sqltype.StringType)
	f.Fuzz(func(t *testing.T, data []byte) {
		// What the two read differently by intent: lone carriage returns, blank lines, bytes beyond ASCII.
		for i, c := range data {
			if c >= 0x80 || c == 0 || c == '\r' && (i+1 == len(data) || data[i+1] != '\n') || c == ' ' || c == '\t' {
				return
			}
		}
		var want []string
		r := gocsv.NewReader(bytes.NewReader(data))
		r.FieldsPerRecord = 2
		for {
			record, err := r.Read()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return
			}
			want = append(want, record[0]+"|"+record[1]+"|")
		}
		var rows format.Rows
		NewDecoder(format.Config{Schema: schema, Used: []int{0, 1}}).Decode(data, &rows)
		got := texts(&rows)
		for i := range got { // encoding/csv makes a line feed of \r\n within quotes
			got[i] = string(bytes.ReplaceAll([]byte(got[i]), []byte("\r\n"), []byte("\n")))
		}
		if len(rows.Bad) > 0 || !slices.Equal(got, want) {
			t.Fatalf("got %q and bad %v, want %q", got, rows.Bad, want)
		}
	})
}
