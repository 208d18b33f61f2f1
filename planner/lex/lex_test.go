package lex

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"streamsql/internal/diag"
)

func TestTokens(t *testing.T) {
	cases := []struct {
		text string
		want []string
	}{
		{"SELECT a_1, `b c`", []string{"Word SELECT", "Word a_1", "Op ,", "Quoted `b c`"}},
		{"'it''s' ''", []string{"String 'it''s'", "String ''"}},
		{"1 1.5 .5 1e3 1E-3 1. 1e", nil},
		{"1 1.5 .5 1e3 1E-3 1.", []string{"Number 1", "Number 1.5", "Number .5", "Number 1e3", "Number 1E-3", "Number 1."}},
		{"a.b -1--c\n-2", []string{"Word a", "Op .", "Word b", "Op -", "Number 1", "Op -", "Number 2"}},
		{"a<=b<>c!=d||e=>f>=g<=>h", []string{"Word a", "Op <=", "Word b", "Op <>", "Word c", "Op !=", "Word d", "Op ||",
			"Word e", "Op =>", "Word f", "Op >=", "Word g", "Op <=>", "Word h"}},
		{"a /* ' ; */ b /*+ H(c) */", []string{"Word a", "Word b", "Hint /*+ H(c) */"}},
		{"\ufeffgröße", []string{"Word größe"}},
		{"'${x}' ' -- '", []string{"String '${x}'", "String ' -- '"}},
	}
	for _, c := range cases {
		segments, faults := Scan(c.text)
		if c.want == nil {
			if len(faults) != 1 {
				t.Errorf("%q: %v", c.text, faults)
			}
			continue
		}
		var got []string
		for _, tok := range segments[0].Tokens[:len(segments[0].Tokens)-1] {
			got = append(got, fmt.Sprintf("%s %s", kindNames[tok.Kind], tok.Text))
			if c.text[tok.Span.Start:tok.Span.End] != tok.Text {
				t.Errorf("%q: span of %s holds %q", c.text, tok.Text, c.text[tok.Span.Start:tok.Span.End])
			}
		}
		if len(faults) > 0 || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q: got %q, %v", c.text, got, faults)
		}
	}
}

var kindNames = map[Kind]string{EOF: "EOF", Word: "Word", Quoted: "Quoted", String: "String",
	Number: "Number", Op: "Op",
	Hint: "Hint", Bad: "Bad"}

func TestValues(t *testing.T) {
	for text, want := range map[string]string{"'it''s'": "it's", "''": "", "`a``b`": "a`b", "abc": "abc", "12": "12"} {
		segments, _ := Scan(text)
		if got := segments[0].Tokens[0].Value(); got != want {
			t.Errorf("%s: %q", text, got)
		}
	}
}

// TestSegments: semicolons split, but not within literals and comments; a fault stays with its segment.
func TestSegments(t *testing.T) {
	segments, faults := Scan("a 'x;y' /* ; */ `z;` ; ? ;; b -- ;\n")
	var got []string
	for _, s := range segments {
		got = append(got, fmt.Sprintf("%d %t", len(s.Tokens)-1, s.Faulty))
	}
	if want := []string{"3 false", "1 true", "0 false", "1 false"}; !reflect.DeepEqual(got, want) || len(faults) != 1 {
		t.Errorf("got %q, %v", got, faults)
	}
}

// TestEndOfSegment: EOF is on the semicolon, or after the last token.
func TestEndOfSegment(t *testing.T) {
	segments, _ := Scan("ab ; cd \n")
	first, second := segments[0].Tokens[1].Span, segments[1].Tokens[1].Span
	if (first != diag.Span{Start: 3, End: 4}) || (second != diag.Span{Start: 7, End: 7}) {
		t.Errorf("%v, %v", first, second)
	}
}

func TestMatches(t *testing.T) {
	segments, faults := Scan("( a [ CASE ( ) END ] ) END t.case")
	var got []int
	for _, tok := range segments[0].Tokens {
		got = append(got, tok.Match)
	}
	want := []int{8, -1, 7, 6, 5, 4, 3, 2, 0, -1, -1, -1, -1, -1}
	if len(faults) > 0 || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v", got, faults)
	}
}

func TestBracketFaults(t *testing.T) {
	cases := map[string]string{
		"( [ a )":       "2 \"[\" is never closed",
		"( a ] )":       "4 \"]\" closes nothing",
		"( CASE a )":    "2 CASE is never closed",
		"( a [":         "4 \"[\" is never closed",
		"a ]":           "2 \"]\" closes nothing",
		"( a ; ) b ; c": "0 \"(\" is never closed, 6 \")\" closes nothing",
	}
	for text, want := range cases {
		_, faults := Scan(text)
		var got []string
		for _, f := range faults {
			got = append(got, fmt.Sprintf("%d %s", f.Span.Start, f.Msg))
		}
		if first := strings.Join(got, ", "); !strings.HasPrefix(first, strings.Split(want, ",")[0]) ||
			strings.Contains(want, ",") && first != want {
			t.Errorf("%s: got %s, want %s", text, first, want)
		}
	}
}

func TestManyFaultsAreBounded(t *testing.T) {
	if _, faults := Scan(strings.Repeat("? ", 100_000)); len(faults) != MaxFaults {
		t.Errorf("%d faults", len(faults))
	}
}

func TestQuote(t *testing.T) {
	cases := map[string]string{"a": "a", "a_1$": "a_1$", "größe": "größe", "": "``", "1a": "`1a`",
		"a b": "`a b`", "order": "`order`",
		"ORDER": "`ORDER`", "a`b": "`a``b`"}
	for name, want := range cases {
		if got := Quote(name); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
	if got := QuoteString("it's"); got != "'it''s'" {
		t.Error(got)
	}
}

// FuzzScan: no text makes the scanner panic; tokens are in order, within the text, and have the text of their place.
func FuzzScan(f *testing.F) {
	for _, text := range []string{"SELECT 'a''b', `c` FROM t; -- x", "/*+ a */ CASE ( END ]", "'",
		"\xff\x00", "\ufeff1e", "1.5.6"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		segments, _ := Scan(text)
		last := int32(0)
		for _, s := range segments {
			for i, tok := range s.Tokens {
				if tok.Span.Start < last || tok.Span.End < tok.Span.Start || int(tok.Span.End) > len(text) {
					t.Fatalf("%q: token %d at %v after %d", text, i, tok.Span, last)
				}
				if tok.Kind != EOF && text[tok.Span.Start:tok.Span.End] != tok.Text {
					t.Fatalf("%q: token %d is %q", text, i, tok.Text)
				}
				if tok.Match != NoMatch && s.Tokens[tok.Match].Match != i {
					t.Fatalf("%q: token %d has no mutual partner", text, i)
				}
				last = tok.Span.End
			}
		}
	})
}
