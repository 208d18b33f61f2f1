package lex

import "streamsql/internal/diag"

// matchWord pairs the word just emitted if it is CASE or END. An END without CASE is left alone: it closes a statement
// set.
func (s *scanner) matchWord() {
	i := len(s.toks) - 1
	if i > 0 && s.toks[i-1].IsOp(".") {
		return // a part of a path, not a keyword
	}
	switch s.toks[i].Word {
	case "CASE":
		s.push(i)
	case "END":
		if top, ok := s.top(); ok && s.toks[top].Is("CASE") {
			s.pair(top, i)
		}
	}
}

// matchBracket pairs the mark just emitted if it is a bracket.
func (s *scanner) matchBracket() {
	i := len(s.toks) - 1
	switch s.toks[i].Text {
	case "(", "[":
		s.push(i)
	case ")":
		s.closeBracket(i, "(")
	case "]":
		s.closeBracket(i, "[")
	}
}

// push opens a level. The one that breaks the depth limit is reported, those within it are not.
func (s *scanner) push(i int) {
	s.open = append(s.open, i)
	if len(s.open) == MaxDepth+1 {
		t := s.toks[i]
		s.fault(diag.NestingTooDeep, int(t.Span.Start), int(t.Span.End),
			"more than %d levels of brackets and CASE", MaxDepth).
			WithHint("name a part of it in WITH or in a view")
	}
}

// closeBracket pairs the closing bracket at i with the last open one of its kind. What was opened after that lacks its
// end.
func (s *scanner) closeBracket(i int, want string) {
	n := len(s.open) - 1
	for n >= 0 && s.toks[s.open[n]].Text != want {
		n--
	}
	if n < 0 {
		t := s.toks[i]
		s.fault(diag.UnclosedBracket, int(t.Span.Start), int(t.Span.End), "%q closes nothing", t.Text)
		return
	}
	for len(s.open)-1 > n {
		s.unclosed(s.open[len(s.open)-1])
		s.open = s.open[:len(s.open)-1]
	}
	s.pair(s.open[n], i)
}

func (s *scanner) top() (int, bool) {
	if len(s.open) == 0 {
		return 0, false
	}
	return s.open[len(s.open)-1], true
}

func (s *scanner) pair(a, b int) {
	s.toks[a].Match, s.toks[b].Match = b, a
	s.open = s.open[:len(s.open)-1]
}

func (s *scanner) unclosed(i int) {
	t := s.toks[i]
	closer := map[string]string{"(": ")", "[": "]"}[t.Text]
	if closer == "" {
		closer = "END"
	}
	s.fault(diag.UnclosedBracket, int(t.Span.Start), int(t.Span.End), "%s is never closed", t.Describe()).
		WithHint("add %s", closer)
}

// endSegment closes the segment under way at its semicolon, or at the end of the text. Of several open brackets the
// innermost is reported: the others usually lack nothing.
func (s *scanner) endSegment(start, end int) {
	if n := len(s.open); n > 0 && !s.faulty {
		s.unclosed(s.open[n-1])
	}
	at := span(start, end)
	if start == end && len(s.toks) > 0 { // at the end of the text: point after the last token
		at.Start = s.toks[len(s.toks)-1].Span.End
		at.End = at.Start
	}
	s.toks = append(s.toks, Token{Kind: EOF, Span: at, Match: NoMatch})
	s.done = append(s.done, Segment{Tokens: s.toks, Faulty: s.faulty})
	s.toks, s.open, s.faulty = nil, nil, false
}
