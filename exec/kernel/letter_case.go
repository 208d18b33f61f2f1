package kernel

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"

	"streamsql/internal/vec"
)

// fullCase is changeCase with Unicode's full mapping beyond ASCII, of no language in particular: one character may
// become several (ß → SS, ﬁ → FI), and a Σ at the end of a word becomes ς.
func fullCase(from, to byte, of func(language.Tag, ...cases.Option) cases.Caser) func() body {
	return func() body {
		c := of(language.Und)
		return changeCase(from, to, func(dst, s []byte) []byte { return appendCase(dst, s, c) })
	}
}

// appendCase appends the mapped text. It asks for room for the longest growth that a character has, twofold in bytes
// and more for short texts, so that the transformation never stops half way.
func appendCase(dst, s []byte, c cases.Caser) []byte {
	dst = slices.Grow(dst, 3*len(s)+utf8.UTFMax)
	c.Reset()
	n, _, _ := c.Transform(dst[len(dst):cap(dst)], s, true)
	return dst[:len(dst)+n]
}

// initcapBody maps word by word; a word is a run of letters, marks and digits.
func initcapBody() body {
	lower, title := cases.Lower(language.Und), cases.Title(language.Und, cases.NoLower)
	var word, first []byte
	return func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
		x := textsOf(args[0])
		return textResult(out, live, func(dst []byte, i int) ([]byte, bool, *RowError) {
			for s := x.at(i); len(s) > 0; {
				n := runLength(s, false)
				dst, s = append(dst, s[:n]...), s[n:]
				if n = runLength(s, true); n == 0 {
					continue
				}
				// The word is lowered as a whole, since a Σ looks at its neighbours; then its head is exchanged.
				_, head := utf8.DecodeRune(s)
				word = appendCase(word[:0], s[:n], lower)
				first = appendCase(first[:0], s[:head], lower)
				dst = append(appendCase(dst, s[:head], title), word[min(len(first), len(word)):]...)
				s = s[n:]
			}
			return dst, true, nil
		})
	}
}

// runLength is the number of bytes at the start of s that belong to words, or that do not.
func runLength(s []byte, words bool) int {
	at := 0
	for at < len(s) {
		r, n := utf8.DecodeRune(s[at:])
		if (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)) != words {
			break
		}
		at += n
	}
	return at
}
