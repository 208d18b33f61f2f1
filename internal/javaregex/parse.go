package javaregex

import (
	"strconv"
	"unicode/utf8"

	"streamsql/internal/diag"
)

// flags are those of `(?idmsxu)`.
type flags uint8

const (
	caseless flags = 1 << iota
	unicodeCase
	multiline
	dotAll
	comments
	unixLines
)

var flagLetters = map[rune]flags{
	'i': caseless, 'u': unicodeCase, 'm': multiline, 's': dotAll, 'x': comments, 'd': unixLines,
}

// parser reads a pattern by recursive descent. The first fault is kept in err and ends the input, so that no rule has
// to look for it.
type parser struct {
	pattern string
	toks    []token
	i       int
	flags   flags
	groups  int
	names   map[string]int
	depth   int
	err     error
}

// maxDepth bounds the nesting of groups and classes, hence the recursion of everything that walks the tree.
const maxDepth = 500

// parse makes the tree of a pattern; groups is the number of capturing groups.
func parse(pattern string) (n *node, groups int, err error) {
	p := &parser{pattern: pattern, toks: tokens(pattern), names: map[string]int{}}
	n = p.alternation()
	if p.more() {
		p.fail(p.i, ") without a group that it could end", `write \)`)
	}
	return n, p.groups, p.err
}

// fail notes a fault at token i, unless there is one already; hint, which may be empty, is what to do.
func (p *parser) fail(i int, msg, hint string) {
	at := len(p.pattern)
	if i < len(p.toks) {
		at = p.toks[i].at
	}
	p.i = len(p.toks)
	if p.err != nil {
		return
	}
	d := diag.New(diag.BadPattern, "regular expression %q: %s, at character %d", p.pattern, msg,
		utf8.RuneCountInString(p.pattern[:at])+1)
	d.Hint = hint
	p.err = d
}

func (p *parser) more() bool { return p.i < len(p.toks) }

// is reports whether the next token is c with its special meaning.
func (p *parser) is(c rune) bool { return p.more() && p.toks[p.i].r == c && !p.toks[p.i].quoted }

// take passes c if it is next.
func (p *parser) take(c rune) bool {
	if !p.is(c) {
		return false
	}
	p.i++
	return true
}

// skip passes blanks and comments where the flag x is on.
func (p *parser) skip() {
	for p.flags&comments != 0 && p.more() && !p.toks[p.i].quoted {
		switch c := p.toks[p.i].r; {
		case c == ' ' || c >= '\t' && c <= '\r':
			p.i++
		case c == '#':
			for p.more() && !p.endsLine(p.toks[p.i].r) {
				p.i++
			}
		default:
			return
		}
	}
}

func (p *parser) endsLine(r rune) bool {
	return r == '\n' || p.flags&unixLines == 0 && lineEnds.has(r)
}

func (p *parser) alternation() *node {
	if p.depth++; p.depth > maxDepth {
		p.fail(p.i, "groups are nested too deeply", "")
	}
	defer func() { p.depth-- }()
	alt := &node{op: opAlt, subs: []*node{p.sequence()}}
	for p.take('|') {
		alt.subs = append(alt.subs, p.sequence())
	}
	if len(alt.subs) == 1 {
		return alt.subs[0]
	}
	return alt
}

func (p *parser) sequence() *node {
	cat := &node{op: opCat}
	for p.skip(); p.more() && !p.is('|') && !p.is(')'); p.skip() {
		first := p.i
		if x := p.atom(); x != nil {
			cat.subs = append(cat.subs, p.quantified(x, first))
		}
	}
	switch len(cat.subs) {
	case 0:
		return &node{op: opEmpty}
	case 1:
		return cat.subs[0]
	}
	return cat
}

// atom is nil for what matches nothing by itself, like (?i).
func (p *parser) atom() *node {
	t := p.toks[p.i]
	p.i++
	if t.quoted {
		return p.literal(t.r)
	}
	switch t.r {
	case '(':
		return p.group()
	case '[':
		return &node{op: opSet, set: p.class()}
	case '.':
		return &node{op: opSet, set: p.dot()}
	case '^', '$':
		return &node{op: opEdge, at: p.lineEdge(t.r)}
	case '\\':
		return p.escaped()
	case '*', '+', '?':
		p.fail(p.i-1, string(t.r)+" has nothing to repeat", `write \`+string(t.r))
	case '{':
		p.fail(p.i-1, "{ has nothing to repeat", `write \{`)
	}
	return p.literal(t.r)
}

// literal is the character r under the flags.
func (p *parser) literal(r rune) *node {
	switch p.flags & (caseless | unicodeCase) {
	case caseless:
		return &node{op: opSet, set: one(r).foldASCII()}
	case caseless | unicodeCase:
		return &node{op: opSet, set: foldOne(r)}
	}
	return &node{op: opSet, set: one(r)}
}

func (p *parser) dot() set {
	switch {
	case p.flags&dotAll != 0:
		return everything
	case p.flags&unixLines != 0:
		return one('\n').negate()
	}
	return lineEnds.negate()
}

func (p *parser) lineEdge(c rune) edge {
	unix := p.flags&unixLines != 0
	switch multi := p.flags&multiline != 0; {
	case c == '^' && multi && unix:
		return lineStartUnix
	case c == '^' && multi:
		return lineStart
	case c == '^':
		return textStart
	case multi && unix:
		return lineEndUnix
	case multi:
		return lineEnd
	case unix:
		return lastNewline
	}
	return lastLineEnd
}

// maxRepeat is RE2's limit.
const maxRepeat = 1000

// quantified reads the quantifier of x, if there is one; first is the token where x begins.
func (p *parser) quantified(x *node, first int) *node {
	p.skip()
	at := p.i
	rep := &node{op: opRepeat, subs: []*node{x}}
	switch {
	case p.take('*'):
		rep.min, rep.max = 0, -1
	case p.take('+'):
		rep.min, rep.max = 1, -1
	case p.take('?'):
		rep.min, rep.max = 0, 1
	case p.take('{'):
		p.bounds(rep)
	default:
		return x
	}
	p.skip()
	if p.is('+') {
		p.fail(p.i, "possessive quantifiers are not supported",
			"write the pattern without it, or with a class that leaves out what follows")
		return x
	}
	rep.lazy = p.take('?')
	if p.skip(); p.is('*') || p.is('+') || p.is('?') || p.is('{') {
		p.fail(p.i, "a quantifier follows a quantifier", "put the part before it in (?:…)")
	}
	switch {
	case x.holds(func(n *node) bool { return n.lineBreak }):
		p.fail(first, `a repeated \R takes \r\n apart in one engine and not in the other`, `write (?:\r\n|\v) for it`)
	case x.op == opEmpty || x.op == opEdge:
		p.fail(at, "the quantifier repeats what has no length", "")
	case rep.max != 1 && x.nullable() && !x.emptyLast():
		// Java ends the repetition at an empty round; RE2 continues with the next choice.
		p.fail(first, "a repeated part prefers to match nothing",
			"have the part match at least one character, or put the choice that can match nothing last")
	case rep.max != 1 && x.nullable() && x.holds(func(n *node) bool { return n.op == opGroup }):
		// What is matched is the same, but Java goes one empty round further and the group then holds nothing.
		p.fail(first, "a repeated part that can match nothing holds a capturing group",
			"write (?:…) for the group, or have the part match at least one character")
	}
	return rep
}

// bounds reads n}, n,} or n,m}.
func (p *parser) bounds(rep *node) {
	start := p.i - 1
	var ok bool
	if rep.min, ok = p.number(); !ok {
		p.fail(start, "{ must be followed by a count", `write \{`)
		return
	}
	rep.max = rep.min
	if p.take(',') {
		if rep.max, ok = p.number(); !ok {
			rep.max = -1
		}
	}
	switch {
	case !p.take('}'):
		p.fail(start, "the count is not closed", "write {n}, {n,} or {n,m}")
	case rep.min > maxRepeat || rep.max > maxRepeat:
		p.fail(start, "counts end at "+strconv.Itoa(maxRepeat), "")
	case rep.max >= 0 && rep.min > rep.max:
		p.fail(start, "the least count exceeds the greatest", "")
	}
}

// number reads digits; its value stops growing above maxRepeat.
func (p *parser) number() (n int, ok bool) {
	for p.more() && !p.toks[p.i].quoted && p.toks[p.i].r >= '0' && p.toks[p.i].r <= '9' {
		n, ok = min(n*10+int(p.toks[p.i].r-'0'), maxRepeat+1), true
		p.i++
	}
	return n, ok
}
