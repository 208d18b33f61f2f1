package nexmark

import (
	"streamsql/internal/vec"
	"streamsql/sources/generator"
)

var personColumns = []column{
	{"id", number, 8, func(m *model, e *events, v *vec.Vec) { ids(m, e, v, 0, m.people) }},
	{"name", text, 16, personText((*model).name)},
	{"emailAddress", text, 16, personText((*model).email)},
	{"creditCard", text, 24, personText((*model).card)},
	{"city", text, 16, personText((*model).city)},
	{"state", text, 6, personText((*model).state)},
	{"dateTime", moment, 8, dateTime},
	{"extra", text, 0, personExtra},
}

func personText(write func(m *model, dst []byte, id int64) []byte) func(*model, *events, *vec.Vec) {
	return func(m *model, e *events, v *vec.Vec) {
		texts(e, v, func(dst []byte, id int64) []byte { return write(m, dst, id) })
	}
}

func (m *model) name(dst []byte, id int64) []byte {
	first, rest := split(m.keys.name.At(id), uint64(len(firstNames)))
	last := generator.Below(rest, uint64(len(lastNames)))
	return append(append(append(dst, firstNames[first]...), ' '), lastNames[last]...)
}

func (m *model) email(dst []byte, id int64) []byte {
	k := m.keys.email.Sub(id)
	dst = append(word(dst, k.Sub(0), 7, ' '), '@')
	return append(word(dst, k.Sub(1), 5, ' '), ".com"...)
}

// card is four groups of four digits.
func (m *model) card(dst []byte, id int64) []byte {
	n := m.keys.card.At(id)
	var digit uint64
	for i := range 16 {
		if i > 0 && i%4 == 0 {
			dst = append(dst, ' ')
		}
		digit, n = split(n, 10)
		dst = append(dst, '0'+byte(digit))
	}
	return dst
}

func (m *model) city(dst []byte, id int64) []byte {
	return append(dst, cities[generator.Below(m.keys.city.At(id), uint64(len(cities)))]...)
}

func (m *model) state(dst []byte, id int64) []byte {
	return append(dst, states[generator.Below(m.keys.state.At(id), uint64(len(states)))]...)
}

func personExtra(m *model, e *events, v *vec.Vec) {
	var scratch []byte
	texts(e, v, func(dst []byte, id int64) []byte {
		scratch = m.state(m.city(m.card(m.email(m.name(scratch[:0], id), id), id), id), id)
		return append(dst, shared().extra(m.keys.extra.At(id), 8+len(scratch), m.size)...)
	})
}
