package nexmark

import (
	"streamsql/internal/vec"
	"streamsql/sources/generator"
)

var auctionColumns = []column{
	{"id", number, 8, func(m *model, e *events, v *vec.Vec) { ids(m, e, v, m.people, m.auctions) }},
	{"itemName", text, 16, func(m *model, e *events, v *vec.Vec) {
		texts(e, v, func(dst []byte, id int64) []byte { return m.itemName(dst, id) })
	}},
	{"description", text, 56, func(m *model, e *events, v *vec.Vec) {
		texts(e, v, func(dst []byte, id int64) []byte { return m.description(dst, id) })
	}},
	{"initialBid", number, 8, func(m *model, e *events, v *vec.Vec) {
		out := vec.Of[int64](v)
		for i, id := range e.ids {
			out[i] = m.initialBid(id)
		}
	}},
	{"reserve", number, 8, func(m *model, e *events, v *vec.Vec) {
		out := vec.Of[int64](v)
		for i, id := range e.ids {
			out[i] = m.initialBid(id) + shared().price(m.keys.reserve.At(id))
		}
	}},
	{"dateTime", moment, 8, dateTime},
	{"expires", moment, 8, auctionExpires},
	{"seller", number, 8, auctionSeller},
	{"category", number, 8, func(m *model, e *events, v *vec.Vec) {
		out := vec.Of[int64](v)
		for i, id := range e.ids {
			out[i] = firstCategory + int64(generator.Below(m.keys.category.At(id), categories))
		}
	}},
	{"extra", text, 0, auctionExtra},
}

// ids are those of people or auctions, of which each round has share, after skip other events.
func ids(m *model, e *events, v *vec.Vec, skip, share int64) {
	out := vec.Of[int64](v)
	for i, id := range e.ids {
		out[i] = e.round[i]*share + id - e.round[i]*m.round - skip + firstID
	}
}

func (m *model) itemName(dst []byte, id int64) []byte { return word(dst, m.keys.item.Sub(id), 20, ' ') }

func (m *model) description(dst []byte, id int64) []byte {
	return word(dst, m.keys.description.Sub(id), 100, ' ')
}

func (m *model) initialBid(id int64) int64 { return shared().price(m.keys.price.At(id)) }

// auctionExpires is some time after the auction, on average when the next hundred auctions have been opened.
func auctionExpires(m *model, e *events, v *vec.Vec) {
	ahead := openAuctions * m.round / m.auctions
	out := vec.Of[int64](v)
	for i, id := range e.ids {
		now, then := m.times(id-e.part.first).base, m.times(id-e.part.first+ahead).base
		length := max(2*(then-now), 1)
		out[i] = 1000 * (now + 1 + int64(generator.Below(m.keys.expires.At(id), uint64(length))))
	}
	cut(out, v.Type.P)
}

func auctionSeller(m *model, e *events, v *vec.Vec) {
	out := vec.Of[int64](v)
	for i, id := range e.ids {
		last := m.lastPerson(e.round[i])
		if hot, rest := split(m.keys.seller.At(id), m.hotSeller); hot > 0 {
			out[i] = last/hotEvery*hotEvery + firstID
		} else {
			out[i] = somePerson(last, rest) + firstID
		}
	}
}

func auctionExtra(m *model, e *events, v *vec.Vec) {
	var scratch []byte
	texts(e, v, func(dst []byte, id int64) []byte {
		scratch = m.description(m.itemName(scratch[:0], id), id)
		return append(dst, shared().extra(m.keys.extra.At(id), 6*8+len(scratch), m.size)...)
	})
}
