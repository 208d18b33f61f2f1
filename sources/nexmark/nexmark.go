// Package nexmark makes the events of the Nexmark benchmark: people who open auctions and bid in them, as the Nexmark
// connector for Flink makes them, with its options. Connector name: nexmark.
//
// That connector draws from an unseeded generator and begins at the present time; here every value is a function of
// 'seed' and the event's number, and times begin at 'base-time' (both ours), so the events are the same in every run,
// on every machine and after every restart. A test holds a digest of them.
//
// # Tables
//
// The connector has one table of nested columns with all events. Here 'nexmark.table' chooses one kind of them, with
// its columns side by side; a query declares a table for each kind that it reads. With the same options they fit each
// other: the bids are for the auctions, the auctions are of the people.
//
//	person   id, name, emailAddress, creditCard, city, state, dateTime, extra
//	auction  id, itemName, description, initialBid, reserve, dateTime, expires, seller, category, extra
//	bid      auction, bidder, price, channel, url, dateTime, extra
//
// # Events
//
// Of every 50 events the first is a person, three are auctions, 46 are bids (person.proportion and its like). Event n
// of a partition has the time base-time + n/rate, in milliseconds: events are in order. Ids count from 1000. A bid goes
// to a hot auction, the first of the last hundred, or to one of the last 100 opened and the 10 next; bidders and
// sellers are chosen likewise among the last 1000 people. Prices are spread evenly over the orders of magnitude from
// 100 to 10⁸. Half of the bids come by one of four channels, the others by one of 10,000.
//
// The ids of bidders are 1000 above those of people, a mistake of the original that results depend on.
//
// # Partitions
//
// 'partitions' (ours) takes the place of the original's parallelism: each partition has event numbers of its own, an
// equal range of them, and they all run through the same time, each at its share of the rate.
//
//	model.go   which event a row is, its time, and whom it may name
//	text.go    names, channels, padding
//	person.go, auction.go, bid.go   the columns of each kind
//	column.go  columns by name; the decoder
package nexmark

import (
	"fmt"
	"hash/fnv"
	"math"
	"time"

	"streamsql/internal/option"
	"streamsql/internal/sqltype"
	"streamsql/sources"
	"streamsql/sources/generator"
)

// The options.
const (
	keyTable      = "nexmark.table"
	keyRate       = "first-event.rate"
	keyNextRate   = "next-event.rate"
	keyShape      = "rate.shape"
	keyPeriod     = "rate.period"
	keyLimited    = "rate.limited"
	keyEvents     = "events.num"
	keyStop       = "stop-at"
	keyAlive      = "keep-alive"
	keyMaxSpeed   = "max-emit-speed"
	keyPersons    = "person.proportion"
	keyAuctions   = "auction.proportion"
	keyBids       = "bid.proportion"
	keyPersonSize = "person.avg-size"
	keyAuctSize   = "auction.avg-size"
	keyBidSize    = "bid.avg-size"
	keyHotAuction = "bid.hot-ratio.auctions"
	keyHotBidder  = "bid.hot-ratio.bidders"
	keyHotSeller  = "auction.hot-ratio.sellers"
	keySeed       = "seed"
	keyBase       = "base-time"
	keyPartitions = "partitions"
)

// Declaration is the connector as the planner knows it. Defaults are those of the Nexmark connector.
var Declaration = sources.Declaration{
	Name: "nexmark",
	Options: option.Set{
		{Key: keyTable, Kind: option.Enum, Values: []string{person, auction, bid}, Required: true,
			Doc: "Which events the table has: person, auction or bid, each with its own columns."},
		{Key: keyRate, Kind: option.Int, Default: "10000", Min: 1,
			Doc: "Events per second of event time, and of the clock unless max-emit-speed is true."},
		{Key: keyNextRate, Kind: option.Int, Default: "10000", Min: 1, Doc: none},
		{Key: keyShape, Kind: option.Enum, Values: []string{"SQUARE", "SINE"}, Default: "SQUARE", Doc: none},
		{Key: keyPeriod, Kind: option.Duration, Default: "600 s", Doc: none},
		{Key: keyLimited, Kind: option.Bool, Default: "false", Doc: none},
		{Key: keyEvents, Kind: option.Int, Default: "0", Doc: "Events of all kinds; 0 is without end."},
		{Key: keyStop, Kind: option.Int, Default: "-1", Min: -1,
			Doc: "Events after which the table ends, if events.num does not end it before; -1 is none."},
		{Key: keyAlive, Kind: option.Bool, Default: "false",
			Doc: "Keeps the table open after its last event, so that the query does not end."},
		{Key: keyMaxSpeed, Kind: option.Bool, Default: "true",
			Doc: "Gives events as fast as they are taken; false: at their rate."},
		{Key: keyPersons, Kind: option.Int, Default: "1", Min: 1, Doc: "People among the events of a round."},
		{Key: keyAuctions, Kind: option.Int, Default: "3", Min: 1, Doc: "Auctions among the events of a round."},
		{Key: keyBids, Kind: option.Int, Default: "46", Doc: "Bids among the events of a round."},
		{Key: keyPersonSize, Kind: option.Bytes, Default: "200b", Doc: "Size of a person, in characters, on average."},
		{Key: keyAuctSize, Kind: option.Bytes, Default: "500b", Doc: "Size of an auction, in characters, on average."},
		{Key: keyBidSize, Kind: option.Bytes, Default: "100b", Doc: "Size of a bid, in characters, on average."},
		{Key: keyHotAuction, Kind: option.Int, Default: "2", Min: 1,
			Doc: "One bid in so many is not for a hot auction."},
		{Key: keyHotBidder, Kind: option.Int, Default: "4", Min: 1, Doc: "One bid in so many is not by a hot bidder."},
		{Key: keyHotSeller, Kind: option.Int, Default: "4", Min: 1,
			Doc: "One auction in so many is not by a hot seller."},
		{Key: keySeed, Kind: option.Int, Default: "0", Doc: "Another number gives other events."},
		{Key: keyBase, Kind: option.String, Default: "2015-07-15 00:00:00", Doc: "Time of the first event, in UTC."},
		{Key: keyPartitions, Kind: option.Int, Default: "1", Min: 1,
			Doc: "Partitions, each with events and a watermark of its own."},
	},
	Bounded: func(v option.Values) bool { return total(v) != generator.Endless && !v.Bool(keyAlive) },
	Check:   check,
	Doc:     "Makes the events of the Nexmark benchmark, the same in every run.",
}

// none is said of options that the Nexmark connector takes and does not look at.
const none = "Has no effect, as in the Nexmark connector: the rate does not change."

// The bounds of options that no use needs, and beyond which numbers would overflow.
const (
	mostRate       = 1_000_000_000
	mostEvents     = 1_000_000_000_000_000
	mostProportion = 1_000_000
	mostRatio      = 1_000_000
	mostPartitions = 1024
	mostSize       = 256 << 10
)

// total is how many events there are.
func total(v option.Values) int64 {
	n := int64(generator.Endless)
	if v.Int(keyEvents) > 0 {
		n = v.Int(keyEvents)
	}
	if stop := v.Int(keyStop); stop >= 0 {
		n = min(n, stop)
	}
	return n
}

// check finds what is wrong with options, and columns that the kind of event does not have.
func check(v option.Values, columns sqltype.Schema) []option.Problem {
	var out []option.Problem
	fault := func(key, hint, format string, args ...any) {
		out = append(out, option.Problem{Key: key, Hint: hint,
			Msg: fmt.Sprintf("option %q: ", key) + fmt.Sprintf(format, args...)})
	}
	for _, most := range []struct {
		key string
		n   int64
	}{
		{keyRate, mostRate}, {keyNextRate, mostRate}, {keyEvents, mostEvents}, {keyStop, mostEvents},
		{keyPersons, mostProportion}, {keyAuctions, mostProportion}, {keyBids, mostProportion},
		{keyHotAuction, mostRatio}, {keyHotBidder, mostRatio}, {keyHotSeller, mostRatio},
		{keyPartitions, mostPartitions},
	} {
		if n := v.Int(most.key); n > most.n {
			fault(most.key, "", "%d is too large: the most is %d", n, most.n)
		}
	}
	for _, key := range []string{keyPersonSize, keyAuctSize, keyBidSize} {
		if v.Bytes(key) > mostSize {
			fault(key, "", "%s is too large: the most is %d", v.String(key), mostSize)
		}
	}
	if _, err := baseTime(v); err != nil {
		fault(keyBase, "write it like 2026-01-31 12:00:00", "%q is not a date and time", v.String(keyBase))
	}
	if v.Int(keyBids) == 0 && v.String(keyTable) == bid {
		fault(keyBids, "", "with 0 the table has no rows")
	}
	return append(out, checkColumns(v.String(keyTable), columns)...)
}

// baseTime is the time of the first event.
func baseTime(v option.Values) (time.Time, error) {
	var out time.Time
	var err error
	for _, layout := range []string{"2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02T15:04:05Z", "2006-01-02"} {
		if out, err = time.ParseInLocation(layout, v.String(keyBase), time.UTC); err == nil {
			return out, nil
		}
	}
	return out, err
}

// New implements sources.Factory.
func New(table string, v option.Values, _ string) (sources.Source, error) {
	m := newModel(v)
	spec := generator.Spec{
		Table: table, Connector: Declaration.Name, Of: digest(v), Unpaced: v.Bool(keyMaxSpeed), KeepAlive: v.Bool(keyAlive),
		Pace:     generator.Pace{Rows: m.rate * m.kind.share(m), Per: m.round * int64(len(m.parts))},
		RowBytes: m.rowBytes,
		Rows:     m.decoders,
	}
	for i := range m.parts {
		spec.Ends = append(spec.Ends, m.rows(i))
	}
	return generator.New(spec), nil
}

var _ sources.Factory = New

// digest names what decides the events.
func digest(v option.Values) string {
	h := fnv.New64a()
	fmt.Fprintf(h, "1 %s %s", v.String(keyTable), v.String(keyBase))
	for _, key := range []string{keyRate, keyEvents, keyPersons, keyAuctions, keyBids, keyHotAuction, keyHotBidder,
		keyHotSeller, keySeed, keyPartitions} {
		fmt.Fprintf(h, " %d", v.Int(key))
	}
	for _, key := range []string{keyPersonSize, keyAuctSize, keyBidSize} {
		fmt.Fprintf(h, " %d", v.Bytes(key))
	}
	return fmt.Sprintf("%016x", h.Sum64())
}

// partEvents is how many event numbers a partition has, in the way of the original: one without end has room for as
// many bytes as a counter counts.
func partEvents(v option.Values, round, parts int64) (each, last int64) {
	n := v.Int(keyEvents)
	if n == 0 {
		n = math.MaxInt64 / (round * max(v.Bytes(keyPersonSize), v.Bytes(keyAuctSize), v.Bytes(keyBidSize), 1))
	}
	each = n / parts
	return each, n - each*(parts-1)
}
