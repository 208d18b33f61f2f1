package nexmark

import (
	"math/bits"

	"streamsql/internal/option"
	"streamsql/sources/generator"
)

// The fixed numbers of the original.
const (
	firstID       = 1000 // of people and auctions
	firstCategory = 10
	categories    = 5
	activePeople  = 1000 // who may bid and sell
	openAuctions  = 100  // that may be bid for
	lead          = 10   // ids that may be named before they exist
	hotEvery      = 100  // one in so many auctions, bidders, sellers is hot
)

// model is a table's events. Safe for concurrent use once it is made.
type model struct {
	kind kind
	// A round of events: people, then auctions, then bids.
	people, auctions, bids, round int64

	rate  int64
	base  int64 // ms
	parts []part

	hotAuction, hotBidder, hotSeller uint64
	size                             int // of an event of the kind

	keys keys
}

// part is one partition: the event numbers first … first+events−1.
type part struct {
	first, events int64
	before        int64 // events of the table's kind with lower numbers
	stop          int64 // events that are given: events, or fewer
}

// keys are the streams of random numbers, one for each thing that is chosen.
type keys struct {
	auction, bidder, price, channel, extra generator.Key
	name, email, card, city, state         generator.Key
	item, description, reserve, seller     generator.Key
	category, expires                      generator.Key
}

func newModel(v option.Values) *model {
	m := &model{
		kind: kinds[v.String(keyTable)], people: v.Int(keyPersons), auctions: v.Int(keyAuctions), bids: v.Int(keyBids),
		rate: v.Int(keyRate), hotAuction: uint64(v.Int(keyHotAuction)), hotBidder: uint64(v.Int(keyHotBidder)),
		hotSeller: uint64(v.Int(keyHotSeller)),
	}
	m.size = int(v.Bytes(m.kind.sizeKey))
	m.round = m.people + m.auctions + m.bids
	base, _ := baseTime(v) // check has read it
	m.base = base.UnixMilli()
	parts, stop := v.Int(keyPartitions), v.Int(keyStop)
	each, last := partEvents(v, m.round, parts)
	for i := range parts {
		p := part{first: i * each, events: each, stop: generator.Endless}
		if i == parts-1 {
			p.events = last
		}
		if v.Int(keyEvents) > 0 {
			p.stop = p.events
		}
		if stop >= 0 {
			share := stop / parts
			if i == parts-1 {
				share = stop - share*(parts-1)
			}
			p.stop = min(p.stop, share)
		}
		p.before = m.rank(p.first)
		m.parts = append(m.parts, p)
	}
	key := func(name string) generator.Key { return generator.NewKey(v.Int(keySeed), "nexmark", name) }
	m.keys = keys{
		auction: key("auction"), bidder: key("bidder"), price: key("price"), channel: key("channel"), extra: key("extra"),
		name: key("name"), email: key("emailAddress"), card: key("creditCard"), city: key("city"), state: key("state"),
		item: key("itemName"), description: key("description"), reserve: key("reserve"), seller: key("seller"),
		category: key("category"), expires: key("expires"),
	}
	return m
}

// rank is how many events of the kind have numbers below event.
func (m *model) rank(event int64) int64 {
	share, from := m.kind.share(m), m.kind.from(m)
	return event/m.round*share + min(max(event%m.round-from, 0), share)
}

// rows is how many rows a partition has.
func (m *model) rows(i int) int64 {
	p := m.parts[i]
	if p.stop == generator.Endless {
		return generator.Endless
	}
	return m.rank(p.first+p.stop) - p.before
}

// events are the numbers of a span's rows.
type events struct {
	part  part
	ids   []int64
	round []int64 // ids / model.round
}

// of fills e for a span.
func (e *events) of(m *model, s generator.Span) {
	e.part = m.parts[s.Partition]
	e.ids, e.round = e.ids[:0], e.round[:0]
	if s.From == s.To {
		return
	}
	share, from := m.kind.share(m), m.kind.from(m)
	row := e.part.before + s.From
	round, at := row/share, row%share
	for range s.Rows() {
		e.ids, e.round = append(e.ids, round*m.round+from+at), append(e.round, round)
		if at++; at == share {
			round, at = round+1, 0
		}
	}
}

// timeline gives the times of the events of one partition from one of them on.
type timeline struct {
	event, base int64 // of the first
	rest        int64 // of its division
	step, rate  int64 // step/rate ms from event to event
}

// times begins at event number n of a partition.
func (m *model) times(n int64) timeline {
	t := timeline{event: n, step: 1000 * int64(len(m.parts)), rate: m.rate}
	hi, lo := bits.Mul64(uint64(n), uint64(t.step))
	// The quotient fits: check allows 10¹⁵ events, and partitions that make the step longer have fewer each.
	q, r := bits.Div64(hi%uint64(t.rate), lo, uint64(t.rate))
	t.base, t.rest = m.base+int64(q), int64(r)
	return t
}

// at is the time of event n of the partition, in ms since 1970. It moves the line there; n must not go back.
func (t *timeline) at(n int64) int64 {
	t.rest += (n - t.event) * t.step
	t.event = n
	// Most events have the time of the one before: the division is left out for them.
	if t.rest >= t.rate {
		t.base += t.rest / t.rate
		t.rest %= t.rate
	}
	return t.base
}

// split takes a number below n out of a random number, and leaves one to go on with.
func split(random, n uint64) (below, rest uint64) { return bits.Mul64(random, n) }

// lastPerson is the newest person, counted from 0, when an auction or a bid of a round happens.
func (m *model) lastPerson(round int64) int64 { return round*m.people + m.people - 1 }

// lastAuction is the newest auction, counted from 0, when a bid of a round happens.
func (m *model) lastAuction(round int64) int64 { return round*m.auctions + m.auctions - 1 }

// somePerson is one of the active people or of those to come.
func somePerson(last int64, random uint64) int64 {
	people := last + 1
	active := min(people, activePeople)
	return people - active + int64(generator.Below(random, uint64(active+lead)))
}

// someAuction is one of the open auctions or of those to come.
func someAuction(last int64, random uint64) int64 {
	least := max(last-openAuctions, 0)
	return least + int64(generator.Below(random, uint64(last-least+1+lead)))
}
