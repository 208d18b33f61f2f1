package javaregex

import (
	"fmt"
	"unicode"
)

// The predefined classes. Java has them ASCII without the flag U, which is refused.
var (
	digits   = set{{'0', '9'}}
	words    = set{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}
	spaces   = set{{'\t', '\r'}, {' ', ' '}}
	blanks   = chars("\t \u00a0\u1680\u180e\u202f\u205f\u3000").union(set{{0x2000, 0x200a}})
	vertical = chars("\n\v\f\r\u0085\u2028\u2029")
	lineEnds = chars("\n\r\u0085\u2028\u2029")
)

var predefined = map[rune]set{
	'd': digits, 'D': digits.negate(), 'w': words, 'W': words.negate(), 's': spaces, 'S': spaces.negate(),
	'h': blanks, 'H': blanks.negate(), 'v': vertical, 'V': vertical.negate(),
}

var edges = map[rune]edge{'A': textStart, 'z': textEnd, 'b': wordEdge, 'B': noWordEdge}

// unsupported is the escapes that Java knows and no automaton, or no two versions of Java, read alike.
var unsupported = map[rune]struct{ name, hint string }{
	'G': {`\G, the end of the previous match,`, ""},
	'X': {`\X, a grapheme,`, `\P{M}\p{M}* is nearly the same`},
	'N': {`\N{…}, a character by its name,`, `write the character, or \x{…}`},
	'k': {`\k<…>, a back-reference,`, "compare the groups in SQL: take each with REGEXP_EXTRACT"},
}

// escaped reads what follows a backslash outside of a class.
func (p *parser) escaped() *node {
	start := p.i - 1
	if !p.more() {
		p.fail(start, "the pattern ends with a backslash", `write \\`)
		return nil
	}
	c := p.toks[p.i].r
	if e, ok := edges[c]; ok {
		if p.i++; c == 'b' && p.is('{') {
			p.fail(start, `\b{…} is not supported`, "")
		}
		return &node{op: opEdge, at: e}
	}
	switch {
	case c == 'Z':
		p.i++
		if p.flags&unixLines != 0 {
			return &node{op: opEdge, at: lastNewline}
		}
		return &node{op: opEdge, at: lastLineEnd}
	case c == 'R':
		p.i++
		crlf := &node{op: opCat, subs: []*node{{op: opSet, set: one('\r')}, {op: opSet, set: one('\n')}}}
		return &node{op: opAlt, subs: []*node{crlf, {op: opSet, set: vertical}}, lineBreak: true}
	case c >= '1' && c <= '9':
		p.fail(start, fmt.Sprintf(`back-references such as \%c are not supported`, c),
			"compare the groups in SQL: take each with REGEXP_EXTRACT")
		return nil
	}
	if s, ok := p.escapedSet(); ok {
		return &node{op: opSet, set: s}
	}
	return p.literal(p.escapedChar())
}

// escapedSet reads an escape that is a class, inside and outside of brackets.
func (p *parser) escapedSet() (s set, ok bool) {
	c := p.toks[p.i].r
	if s, ok = predefined[c]; ok {
		p.i++
		return s, true
	}
	if c == 'p' || c == 'P' {
		p.i++
		s = p.property()
		if c == 'P' {
			s = s.negate()
		}
		return s, true
	}
	return nil, false
}

var controls = map[rune]rune{'t': '\t', 'n': '\n', 'r': '\r', 'f': '\f', 'a': '\a', 'e': 0x1b}

// escapedChar reads an escape that is one character.
func (p *parser) escapedChar() rune {
	start := p.i - 1
	c := p.toks[p.i].r
	p.i++
	if u, ok := unsupported[c]; ok {
		p.fail(start, u.name+" is not supported", u.hint)
		return 0
	}
	if r, ok := controls[c]; ok {
		return r
	}
	switch {
	case c == 'c':
		if !p.more() {
			p.fail(start, `\c must be followed by a character`, "")
			return 0
		}
		p.i++
		return p.toks[p.i-1].r ^ 64
	case c == '0':
		return p.octal(start)
	case c == 'x' && p.is('{'):
		return p.braced(start)
	case c == 'x':
		return p.hex(start, 2)
	case c == 'u':
		return p.utf16(start)
	case isASCIILetterOrDigit(c):
		p.fail(start, fmt.Sprintf(`\%c is not known`, c), "")
	}
	return c
}

// octal reads one digit to three; of three the first is at most 3.
func (p *parser) octal(start int) (v rune) {
	n := 0
	for ; n < 3 && p.more() && v <= 0o37; n++ {
		d := p.toks[p.i].r
		if d < '0' || d > '7' || p.toks[p.i].quoted {
			break
		}
		v = v*8 + d - '0'
		p.i++
	}
	if n == 0 {
		p.fail(start, `\0 must be followed by octal digits`, "")
	}
	return v
}

func (p *parser) hex(start, n int) (v rune) {
	for range n {
		d := p.hexDigit()
		if d < 0 {
			p.fail(start, fmt.Sprintf("the escape needs %d hexadecimal digits", n), "")
			return 0
		}
		v = v*16 + d
	}
	return v
}

// hexDigit passes a digit; it is −1 when there is none.
func (p *parser) hexDigit() rune {
	if !p.more() || p.toks[p.i].quoted {
		return -1
	}
	c := p.toks[p.i].r
	switch {
	case c >= '0' && c <= '9':
		c -= '0'
	case c >= 'a' && c <= 'f':
		c -= 'a' - 10
	case c >= 'A' && c <= 'F':
		c -= 'A' - 10
	default:
		return -1
	}
	p.i++
	return c
}

// braced reads {h…}.
func (p *parser) braced(start int) (v rune) {
	p.i++
	n := 0
	for d := p.hexDigit(); d >= 0; d = p.hexDigit() {
		v, n = min(v*16+d, unicode.MaxRune+1), n+1
	}
	if n == 0 || v > unicode.MaxRune || !p.take('}') {
		p.fail(start, `\x{…} holds hexadecimal digits, at most 10FFFF`, "")
		return 0
	}
	return p.whole(start, v)
}

// utf16 reads hhhh; two surrogates are one character.
func (p *parser) utf16(start int) rune {
	v := p.hex(start, 4)
	if v >= 0xd800 && v < 0xdc00 && p.follows(`\u`) {
		p.i += 2
		low := p.hex(start, 4)
		if low >= 0xdc00 && low < 0xe000 {
			return (v-0xd800)<<10 | (low - 0xdc00) + 0x10000
		}
	}
	return p.whole(start, v)
}

func (p *parser) whole(start int, v rune) rune {
	if v >= 0xd800 && v < 0xe000 {
		p.fail(start, "half of a surrogate pair is not a character", `write \x{…} with the whole code point`)
	}
	return v
}
