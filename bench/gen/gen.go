// Package gen makes bids in the proportions of the Nexmark benchmark, deterministically: the same Config gives the same
// bytes on every machine and in every version. Changing what it writes invalidates recorded figures.
//
// The load is a stream of events of which, in each 50, one is a person, three are auctions and 46 are bids; only the
// bids are written. Events are 1/Rate apart in event time.
//
//	auction   one half are for the hot auction, which changes with every 100 auctions (about 1,667 events); the rest are
//	          spread over the last 100
//	bidder    three quarters come from the hot bidder, which changes with every 100 people (5,000 events); the rest are
//	          spread over the last 1,000
//	channel   one half are one of four, the rest are one of 10,000; nine of ten urls of these name the channel
//	price     evenly spread over six orders of magnitude, 100 to 99,999,999
//
// At the default rate of 10,000 events a second, 5 M events are 4.6 M bids over 500 s: 50 windows of 10 s with about
// 9,900 channels each. Bids are in order unless Disorder says otherwise.
package gen

import (
	"time"
)

// Config says which bids are made. The zero value of a field is its default.
type Config struct {
	Seed     uint64
	Rate     int64         // events per second of event time; 10,000
	Start    time.Time     // event time of the first event; 2026-01-01 00:00 UTC
	Disorder time.Duration // bids come up to this much after later ones; 0
	Late     int64         // one bid in this many is late, by 20 to 40 s, after the first 40 s; 0 = none
}

// Bid is one bid.
type Bid struct {
	Auction, Bidder, Price int64
	Channel                string
	Time                   int64 // ms since 1970
}

// Generator makes bids one after another. Not safe for concurrent use.
type Generator struct {
	cfg   Config
	start int64 // µs since 1970
	next  int64 // number of the next bid
	names []channel
	days  map[int64]string
}

// channel is what is known about a channel beforehand: its name and url, as they are written in a JSON string.
type channel struct{ name, url string }

// The proportions.
const (
	perEpoch   = 50 // events
	persons    = 1
	auctions   = 3
	bids       = perEpoch - persons - auctions
	firstID    = 1000
	hotEvery   = 100 // auctions, people
	inFlight   = 100
	active     = 1000
	channels   = 10_000
	hotChannel = 4

	// What brings a bid to about 195 bytes.
	extraShortest = 12
	extraSpread   = 10
)

// New makes a generator whose next bid is the first.
func New(cfg Config) *Generator {
	if cfg.Rate <= 0 {
		cfg.Rate = 10_000
	}
	if cfg.Start.IsZero() {
		cfg.Start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	g := &Generator{cfg: cfg, start: cfg.Start.UnixMicro(), days: map[int64]string{}}
	for _, name := range [hotChannel]string{"apple", "google", "facebook", "baidu"} {
		g.names = append(g.names, channel{name, "https://www.nexmark.com/" + name + "/item.htm?query=1"})
	}
	for i := range int64(channels) {
		g.names = append(g.names, newChannel(i))
	}
	return g
}

func newChannel(i int64) channel {
	r := random(mix(uint64(i) ^ 0xc4a11e15))
	url := "https://www.nexmark.com/" + string(r.appendWord(nil, 4)) + "/item.htm?query=1"
	if r.below(10) != 0 {
		url += "&channel_id=" + digits(int64(r.below(1_000_000)))
	}
	return channel{"channel-" + digits(i), url}
}

// Next makes the next bid.
func (g *Generator) Next() Bid {
	b, _, _ := g.make()
	return b
}

// make makes the next bid; the channel's number and a source of further randomness go with it.
func (g *Generator) make() (b Bid, ch int, r random) {
	k := g.next
	g.next++
	r = random(mix(uint64(k)*0x9e3779b97f4a7c15 ^ mix(g.cfg.Seed)))
	epoch := k / bids
	event := epoch*perEpoch + persons + auctions + k%bids

	last := epoch*auctions + auctions - 1
	if r.below(2) == 0 {
		b.Auction = last / hotEvery * hotEvery
	} else {
		b.Auction = max(last-int64(r.below(inFlight)), 0)
	}
	person := epoch
	if r.below(4) != 0 {
		b.Bidder = person/hotEvery*hotEvery + 1
	} else {
		b.Bidder = max(person-int64(r.below(active)), 0)
	}
	b.Auction += firstID
	b.Bidder += firstID
	b.Price = r.price()
	if r.below(2) == 0 {
		ch = int(r.below(hotChannel))
	} else {
		ch = hotChannel + int(r.below(channels))
	}
	b.Channel = g.names[ch].name

	at := g.start + event*1_000_000/g.cfg.Rate
	if d := g.cfg.Disorder.Microseconds(); d > 0 {
		at -= int64(r.below(uint64(d)))
	}
	if g.cfg.Late > 0 && k%g.cfg.Late == g.cfg.Late-1 && at > g.start+40_000_000 {
		at -= 20_000_000 + int64(r.below(20_000_000))
	}
	b.Time = max(at, g.start) / 1000
	return b, ch, r
}

// Append writes the next n bids as JSON lines.
func (g *Generator) Append(dst []byte, n int64) []byte {
	for range n {
		b, ch, r := g.make()
		dst = appendInt(append(dst, `{"auction":`...), b.Auction)
		dst = appendInt(append(dst, `,"bidder":`...), b.Bidder)
		dst = appendInt(append(dst, `,"price":`...), b.Price)
		dst = append(append(dst, `,"channel":"`...), g.names[ch].name...)
		dst = append(append(dst, `","url":"`...), g.names[ch].url...)
		dst = g.appendTime(append(dst, `","dateTime":"`...), b.Time)
		dst = r.appendWord(append(dst, `","extra":"`...), extraShortest+r.below(extraSpread))
		dst = append(dst, '"', '}', '\n')
	}
	return dst
}

// appendTime writes 2026-01-01T00:00:00.123.
func (g *Generator) appendTime(dst []byte, ms int64) []byte {
	second, frac := ms/1000, ms%1000
	text, ok := g.days[second]
	if !ok {
		if len(g.days) > 1000 {
			clear(g.days)
		}
		text = time.Unix(second, 0).UTC().Format("2006-01-02T15:04:05")
		g.days[second] = text
	}
	return append(append(dst, text...), '.', byte('0'+frac/100), byte('0'+frac/10%10), byte('0'+frac%10))
}
