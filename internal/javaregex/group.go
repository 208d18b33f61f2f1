package javaregex

import "fmt"

// group reads what follows a parenthesis. It is nil for flags like (?i), which last to the end of the group around
// them.
func (p *parser) group() *node {
	start, outer := p.i-1, p.flags
	n := &node{op: opGroup}
	if p.skip(); p.take('?') {
		capturing, onlyFlags := p.special(start)
		if onlyFlags {
			return nil
		}
		if !capturing {
			n = nil
		}
	}
	if n != nil {
		p.groups++
		n.group = p.groups
	}
	body := p.alternation()
	if !p.take(')') {
		p.fail(start, "the group is not closed", `write \( for the character`)
	}
	p.flags = outer
	if n == nil {
		return body
	}
	n.subs = []*node{body}
	return n
}

// lookAround is what cannot be matched in linear time, by its spelling after `(?`.
var lookAround = []struct{ spelling, name string }{
	{"=", "look-ahead (?=…)"}, {"!", "look-ahead (?!…)"}, {"<=", "look-behind (?<=…)"}, {"<!", "look-behind (?<!…)"},
	{">", "atomic groups (?>…)"},
}

// special reads what follows `(?`, up to the group's body.
func (p *parser) special(start int) (capturing, onlyFlags bool) {
	for _, l := range lookAround {
		if p.follows(l.spelling) {
			p.fail(start, l.name+" is not supported",
				"match the context too and take the part with a group, or use a second condition")
			return false, false
		}
	}
	switch {
	case p.take(':'):
		return false, false
	case p.follows("P<"):
		p.fail(start, "(?P<name>…) is not Java's spelling", "write (?<name>…)")
		return false, false
	case p.take('<'):
		p.name(start)
		return true, false
	}
	return false, p.switches(start)
}

// follows reports whether the text is next.
func (p *parser) follows(text string) bool {
	for k, c := range []rune(text) {
		if p.i+k >= len(p.toks) || p.toks[p.i+k].r != c || p.toks[p.i+k].quoted {
			return false
		}
	}
	return true
}

// name reads name> and gives it to the group that begins.
func (p *parser) name(start int) {
	first := p.i
	var name []rune
	for p.more() && isASCIILetterOrDigit(p.toks[p.i].r) {
		name = append(name, p.toks[p.i].r)
		p.i++
	}
	switch {
	case len(name) == 0 || name[0] <= '9':
		p.fail(first, "the group has no proper name", "a name is letters and digits of ASCII and begins with a letter")
		return
	case !p.take('>'):
		p.fail(start, "the name of the group does not end with >", "a name is letters and digits of ASCII")
		return
	}
	if _, twice := p.names[string(name)]; twice {
		p.fail(first, fmt.Sprintf("two groups are named %q", string(name)), "")
	}
	p.names[string(name)] = p.groups + 1
}

// switches reads flags up to ) or :; it reports whether they are alone.
func (p *parser) switches(start int) (alone bool) {
	off := false
	for ; p.more(); p.i++ {
		c := p.toks[p.i].r
		f, known := flagLetters[c]
		switch {
		case c == ')' || c == ':':
			p.i++
			return c == ')'
		case c == '-' && !off:
			off = true
		case c == 'U':
			p.fail(p.i, "the flag U is not supported",
				`use \p{L}, \p{Nd} and their like where other scripts than ASCII are meant`)
		case !known:
			p.fail(p.i, fmt.Sprintf("(?…%c is not known", c), "the flags are i, d, m, s, u and x")
		case off:
			p.flags &^= f
		default:
			p.flags |= f
		}
	}
	p.fail(start, "the group is not closed", "")
	return false
}

func isASCIILetterOrDigit(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}
