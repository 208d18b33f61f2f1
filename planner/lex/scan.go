package lex

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"streamsql/internal/diag"
	"streamsql/planner/mistake"
)

// Scan cuts text into segments and reports every lexical fault. When a limit of the whole file is broken, no segment is
// returned.
func Scan(text string) ([]Segment, diag.List) {
	if len(text) > MaxText {
		return nil, diag.List{diag.New(diag.TextTooLong, "the text has %d bytes; at most %d are read", len(text), MaxText).
			WithHint("split the file, or load constants from a table")}
	}
	if encoding := wideText(text); encoding != "" {
		return nil, diag.List{diag.New(diag.InvalidUTF8, "the file is %s", encoding).WithHint("save the file as UTF-8")}
	}
	s := &scanner{text: text}
	if strings.HasPrefix(text, diag.ByteOrderMark) {
		s.pos = len(diag.ByteOrderMark)
	}
	s.run()
	return s.done, s.faults
}

// wideText names the encoding of a text that editors of Windows write, by its first bytes; "" for others.
func wideText(text string) string {
	switch {
	case strings.HasPrefix(text, "\xff\xfe"), strings.HasPrefix(text, "\xfe\xff"):
		return "UTF-16"
	case len(text) > 1 && (text[0] == 0 || text[1] == 0):
		return "UTF-16"
	}
	return ""
}

// scanner holds the state of one Scan: the position, the segment under way and its open brackets.
type scanner struct {
	text   string
	pos    int
	toks   []Token
	open   []int // indices in toks of open ( [ CASE
	faulty bool
	done   []Segment
	faults diag.List
}

func (s *scanner) run() {
	for {
		s.skipBlank()
		if s.pos >= len(s.text) {
			s.endSegment(len(s.text), len(s.text))
			return
		}
		if s.text[s.pos] == ';' {
			s.endSegment(s.pos, s.pos+1)
			s.pos++
			continue
		}
		s.token()
	}
}

// skipBlank passes white space and comments. A hint is not a comment.
func (s *scanner) skipBlank() {
	for s.pos < len(s.text) {
		rest := s.text[s.pos:]
		switch c := rest[0]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f':
			s.pos++
		case strings.HasPrefix(rest, "--"):
			s.pos += lineEnd(rest)
		case strings.HasPrefix(rest, "/*") && !strings.HasPrefix(rest, "/*+"):
			s.blockComment(rest)
		default:
			return
		}
	}
}

// lineEnd is the length of rest up to its first line feed.
func lineEnd(rest string) int {
	if i := strings.IndexByte(rest, '\n'); i >= 0 {
		return i
	}
	return len(rest)
}

func (s *scanner) blockComment(rest string) {
	if i := strings.Index(rest[2:], "*/"); i >= 0 {
		s.pos += i + 4
		return
	}
	s.fault(diag.UnterminatedComment, s.pos, s.pos+2, "this comment never ends").WithHint("close it with */")
	s.pos = len(s.text)
}

// token scans one token; the position is on its first byte.
func (s *scanner) token() {
	rest := s.text[s.pos:]
	switch c := rest[0]; {
	case c >= utf8.RuneSelf && curly(rest):
		s.operator(rest)
	case nameStart(c):
		s.word(rest)
	case digit(c) || c == '.' && len(rest) > 1 && digit(rest[1]):
		s.number(rest)
	case c == '\'':
		s.quoted(rest, String, diag.UnterminatedString, "this text never ends")
	case c == '`':
		s.quoted(rest, Quoted, diag.UnterminatedName, "this quoted name never ends")
	case strings.HasPrefix(rest, "/*+"):
		s.hint(rest)
	default:
		s.operator(rest)
	}
}

// curly reports whether rest begins with a quote that a word processor has made out of a straight one. Otherwise
// it would be read as a letter of a name.
func curly(rest string) bool {
	mark, _ := mistake.MarkAt(rest)
	return mark != ""
}

func (s *scanner) word(rest string) {
	n := 1
	for n < len(rest) && namePart(rest[n]) {
		n++
	}
	if piece := rest[:n]; !utf8.ValidString(piece) {
		s.fault(diag.InvalidUTF8, s.pos, s.pos+n, "this is not valid UTF-8").WithHint("save the file as UTF-8")
		s.emit(Bad, n)
		return
	}
	s.emit(Word, n)
	s.matchWord()
}

// number scans digits, a fraction and an exponent. A letter right after is a fault: 1st is not a name.
func (s *scanner) number(rest string) {
	n := digits(rest, 0)
	if n < len(rest) && rest[n] == '.' {
		n = digits(rest, n+1)
	}
	if n < len(rest) && (rest[n] == 'e' || rest[n] == 'E') {
		m := n + 1
		if m < len(rest) && (rest[m] == '+' || rest[m] == '-') {
			m++
		}
		if end := digits(rest, m); end > m {
			n = end
		}
	}
	if n < len(rest) && namePart(rest[n]) {
		for n < len(rest) && namePart(rest[n]) {
			n++
		}
		s.fault(diag.BadNumber, s.pos, s.pos+n, "%q is neither a number nor a name", rest[:n]).
			WithHint("a name that begins with a digit must be quoted with backticks")
		s.emit(Bad, n)
		return
	}
	s.emit(Number, n)
}

// digits returns the end of the run of digits in rest from i.
func digits(rest string, i int) int {
	for i < len(rest) && digit(rest[i]) {
		i++
	}
	return i
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

// quoted scans a piece between two equal quotes; a doubled quote means one.
func (s *scanner) quoted(rest string, kind Kind, code diag.Code, msg string) {
	quote := rest[0]
	n := 1
	for {
		i := strings.IndexByte(rest[n:], quote)
		if i < 0 {
			if at, ok := s.apostrophe(kind); ok {
				s.fault(code, int(at.Start), int(at.End), "a quote within this text ends it").
					WithHint("double a quote that belongs to the text: 'it''s'")
			} else {
				s.fault(code, s.pos, s.pos+1, "%s", msg).WithHint("close it with %c", quote)
			}
			s.emit(Bad, len(rest))
			return
		}
		n += i + 1
		if n >= len(rest) || rest[n] != quote {
			break
		}
		n++
	}
	switch piece := rest[:n]; {
	case !utf8.ValidString(piece):
		s.fault(diag.InvalidUTF8, s.pos, s.pos+n, "this is not valid UTF-8").WithHint("save the file as UTF-8")
		kind = Bad
	case kind == Quoted && n == 2:
		s.fault(diag.Syntax, s.pos, s.pos+n, "a quoted name is empty")
		kind = Bad
	}
	s.emit(kind, n)
}

// apostrophe finds the first text of the segment with a word directly after it, as in 'it's: when a later quote is
// never closed, that is where one was not doubled.
func (s *scanner) apostrophe(kind Kind) (diag.Span, bool) {
	if kind != String {
		return diag.Span{}, false
	}
	for i := 1; i < len(s.toks); i++ {
		text, word := s.toks[i-1], s.toks[i]
		if text.Kind == String && word.Kind == Word && text.Span.End == word.Span.Start {
			return text.Span.Join(word.Span), true
		}
	}
	return diag.Span{}, false
}

func (s *scanner) hint(rest string) {
	i := strings.Index(rest, "*/")
	if i < 0 {
		s.fault(diag.UnterminatedComment, s.pos, s.pos+3, "this hint never ends").WithHint("close it with */")
		s.emit(Bad, len(rest))
		return
	}
	s.emit(Hint, i+2)
}

// operators, longest first, so that the first that fits is the right one.
var operators = []string{"<=>", "<>", "<=", ">=", "!=", "||", "=>",
	"(", ")", "[", "]", ",", ".", "=", "<", ">", "+", "-", "*", "/", "%"}

func (s *scanner) operator(rest string) {
	mark, hint := mistake.MarkAt(rest)
	for _, op := range operators {
		if strings.HasPrefix(rest, op) && len(op) >= len(mark) {
			s.emit(Op, len(op))
			s.matchBracket()
			return
		}
	}
	n := len(mark)
	switch {
	case rest[0] == '"':
		n, hint = quotedEnd(rest), "names are quoted with backticks, text with single quotes"
	case n == 0:
		_, n = utf8.DecodeRuneInString(rest)
		hint = "remove it, or put it between single quotes if it is text"
	}
	s.fault(diag.IllegalCharacter, s.pos, s.pos+n, "%s has no meaning here", shown(rest[:n])).WithHint("%s", hint)
	s.emit(Bad, n)
	if mark == "#" || mark == "//" { // a comment was meant: what it says is not SQL
		s.pos += lineEnd(rest[n:])
	}
}

// quotedEnd is the length of the text between double quotes at the start of rest, quotes included, when it ends on the
// same line; 1 when no second quote follows there.
func quotedEnd(rest string) int {
	if i := strings.IndexByte(rest[1:lineEnd(rest)], '"'); i >= 0 {
		return i + 2
	}
	return 1
}

// shown is a piece of text for a message.
func shown(piece string) string {
	if strings.HasPrefix(piece, "\"") && len(piece) > 1 {
		return piece
	}
	return strconv.Quote(piece)
}

// emit appends the token of the next n bytes and steps over them.
func (s *scanner) emit(kind Kind, n int) {
	t := Token{Kind: kind, Span: span(s.pos, s.pos+n), Text: s.text[s.pos : s.pos+n], Match: NoMatch}
	if kind == Word {
		t.Word = strings.ToUpper(t.Text)
	}
	s.toks = append(s.toks, t)
	s.pos += n
}

func (s *scanner) fault(code diag.Code, start, end int, format string, args ...any) *diag.Error {
	s.faulty = true
	e := diag.At(code, span(start, end), format, args...)
	if len(s.faults) < MaxFaults {
		s.faults = append(s.faults, e)
	}
	return e
}

func span(start, end int) diag.Span { return diag.Span{Start: int32(start), End: int32(end)} }
