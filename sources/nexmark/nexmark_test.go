package nexmark

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"streamsql/internal/clock"
	"streamsql/internal/format"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/sources"
	"streamsql/sources/sourcetest"
)

func read(t testing.TB, of string, options ...string) eventsRead {
	t.Helper()
	columns := all(of)
	src := source(t, columns, append([]string{"nexmark.table", of}, options...)...)
	c := format.Config{Schema: columns}
	out := eventsRead{}
	for i, f := range columns {
		c.Used = append(c.Used, i)
		out[f.Name] = &vec.Vec{Type: f.Type}
	}
	decoders, err := src.(sources.Generating).Rows(c)
	if err != nil {
		t.Fatal(err)
	}
	f, err := src.Open(t.Context(), nil,
		sources.Scan{ChunkRows: 1000, Ends: true, Clock: clock.NewManual(time.UnixMilli(0))})
	if err != nil {
		t.Fatal(err)
	}
	dec := decoders()
	var chunks []*sources.Chunk
	for {
		e, err := f.Next(t.Context())
		if errors.Is(err, io.EOF) || e.Mark != nil {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		chunks = append(chunks, e.Chunk)
	}
	slices.SortStableFunc(chunks, func(a, b *sources.Chunk) int {
		return sources.ComparePartitions(a.Partition, b.Partition)
	})
	for _, c := range chunks {
		var rows format.Rows
		dec.Decode(c.Data, &rows)
		for i, f := range columns {
			vec.Append(out[f.Name], rows.Batch.Cols[i])
		}
	}
	return out
}

// eventsRead are the columns of all rows of a table with an end, by name; partition after partition.
type eventsRead map[string]*vec.Vec

func (e eventsRead) n() int {
	for _, v := range e {
		return v.Len
	}
	return 0
}

func (e eventsRead) ints(column string) []int64 { return vec.Of[int64](e[column])[:e[column].Len] }

// TestFrozen: the events of a seed must not change, or figures and results could not be compared. The digest is over
// the rows of each kind as text, columns in their order, separated by "|", a line each.
func TestFrozen(t *testing.T) {
	h := sha256.New()
	for _, of := range []string{person, auction, bid} {
		rows := read(t, of, "events.num", "10000", "seed", "1")
		for i := range rows.n() {
			parts := make([]string, 0, 10)
			for _, c := range all(of) {
				parts = append(parts, vec.Text(rows[c.Name], i))
			}
			h.Write([]byte(strings.Join(parts, "|") + "\n"))
		}
	}
	const want = "961908eb80f52a861aeb87cb90fc7e83d0b7ed295499fd540cda095519b2af54"
	if got := hex.EncodeToString(h.Sum(nil)); got != want {
		t.Errorf("the digest is %s", got)
	}
}

func TestCuts(t *testing.T) {
	for _, of := range []string{person, auction, bid} {
		for _, parts := range []string{"1", "3"} {
			m := &sourcetest.Made{T: t, Columns: all(of), New: func(rows int64) sources.Source {
				return source(t, all(of), "nexmark.table", of, "events.num", strconv.FormatInt(rows, 10), "partitions", parts,
					"person.proportion", "2", "auction.proportion", "3", "bid.proportion", "4")
			}}
			m.Cuts(50)
		}
	}
}

// TestProportions: of every round the first event is a person, three are auctions and the rest are bids, whatever the
// partitions; and no event is counted twice or left out.
func TestProportions(t *testing.T) {
	for _, parts := range []string{"1", "2", "7"} {
		for events := int64(0); events < 300; events += 23 {
			options := []string{"stop-at", strconv.FormatInt(events, 10), "partitions", parts}
			total := 0
			for _, of := range []string{person, auction, bid} {
				total += read(t, of, options...).n()
			}
			if int64(total) != events {
				t.Errorf("%d events in %s partitions, want %d", total, parts, events)
			}
		}
	}
	for of, want := range map[string]int{person: 1000, auction: 3000, bid: 46000} {
		if got := read(t, of, "events.num", "50000").n(); got != want {
			t.Errorf("%s: %d of 50000 events, want %d", of, got, want)
		}
	}
}

// near fails unless a part is within five standard deviations of what chance gives.
func near(t *testing.T, what string, got, of int, p float64) {
	t.Helper()
	want, slack := p*float64(of), 5*math.Sqrt(float64(of)*p*(1-p))
	if math.Abs(float64(got)-want) > slack+1 {
		t.Errorf("%s: %d of %d, want %.0f ± %.0f", what, got, of, want, slack)
	}
}

// TestBids holds the bids against what the generator of the original draws.
func TestBids(t *testing.T) {
	const events = 500_000
	rows := read(t, bid, "events.num", strconv.Itoa(events), "seed", "3")
	n := rows.n()
	hotAuctions, hotBidders, channel := 0, 0, map[string]int{}
	cheap, middle, tagged, cold, extra := 0, 0, 0, 0, 0
	for i := range n {
		round := int64(i / 46)
		lastAuction, lastPerson := round*3+2, round
		switch a := rows.ints("auction")[i] - firstID; {
		case a == lastAuction/100*100:
			hotAuctions++
		case a < lastAuction-100 || a > lastAuction+10 || a < 0:
			t.Fatalf("bid %d is for auction %d, the last is %d", i, a, lastAuction)
		}
		switch b := rows.ints("bidder")[i] - 2*firstID; {
		case b == lastPerson/100*100+1:
			hotBidders++
		case b < lastPerson-999 || b > lastPerson+10 || b < 0:
			t.Fatalf("bid %d is by %d, the last person is %d", i, b, lastPerson)
		}
		switch p := rows.ints("price")[i]; {
		case p < 100 || p > 100_000_000:
			t.Fatalf("bid %d is %d", i, p)
		case p < 10_000:
			cheap++
		case p < 1_000_000:
			middle++
		}
		name, url := vec.Text(rows["channel"], i), vec.Text(rows["url"], i)
		channel[name]++
		if !slices.Contains(hotChannels, name) {
			cold++
			if strings.Contains(url, "&channel_id=") {
				tagged++
			}
		}
		length := len(rows["extra"].Str(i))
		if length < 54 || length > 81 {
			t.Fatalf("extra of bid %d has %d characters", i, length)
		}
		extra += length
	}
	// A hot target is among the others, too.
	near(t, "hot auctions", hotAuctions, n, 0.5+0.5/111)
	near(t, "hot bidders", hotBidders, n, 0.75+0.25/1010)
	near(t, "prices below 10⁴", cheap, n, 1./3)
	near(t, "prices below 10⁶", middle, n, 1./3)
	near(t, "cold channels", cold, n, 0.5)
	for _, name := range hotChannels {
		near(t, name, channel[name], n, 0.125)
	}
	if len(channel) < 9_990 || float64(tagged)/float64(cold) < 0.88 || float64(tagged)/float64(cold) > 0.92 {
		t.Errorf("%d channels, %d of %d with an id", len(channel), tagged, cold)
	}
	if mean := float64(extra) / float64(n); mean < 67 || mean > 68 {
		t.Errorf("extra has %.2f characters on average", mean)
	}
}

// TestAuctionsAndPeople: ids count up, sellers exist or are about to, auctions last about as long as a hundred others
// take to open.
func TestAuctionsAndPeople(t *testing.T) {
	const events = 200_000
	people := read(t, person, "events.num", strconv.Itoa(events))
	for i, id := range people.ints("id") {
		if id != int64(firstID+i) {
			t.Fatalf("person %d has the id %d", i, id)
		}
	}
	size := 0
	for _, c := range []string{"name", "emailAddress", "creditCard", "city", "state", "extra"} {
		size += len(people[c].Bytes)
	}
	if mean := 8 + size/people.n(); mean < 198 || mean > 201 {
		t.Errorf("a person has %d characters", mean)
	}
	rows := read(t, auction, "events.num", strconv.Itoa(events))
	hot, lasts := 0, int64(0)
	category := map[int64]int{}
	for i, id := range rows.ints("id") {
		last := int64(i / 3)
		seller := rows.ints("seller")[i] - firstID
		switch {
		case id != int64(firstID+i):
			t.Fatalf("auction %d has the id %d", i, id)
		case seller == last/100*100:
			hot++
		case seller < last-999 || seller > last+10 || seller < 0:
			t.Fatalf("auction %d is by %d, the last person is %d", i, seller, last)
		}
		length := rows.ints("expires")[i] - rows.ints("dateTime")[i]
		if length < 1000 || length > 334_000 || rows.ints("reserve")[i] <= rows.ints("initialBid")[i] {
			t.Fatalf("auction %d lasts %d µs, from %d to %d", i, length, rows.ints("initialBid")[i], rows.ints("reserve")[i])
		}
		lasts += length
		category[rows.ints("category")[i]]++
	}
	near(t, "hot sellers", hot, rows.n(), 0.75+0.25/1010)
	for c := int64(10); c < 15; c++ {
		near(t, "category "+strconv.FormatInt(c, 10), category[c], rows.n(), 0.2)
	}
	if mean := lasts / int64(rows.n()); mean < 164_000 || mean > 170_000 { // 1666 events at 10,000 a second
		t.Errorf("auctions last %d µs on average", mean)
	}
}

// TestTimes: events are in order and evenly spaced, in milliseconds; partitions share the rate and the time line.
func TestTimes(t *testing.T) {
	options := []string{"events.num", "3000", "first-event.rate", "3000", "base-time", "1969-12-31 23:59:59.500",
		"person.proportion", "1", "auction.proportion", "1", "bid.proportion", "8"}
	base := int64(-500_000)
	for _, parts := range []int64{1, 2} {
		rows := read(t, bid, append(options, "partitions", strconv.FormatInt(parts, 10))...)
		per := int64(rows.n()) / parts
		for i, us := range rows.ints("dateTime") {
			k := int64(i) % per
			n := k/8*10 + 2 + k%8
			if want := base + n*parts*1000/3000*1000; us != want {
				t.Fatalf("event %d of %d partitions: %d, want %d", n, parts, us, want)
			}
		}
	}
	m := newModelOf(t, "first-event.rate", "7", "partitions", "3", "base-time", "2000-01-01")
	line := m.times(0)
	for n := int64(0); n < 100_000; n += 1 + n%97 {
		fresh := m.times(n)
		if got := line.at(n); got != fresh.base || got != m.base+n*3000/7 {
			t.Fatalf("event %d: %d on the line, %d anew, want %d", n, got, fresh.base, m.base+n*3000/7)
		}
	}
}

func newModelOf(t *testing.T, options ...string) *model {
	t.Helper()
	v, problems := values(t, nil, append([]string{"nexmark.table", bid}, options...)...)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return newModel(v)
}

// TestPartitions: each has a range of numbers of its own, so no id comes twice.
func TestPartitions(t *testing.T) {
	seen := map[int64]bool{}
	rows := read(t, auction, "events.num", "10007", "partitions", "4")
	for _, id := range rows.ints("id") {
		if seen[id] {
			t.Fatalf("id %d comes twice", id)
		}
		seen[id] = true
	}
	one := read(t, auction, "events.num", "10007")
	if rows.n() != one.n() || !slices.Equal(slices.Sorted(slices.Values(rows.ints("id"))), one.ints("id")) {
		t.Errorf("%d auctions, want %d", rows.n(), one.n())
	}
}

// TestPrecision: a column may be declared with fewer digits; times before 1970 are cut downwards, too.
func TestPrecision(t *testing.T) {
	times := []int64{-1_000, 0, 999_000, 1_999_000}
	cut(times, 0)
	if !slices.Equal(times, []int64{-1_000_000, 0, 0, 1_000_000}) {
		t.Error(times)
	}
	times = []int64{-1_000, 123_456_000}
	cut(times, 6)
	if !slices.Equal(times, []int64{-1_000, 123_456_000}) {
		t.Error(times)
	}
}

// TestRefused: what makes no sense is refused when the query is planned, and says what to do.
func TestRefused(t *testing.T) {
	for _, c := range []struct {
		options []string
		key     string
		msg     string
	}{
		{nil, "nexmark.table", "required"},
		{[]string{"nexmark.table", "bids"}, "nexmark.table", "not one of person, auction, bid"},
		{[]string{"nexmark.table", bid, "first-event.rate", "0"}, "first-event.rate", "too small"},
		{[]string{"nexmark.table", bid, "first-event.rate", "-5"}, "first-event.rate", "too small"},
		{[]string{"nexmark.table", bid, "first-event.rate", "9223372036854775807"}, "first-event.rate", "too large"},
		{[]string{"nexmark.table", bid, "events.num", "-1"}, "events.num", "too small"},
		{[]string{"nexmark.table", bid, "events.num", "9223372036854775807"}, "events.num", "too large"},
		{[]string{"nexmark.table", bid, "stop-at", "-2"}, "stop-at", "too small"},
		{[]string{"nexmark.table", bid, "person.proportion", "0"}, "person.proportion", "too small"},
		{[]string{"nexmark.table", bid, "auction.proportion", "0"}, "auction.proportion", "too small"},
		{[]string{"nexmark.table", bid, "bid.proportion", "0"}, "bid.proportion", "no rows"},
		{[]string{"nexmark.table", bid, "bid.proportion", "9000000000000000000"}, "bid.proportion", "too large"},
		{[]string{"nexmark.table", bid, "bid.hot-ratio.auctions", "0"}, "bid.hot-ratio.auctions", "too small"},
		{[]string{"nexmark.table", bid, "bid.avg-size", "-1"}, "bid.avg-size", "not a valid size"},
		{[]string{"nexmark.table", bid, "bid.avg-size", "1gb"}, "bid.avg-size", "too large"},
		{[]string{"nexmark.table", bid, "partitions", "0"}, "partitions", "too small"},
		{[]string{"nexmark.table", bid, "partitions", "100000"}, "partitions", "too large"},
		{[]string{"nexmark.table", bid, "base-time", "yesterday"}, "base-time", "not a date and time"},
		{[]string{"nexmark.table", bid, "rate.shape", "ROUND"}, "rate.shape", "not one of SQUARE, SINE"},
		{[]string{"nexmark.table", bid, "max-emit-speed", "10"}, "max-emit-speed", "not a valid boolean"},
		{[]string{"nexmark.table", bid, "event.num", "10"}, "event.num", "unknown option"},
	} {
		_, problems := values(t, nil, c.options...)
		if len(problems) != 1 || problems[0].Key != c.key || !strings.Contains(problems[0].Msg, c.msg) {
			t.Errorf("%q: %+v", c.options, problems)
		}
	}
}

// TestColumns: the columns are those of the kind, in any order and number; others are refused with a hint.
func TestColumns(t *testing.T) {
	for _, c := range []struct {
		of, name string
		typ      sqltype.Type
		hint     string // "" = it may be declared
	}{
		{bid, "price", sqltype.BigIntType.Required(), ""},
		{bid, "dateTime", sqltype.TimestampLTZType(6), ""},
		{bid, "date_time", sqltype.TimestampType(3), `did you mean "dateTime"?`},
		{person, "price", sqltype.BigIntType, "emailAddress"},
		{auction, "reserve", sqltype.IntType, "declare it BIGINT"},
		{auction, "itemName", sqltype.Type{Kind: sqltype.Varchar, P: 10}, "declare it STRING"},
	} {
		_, problems := values(t, sqltype.Schema{{Name: c.name, Type: c.typ}}, "nexmark.table", c.of)
		switch {
		case c.hint == "" && len(problems) == 0:
		case len(problems) != 1 || problems[0].Column != c.name || !strings.Contains(problems[0].Hint, c.hint):
			t.Errorf("%s of %s: %+v", c.name, c.of, problems)
		}
	}
}

// BenchmarkBids measures the decoder alone, with all columns and with those of q5.
func BenchmarkBids(b *testing.B) {
	for _, c := range []struct {
		name    string
		columns []string
	}{
		{"all", []string{"auction", "bidder", "price", "channel", "url", "dateTime", "extra"}},
		{"q0", []string{"auction", "bidder", "price", "dateTime", "extra"}},
		{"q5", []string{"auction", "dateTime"}},
	} {
		b.Run(c.name, func(b *testing.B) { benchmark(b, bid, c.columns) })
	}
}

// BenchmarkOthers measures people and auctions.
func BenchmarkOthers(b *testing.B) {
	for _, of := range []string{person, auction} {
		var names []string
		for _, f := range all(of) {
			names = append(names, f.Name)
		}
		b.Run(of, func(b *testing.B) { benchmark(b, of, names) })
	}
}

func benchmark(b *testing.B, of string, names []string) {
	columns := all(of)
	c := format.Config{Schema: columns}
	for i, f := range columns {
		if slices.Contains(names, f.Name) {
			c.Used = append(c.Used, i)
		}
	}
	src := source(b, columns, "nexmark.table", of)
	decoders, err := src.(sources.Generating).Rows(c)
	if err != nil {
		b.Fatal(err)
	}
	f, err := src.Open(b.Context(), nil, sources.Scan{ChunkRows: 8192})
	if err != nil {
		b.Fatal(err)
	}
	dec, rows := decoders(), format.Rows{}
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		e, err := f.Next(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		dec.Decode(e.Chunk.Data, &rows)
		n += rows.Batch.N
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds()/1e6, "Mrows/s")
}
