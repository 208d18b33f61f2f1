package json

import (
	"streamsql/internal/diag"
)

// maxDepth is how deep a record may be nested, its own braces included. It is counted, not recursed, so that hostile
// input costs no stack.
const maxDepth = 512

// skip finds the end of the JSON value at p, which is within `depth` brackets. It checks the grammar and nothing
// else.
func (d *Decoder) skip(data []byte, p, depth int) int {
	outer := depth
	var object [maxDepth/64 + 1]uint64 // per depth: a bit for an object
	for {
		// A value begins at p.
		if p >= len(data) {
			return d.syntax(p)
		}
		switch c := data[p]; {
		case c == '"':
			p = skipText(data, p)
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				d.fault = fault{code: diag.RecordTooDeep, at: p, msg: "the record is nested more than 512 levels deep"}
				return bad
			}
			closing := c + 2 // both pairs of brackets are two apart
			if object[depth/64] &^= 1 << (depth % 64); c == '{' {
				object[depth/64] |= 1 << (depth % 64)
			}
			p = space(data, p+1)
			if p < len(data) && data[p] == closing {
				depth--
				p++
				break
			}
			if c == '{' {
				if p = member(data, p); p < 0 {
					return d.syntax(len(data))
				}
			}
			continue
		case c == '-' || c-'0' <= 9:
			p = number(data, p)
		default:
			p = literal(data, p)
		}
		if p < 0 {
			return d.syntax(len(data))
		}
		// A value has ended at p: close brackets until another one begins.
		for {
			if depth == outer {
				return p
			}
			p = space(data, p)
			if p >= len(data) {
				return d.syntax(p)
			}
			inObject := object[depth/64]>>(depth%64)&1 != 0
			c := data[p]
			p++
			if c == ',' {
				p = space(data, p)
				if inObject {
					if p = member(data, p); p < 0 {
						return d.syntax(len(data))
					}
				}
				break
			}
			if (c == '}' && inObject) || (c == ']' && !inObject) {
				depth--
				continue
			}
			return d.syntax(p - 1)
		}
	}
}

// member reads a key and its colon and returns the position of the value.
func member(data []byte, p int) int {
	if p = skipText(data, p); p < 0 {
		return bad
	}
	p = space(data, p)
	if p >= len(data) || data[p] != ':' {
		return bad
	}
	return space(data, p+1)
}

// skipText returns the position after the string at p.
func skipText(data []byte, p int) int {
	if p >= len(data) || data[p] != '"' {
		return bad
	}
	if q, _ := scanText(data, p); q >= 0 {
		return q + 1
	}
	for p++; p < len(data); {
		switch c := data[p]; {
		case c == '"':
			return p + 1
		case c < ' ':
			return bad
		case c == '\\':
			_, n := escape(data[p:])
			if n == 0 {
				return bad
			}
			p += n
		default:
			p++
		}
	}
	return bad
}

// literal returns the position after true, false or null.
func literal(data []byte, p int) int {
	for _, word := range [...]string{"null", "true", "false"} {
		if p+len(word) <= len(data) && string(data[p:p+len(word)]) == word {
			return p + len(word)
		}
	}
	return bad
}

// check judges a line as a whole: whether it is one JSON object. The zero fault means that it is.
func (d *Decoder) check(line []byte) fault {
	keep := d.fault
	defer func() { d.fault = keep }()
	from := space(line, 0)
	p := d.skip(line, from, 0)
	switch {
	case p < 0:
	case space(line, p) != len(line):
		d.syntax(space(line, p))
	case line[from] != '{':
		msg := "the record is " + kindOfValue(line[from]) + ", not an object"
		d.fault = fault{code: diag.RecordNotObject, at: from, msg: msg}
	default:
		return fault{}
	}
	f := d.fault
	if f.code == diag.RecordSyntax {
		f.msg = explain(line)
	}
	return f
}
