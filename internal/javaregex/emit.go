package javaregex

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// re2 is n in RE2's syntax. It means the same on every text that the caller hands to Go's regexp; see Regexp.
func re2(n *node) string {
	var b strings.Builder
	emit(&b, n)
	return b.String()
}

// emit writes n so that it can be part of a sequence.
func emit(b *strings.Builder, n *node) {
	switch n.op {
	case opEmpty:
		b.WriteString("(?:)")
	case opSet:
		b.WriteString(setText(n.set))
	case opCat:
		for _, s := range n.subs {
			emit(b, s)
		}
	case opAlt:
		b.WriteString("(?:")
		for i, s := range n.subs {
			if i > 0 {
				b.WriteByte('|')
			}
			emit(b, s)
		}
		b.WriteByte(')')
	case opGroup:
		b.WriteByte('(')
		emit(b, n.subs[0])
		b.WriteByte(')')
	case opEdge:
		b.WriteString(edgeText[n.at])
	case opRepeat:
		b.WriteString("(?:")
		emit(b, n.subs[0])
		b.WriteByte(')')
		b.WriteString(quantifierText(n))
	}
}

// edgeText: ends of lines are those of texts in which the only line end, if any, is not where it would matter.
var edgeText = [...]string{
	textStart: `\A`, textEnd: `\z`, lastLineEnd: `\z`, lastNewline: `\z`, lineStart: `(?m:^)`, lineEnd: `(?m:$)`,
	lineStartUnix: `(?m:^)`, lineEndUnix: `(?m:$)`, wordEdge: `\b`, noWordEdge: `\B`,
}

func quantifierText(n *node) string {
	var s string
	switch {
	case n.min == 0 && n.max < 0:
		s = "*"
	case n.min == 1 && n.max < 0:
		s = "+"
	case n.min == 0 && n.max == 1:
		s = "?"
	case n.max < 0:
		s = "{" + strconv.Itoa(n.min) + ",}"
	default:
		s = "{" + strconv.Itoa(n.min) + "," + strconv.Itoa(n.max) + "}"
	}
	if n.lazy {
		s += "?"
	}
	return s
}

// nothing matches no character: the empty class, which RE2 does not write.
const nothing = `[^\x{0}-\x{10FFFF}]`

func setText(s set) string {
	if r, ok := s.single(); ok {
		return regexp.QuoteMeta(string(r))
	}
	if len(s) == 0 {
		return nothing
	}
	if len(s) == 1 && s[0].lo == 0 && s[0].hi == unicode.MaxRune {
		return "(?s:.)"
	}
	var b strings.Builder
	b.WriteByte('[')
	for _, r := range s {
		fmt.Fprintf(&b, `\x{%X}-\x{%X}`, r.lo, r.hi)
	}
	b.WriteByte(']')
	return b.String()
}
