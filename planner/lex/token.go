// Package lex turns the text of a query file into tokens with byte spans.
//
// It promises: every byte of the text is in a token, in a comment or is white space; tokens are in source order;
// brackets and CASE … END know their partner; what is wrong is reported with its place and scanning goes on, so that
// one stray character does not hide the faults after it.
//
//	SELECT a.`b c`, 'it''s' -- comment
//	Word   Word Op Quoted Op String
//
// Vocabulary: a word is a bare name or keyword (the grammar decides which); a hint is a whole /*+ … */ comment; a
// segment is the run of tokens up to a semicolon. `${…}` has no meaning here: inside a string it is text, outside it is
// a fault.
package lex

import (
	"strings"

	"streamsql/internal/diag"
)

// Kind is the kind of a token.
type Kind uint8

// The kinds of token.
const (
	EOF    Kind = iota // the end of the text, or of a segment
	Word               // a bare name or keyword
	Quoted             // `name`
	String             // 'text'
	Number             // 12, 1.5, .5, 1e-3
	Op                 // an operator or punctuation mark
	Hint               // /*+ … */
	Bad                // a piece that was reported as a fault
)

// NoMatch is the Match of a token without partner.
const NoMatch = -1

// Token is one token. It is a view of the text: Text is the piece as written.
type Token struct {
	Kind  Kind
	Span  diag.Span
	Text  string
	Word  string // Text in capitals when Kind is Word, else ""
	Match int    // index of the partner of ( ) [ ] CASE END in the same slice, else NoMatch
}

// Is reports whether t is the word w, given in capitals.
func (t Token) Is(w string) bool { return t.Kind == Word && t.Word == w }

// IsOp reports whether t is the operator or mark op.
func (t Token) IsOp(op string) bool { return t.Kind == Op && t.Text == op }

// IsName reports whether t can be a name here: back-quoted, or a word that is not reserved.
func (t Token) IsName() bool { return t.Kind == Quoted || t.Kind == Word && !reservedWords[t.Word] }

// Value is the content of a String or Quoted token, doubled quotes undone; for others the text.
func (t Token) Value() string {
	switch t.Kind {
	case String:
		return strings.ReplaceAll(t.Text[1:len(t.Text)-1], "''", "'")
	case Quoted:
		return strings.ReplaceAll(t.Text[1:len(t.Text)-1], "``", "`")
	}
	return t.Text
}

// Describe names t in a message: what a reader sees at that place.
func (t Token) Describe() string {
	switch t.Kind {
	case EOF:
		return "the end of the statement"
	case String:
		return "a text literal"
	case Hint:
		return "a hint"
	case Number:
		return "the number " + t.Text
	case Word:
		return t.Text
	}
	return `"` + t.Text + `"`
}

// Segment is one statement's tokens, without its semicolon. The last token is always EOF, placed where the statement
// ends, so that a parser can look at tokens without asking for the length. Matches are indices into Tokens.
type Segment struct {
	Tokens []Token
	Faulty bool // a fault was reported within it: it makes no sense to parse it
}

// Empty reports whether the segment has no token but EOF.
func (s Segment) Empty() bool { return len(s.Tokens) == 1 }
