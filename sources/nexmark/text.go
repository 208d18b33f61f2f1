package nexmark

import (
	"bytes"
	"math"
	"math/bits"
	"strconv"
	"sync"

	"streamsql/internal/elementary"
	"streamsql/sources/generator"
)

var (
	firstNames = []string{"Peter", "Paul", "Luke", "John", "Saul", "Vicky", "Kate", "Julie", "Sarah", "Deiter", "Walter"}
	lastNames  = []string{"Shultz", "Abrams", "Spencer", "White", "Bartels", "Walton", "Smith", "Jones", "Noris"}
	cities     = []string{"Phoenix", "Los Angeles", "San Francisco", "Boise", "Portland", "Bend", "Redmond", "Seattle",
		"Kent", "Cheyenne"}
	states      = []string{"AZ", "CA", "ID", "OR", "WA", "WY"}
	hotChannels = []string{"Google", "Facebook", "Baidu", "Apple"}
)

// channels is how many channels there are besides the hot ones.
const channels = 10_000

// table is the texts that many events share, the same for every seed.
type table struct {
	channels, urls []string // the hot ones first
	padding        []byte   // what extra is cut from
	prices         [priceSteps + 1]int64
}

// paddingBytes is the length of the padding.
const paddingBytes = 1 << 20

// shared makes the table when it is first needed.
var shared = sync.OnceValue(func() *table {
	t := &table{padding: make([]byte, paddingBytes)}
	key := generator.NewKey(0, "nexmark", "shared")
	urls, tagged, padding := key.Sub(0), key.Sub(1), key.Sub(2)
	for i := range len(hotChannels) + channels {
		url := append([]byte(nil), "https://www.nexmark.com/"...)
		k := urls.Sub(int64(i))
		for part := range int64(3) {
			url = append(word(url, k.Sub(part), 5, '_'), '/')
		}
		url = append(url, "item.htm?query=1"...)
		if i < len(hotChannels) {
			t.channels, t.urls = append(t.channels, hotChannels[i]), append(t.urls, string(url))
			continue
		}
		n := i - len(hotChannels)
		if generator.Below(tagged.At(int64(n)), 10) > 0 {
			id := int64(int32(bits.Reverse32(uint32(n))))
			url = strconv.AppendInt(append(url, "&channel_id="...), max(id, -id), 10)
		}
		t.channels, t.urls = append(t.channels, "channel-"+strconv.Itoa(n)), append(t.urls, string(url))
	}
	for i := range t.padding {
		t.padding[i] = 'a' + byte(generator.Below(padding.At(int64(i)), 26))
	}
	for i := range t.prices {
		t.prices[i] = int64(math.Round(elementary.Pow(10, 6*float64(i)/priceSteps) * 100 * (1 << priceBits)))
	}
	return t
})

// word appends a random text of 3 to most−1 characters, of which one in 13 is special; blanks at its ends go.
func word(dst []byte, k generator.Key, most uint64, special byte) []byte {
	begin := len(dst)
	var random uint64
	for i := range 3 + int64(generator.Below(k.At(0), most-3)) {
		if i%4 == 0 { // a random number has room for the choices of four characters
			random = k.At(1 + i/4)
		}
		var odd, letter uint64
		odd, random = split(random, 13)
		letter, random = split(random, 26)
		if odd == 0 {
			dst = append(dst, special)
		} else {
			dst = append(dst, 'a'+byte(letter))
		}
	}
	if special != ' ' {
		return dst
	}
	trimmed := bytes.TrimRight(dst[begin:], " ")
	trimmed = trimmed[:copy(trimmed, bytes.TrimLeft(trimmed, " "))]
	return dst[:begin+len(trimmed)]
}

// Prices are spread evenly over the logarithm: 100·10^(6u). The power is interpolated between steps, off by less than a
// millionth.
const (
	priceSteps = 1 << 12
	priceBits  = 20 // of the fraction in table.prices
)

// price maps a random number to a price.
func (t *table) price(random uint64) int64 {
	i := random >> (64 - 12)
	fraction := int64(random >> (64 - 12 - 24) & (1<<24 - 1))
	v := t.prices[i] + (t.prices[i+1]-t.prices[i])*fraction>>24
	return (v + 1<<(priceBits-1)) >> priceBits
}

// extra cuts the padding that brings an event of some size to the average size, give or take a fifth of what is left.
func (t *table) extra(random uint64, has, average int) []byte {
	missing := average - has
	if missing < 0 {
		return nil
	}
	spread := (missing + 2) / 5 // a fifth, rounded
	n := missing - spread
	if spread > 0 {
		var more uint64
		more, random = split(random, uint64(2*spread))
		n += int(more)
	}
	at := int(generator.Below(random, uint64(len(t.padding)-n)))
	return t.padding[at : at+n]
}
