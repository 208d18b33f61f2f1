package nexmark

import (
	"streamsql/internal/vec"
	"streamsql/sources/generator"
)

var bidColumns = []column{
	{"auction", number, 8, bidAuction},
	{"bidder", number, 8, bidBidder},
	{"price", number, 8, bidPrice},
	{"channel", text, 16, func(m *model, e *events, v *vec.Vec) { byChannel(m, e, v, shared().channels) }},
	{"url", text, 80, func(m *model, e *events, v *vec.Vec) { byChannel(m, e, v, shared().urls) }},
	{"dateTime", moment, 8, dateTime},
	{"extra", text, 0, bidExtra},
}

func bidAuction(m *model, e *events, v *vec.Vec) {
	out := vec.Of[int64](v)
	for i, id := range e.ids {
		last := m.lastAuction(e.round[i])
		if hot, rest := split(m.keys.auction.At(id), m.hotAuction); hot > 0 {
			out[i] = last/hotEvery*hotEvery + firstID
		} else {
			out[i] = someAuction(last, rest) + firstID
		}
	}
}

// bidBidder chooses the second of a hundred people as the hot one, so that it is not the hot seller, and adds the first
// id twice.
func bidBidder(m *model, e *events, v *vec.Vec) {
	out := vec.Of[int64](v)
	for i, id := range e.ids {
		last := m.lastPerson(e.round[i])
		if hot, rest := split(m.keys.bidder.At(id), m.hotBidder); hot > 0 {
			out[i] = last/hotEvery*hotEvery + 1 + 2*firstID
		} else {
			out[i] = somePerson(last, rest) + 2*firstID
		}
	}
}

func bidPrice(m *model, e *events, v *vec.Vec) {
	out, t := vec.Of[int64](v), shared()
	for i, id := range e.ids {
		out[i] = t.price(m.keys.price.At(id))
	}
}

// byChannel writes the name or the address of the channel of each bid.
func byChannel(m *model, e *events, v *vec.Vec, list []string) {
	buf := v.Bytes
	for i, id := range e.ids {
		at, rest := split(m.keys.channel.At(id), 2)
		if at == 1 {
			at = generator.Below(rest, uint64(len(hotChannels)))
		} else {
			at = uint64(len(hotChannels)) + generator.Below(rest, channels)
		}
		buf = append(buf, list[at]...)
		v.Off[i+1] = int32(len(buf))
	}
	v.Bytes = buf
}

// bidBytes is the size of a bid before its padding, as the original counts it.
const bidBytes = 4 * 8

func bidExtra(m *model, e *events, v *vec.Vec) {
	buf, t := v.Bytes, shared()
	for i, id := range e.ids {
		buf = append(buf, t.extra(m.keys.extra.At(id), bidBytes, m.size)...)
		v.Off[i+1] = int32(len(buf))
	}
	v.Bytes = buf
}
