package javaregex

// class reads what follows an opening bracket, up to the closing one.
//
//	class   = [ "^" ] union { "&&" operand } "]"
//	operand = nested { nested }  |  union
//
// Java reads more: a class after `&&` followed by plain characters drops the class; an empty operand has no effect.
// These are refused. The negation is that of the whole.
func (p *parser) class() set {
	start := p.i - 1
	if p.depth++; p.depth > maxDepth {
		p.fail(start, "classes are nested too deeply", "")
	}
	defer func() { p.depth-- }()
	negate := p.take('^')
	s, n := p.union(true)
	for n > 0 && p.follows("&&") && !p.follows("&&&") {
		p.i += 2
		s = s.intersect(p.operand())
	}
	switch {
	case p.follows("&&&"):
		p.fail(p.i, "&&& is not an operator", "write && or \\&")
	case n == 0 && p.follows("&&"):
		p.fail(p.i, "&& has nothing on its left", "write both sides, or \\& for the character")
	case !p.take(']'):
		p.fail(start, "the class is not closed", `write \[ for the character`)
	}
	if negate {
		return s.negate()
	}
	return s
}

// operand reads the right side of &&.
func (p *parser) operand() (s set) {
	at := p.i
	if p.is('^') {
		p.fail(at, "^ after && is not a negation", "write &&[^…]")
		return nil
	}
	if !p.is('[') {
		s, n := p.union(false)
		if n == 0 {
			p.fail(at, "&& has nothing on its right", "write both sides, or \\& for the character")
		}
		return s
	}
	for p.take('[') {
		s = s.union(p.class())
	}
	if p.more() && !p.is(']') && !p.follows("&&") {
		p.fail(p.i, "Java drops a nested class on the right of && when characters follow it",
			"put everything on the right of && into one class")
	}
	return s
}

// union reads characters, ranges and nested classes; n counts them. A bracket that comes first is ordinary if leading.
func (p *parser) union(leading bool) (s set, n int) {
	for ; p.more() && !p.follows("&&"); n++ {
		switch {
		case p.is(']') && (n > 0 || !leading):
			return s, n
		case p.take('['):
			s = s.union(p.class())
		default:
			s = s.union(p.classRange())
		}
	}
	return s, n
}

// classRange reads a character, a range or an escape.
func (p *parser) classRange() set {
	start := p.i
	lo, s := p.classChar()
	if s != nil {
		return s
	}
	if !p.is('-') || p.i+1 >= len(p.toks) || !p.toks[p.i+1].quoted && (p.toks[p.i+1].r == '[' ||
		p.toks[p.i+1].r == ']') {
		return p.literal(lo).set
	}
	p.i++
	hi, s := p.classChar()
	if s != nil || hi < lo {
		p.fail(start, "the range ends before it begins", `write \- for the character`)
		return nil
	}
	switch r := (set{{lo, hi}}); p.flags & (caseless | unicodeCase) {
	case caseless:
		return r.foldASCII()
	case caseless | unicodeCase:
		return r.foldRange()
	default:
		return r
	}
}

// classChar reads one character, or an escape that is a set.
func (p *parser) classChar() (r rune, s set) {
	t := p.toks[p.i]
	p.i++
	switch {
	case t.quoted:
		return t.r, nil
	case p.flags&comments != 0 && (t.r == '#' || t.r == ' ' || t.r >= '\t' && t.r <= '\r'):
		p.fail(p.i-1, "blanks and # in a class have no meaning of their own under (?x)", `write \`+string(t.r))
		return 0, nil
	case t.r != '\\':
		return t.r, nil
	case !p.more():
		p.fail(p.i-1, "the pattern ends with a backslash", `write \\`)
		return 0, nil
	}
	if c := p.toks[p.i].r; c == 'R' || c == 'A' || c == 'z' || c == 'Z' || c == 'b' || c == 'B' || c >= '1' &&
		c <= '9' {
		p.fail(p.i-1, `\`+string(c)+" is not a character", "")
		return 0, nil
	}
	if s, ok := p.escapedSet(); ok {
		if p.toks[p.i-1].r == 'v' && p.is('-') {
			p.fail(p.i-2, `Java reads \v before a hyphen as one character`,
				`write \x0B for the character, or \- for a hyphen`)
		}
		return 0, append(set{}, s...)
	}
	return p.escapedChar(), nil
}
