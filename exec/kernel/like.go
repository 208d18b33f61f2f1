package kernel

import (
	"bytes"
	"errors"
	"unicode/utf8"

	"streamsql/internal/diag"
	"streamsql/internal/vec"
)

func likeFamily() {
	define(id("like", str, str), like)
	define(id("like", str, str, str), like)
}

// pattern is a LIKE pattern cut at its `%`: pieces that must follow each other, the first at the start of the text
// unless open[0], the last at its end. A piece without `_` is found by a byte search.
type pattern struct {
	pieces       []piece
	start, end   bool // the pattern begins / ends with %
	exact        bool // no % at all
	min          int  // least number of bytes that a match has
	containsOnly []byte
}

// piece is literal text; any[i] marks an `_` (text[i] is a placeholder byte then). any nil: plain bytes.
type piece struct {
	text []byte
	any  []bool
}

// parseLike reads a pattern; escape < 0 means none.
func parseLike(p string, escape rune) (*pattern, error) {
	out := &pattern{exact: true}
	var cur piece
	wild := false
	add := func() {
		if len(cur.text) > 0 {
			out.pieces = append(out.pieces, cur)
		}
		cur = piece{}
	}
	for at := 0; at < len(p); {
		r, n := utf8.DecodeRuneInString(p[at:])
		c := p[at : at+n]
		at += n
		wild = false
		switch {
		case r == escape:
			next, n := utf8.DecodeRuneInString(p[at:])
			if at == len(p) || (next != '%' && next != '_' && next != escape) {
				return nil, diag.New(diag.BadPattern,
					"LIKE pattern %q: the escape character must be followed by %%, _ or itself", p)
			}
			cur.literal(p[at : at+n])
			at += n
		case r == '%':
			out.start = out.start || at == n
			out.exact = false
			wild = true
			add()
		case r == '_':
			cur.wildcard()
		default:
			cur.literal(c)
		}
	}
	out.end = wild
	add()
	for _, q := range out.pieces {
		out.min += len(q.text)
	}
	if len(out.pieces) == 1 && out.start && out.end && out.pieces[0].any == nil {
		out.containsOnly = out.pieces[0].text
	}
	return out, nil
}

func (q *piece) literal(c string) {
	q.text = append(q.text, c...)
	if q.any != nil {
		q.any = append(q.any, make([]bool, len(c))...)
	}
}

func (q *piece) wildcard() {
	if q.any == nil {
		q.any = make([]bool, len(q.text))
	}
	q.text, q.any = append(q.text, 0), append(q.any, true)
}

// prefix is the number of bytes of s that q takes at its start, or −1.
func (q *piece) prefix(s []byte) int {
	if q.any == nil {
		if bytes.HasPrefix(s, q.text) {
			return len(q.text)
		}
		return -1
	}
	at := 0
	for i, c := range q.text {
		switch {
		case at >= len(s):
			return -1
		case q.any[i]:
			_, n := utf8.DecodeRune(s[at:])
			at += n
		case s[at] != c:
			return -1
		default:
			at++
		}
	}
	return at
}

// find is where the first match of q in s ends; -1 when there is none.
func (q *piece) find(s []byte) int {
	if q.any == nil {
		from := bytes.Index(s, q.text)
		if from < 0 {
			return -1
		}
		return from + len(q.text)
	}
	for from := 0; from <= len(s); {
		if n := q.prefix(s[from:]); n >= 0 {
			return from + n
		}
		if from == len(s) {
			break
		}
		_, w := utf8.DecodeRune(s[from:])
		from += w
	}
	return -1
}

// suffix reports whether q matches at the end of s.
func (q *piece) suffix(s []byte) bool {
	if q.any == nil {
		return bytes.HasSuffix(s, q.text)
	}
	runes := 0
	for i := 0; i < len(q.text); runes++ {
		if q.any[i] {
			i++
			continue
		}
		_, n := utf8.DecodeRune(q.text[i:])
		i += n
	}
	at := len(s)
	for range runes {
		if at == 0 {
			return false
		}
		_, n := utf8.DecodeLastRune(s[:at])
		at -= n
	}
	return q.prefix(s[at:]) == len(s)-at
}

func (p *pattern) match(s []byte) bool {
	if p.containsOnly != nil {
		return bytes.Contains(s, p.containsOnly)
	}
	if len(s) < p.min {
		return false
	}
	pieces := p.pieces
	if p.exact {
		if len(pieces) == 0 {
			return len(s) == 0
		}
		return pieces[0].prefix(s) == len(s)
	}
	if !p.start && len(pieces) > 0 {
		n := pieces[0].prefix(s)
		if n < 0 {
			return false
		}
		s, pieces = s[n:], pieces[1:]
	}
	if !p.end && len(pieces) > 0 {
		last := &pieces[len(pieces)-1]
		for k := range pieces[:len(pieces)-1] {
			to := pieces[k].find(s)
			if to < 0 {
				return false
			}
			s = s[to:]
		}
		return last.suffix(s)
	}
	for k := range pieces {
		to := pieces[k].find(s)
		if to < 0 {
			return false
		}
		s = s[to:]
	}
	return true
}

// like compiles a constant pattern once, a varying one whenever it changes from row to row.
func like(s Spec) (body, error) {
	var fixed *pattern
	if text, ok := constText(s, 1); ok {
		escape, err := escapeOf(s)
		if err != nil {
			return nil, &ArgError{2, err}
		}
		if escape != varyingEscape {
			if fixed, err = parseLike(text, escape); err != nil {
				return nil, &ArgError{1, err}
			}
		}
	}
	if fixed != nil {
		return func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
			x := textsOf(args[0])
			bits := out.Bits()
			for i := range out.Len {
				if live.Get(i) && fixed.match(x.at(i)) {
					bits.Set(i)
				}
			}
			return nil
		}, nil
	}
	return likeVarying, nil
}

// Escapes of a call: none, or not known before the rows.
const (
	noEscape      rune = -1
	varyingEscape rune = -2
)

func escapeOf(s Spec) (rune, error) {
	if len(s.Args) < 3 {
		return noEscape, nil
	}
	text, ok := constText(s, 2)
	if !ok {
		return varyingEscape, nil
	}
	return parseEscape([]byte(text))
}

func parseEscape(text []byte) (rune, error) {
	r, n := utf8.DecodeRune(text)
	if len(text) == 0 || n != len(text) {
		return 0, diag.New(diag.BadPattern, "LIKE … ESCAPE takes one character, not %q", text)
	}
	return r, nil
}

func likeVarying(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
	x, p := textsOf(args[0]), textsOf(args[1])
	escapes := texts{}
	if len(args) == 3 {
		escapes = textsOf(args[2])
	}
	var last []byte
	var cur *pattern
	escape, bits := noEscape, out.Bits()
	for i := range out.Len {
		if !live.Get(i) {
			continue
		}
		text := p.at(i)
		var err error
		if len(args) == 3 {
			next, err := parseEscape(escapes.at(i))
			if err != nil {
				return badPattern(i, err)
			}
			if next != escape {
				escape, cur = next, nil
			}
		}
		if cur == nil || !bytes.Equal(text, last) {
			if cur, err = parseLike(string(text), escape); err != nil {
				return badPattern(i, err)
			}
			last = text
		}
		if cur.match(x.at(i)) {
			bits.Set(i)
		}
	}
	return nil
}

// badPattern turns an error about a pattern into that of a row.
func badPattern(row int, err error) *RowError {
	var d *diag.Error
	if errors.As(err, &d) {
		msg := d.Msg
		if d.Hint != "" {
			msg += "; " + d.Hint
		}
		return &RowError{Row: row, Code: diag.RowPattern, Msg: msg}
	}
	return &RowError{Row: row, Code: diag.RowPattern, Msg: err.Error()}
}
