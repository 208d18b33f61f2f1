package kernel

import (
	"unicode/utf8"

	"streamsql/internal/diag"
)

// datePattern is a compiled date pattern of Java. Which letters there are, and how often each may occur, is in
// dateletter.go. Quoted text and other characters are literal.
type datePattern struct {
	use   dateUse
	parts []datePart
}

type datePart struct {
	letter byte // 0: literal text
	width  int
	text   string
}

// dateUse is what a pattern is for. Flink has two readers of patterns, which disagree on some letters.
type dateUse struct {
	read   bool // text is read by it, else written
	simple bool // java.text.SimpleDateFormat, else java.time.format.DateTimeFormatter
}

// What each function does with its pattern, and with which of Java's two classes Flink does it.
var (
	writeTime = dateUse{}                         // DATE_FORMAT of a timestamp
	writeText = dateUse{simple: true}             // DATE_FORMAT of a text, FROM_UNIXTIME
	readTime  = dateUse{read: true}               // TO_TIMESTAMP
	readText  = dateUse{read: true, simple: true} // TO_DATE, UNIX_TIMESTAMP
)

// parsePattern compiles a pattern for a use. Its error names the letter, its place in the pattern and what to do.
func parsePattern(p string, use dateUse) (*datePattern, error) {
	out := &datePattern{use: use}
	for i := 0; i < len(p); {
		n := 1
		switch c := p[i]; {
		case c == '\'':
			text, length, ok := quoted(p[i:])
			if !ok {
				return nil, badDatePattern(p, i, "a quote is not closed", "two quotes mean one")
			}
			out.literal(text)
			n = length
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			for i+n < len(p) && p[i+n] == c {
				n++
			}
			if msg, hint := refuseLetter(c, n, use); msg != "" {
				return nil, badDatePattern(p, i, msg, hint)
			}
			out.parts = append(out.parts, datePart{letter: canonicalLetter(c), width: n})
		case !use.simple && (c == '[' || c == ']' || c == '{' || c == '}' || c == '#'):
			return nil, badDatePattern(p, i, string(c)+" has a meaning of its own in Java",
				"write one pattern for each form of the text, or '"+string(c)+"' for the character")
		default:
			_, n = utf8.DecodeRuneInString(p[i:])
			out.literal(p[i : i+n])
		}
		i += n
	}
	if use.read {
		if msg, hint := out.refuseFields(); msg != "" {
			return nil, badDatePattern(p, 0, msg, hint)
		}
	}
	return out, nil
}

func badDatePattern(p string, at int, msg, hint string) error {
	d := diag.New(diag.BadPattern, "date pattern %q: %s, at character %d", p, msg, utf8.RuneCountInString(p[:at])+1)
	d.Hint = hint
	return d
}

// quoted reads '…' at the start of s, where two quotes mean one; n is its length with the quotes.
func quoted(s string) (text string, n int, ok bool) {
	if len(s) > 1 && s[1] == '\'' {
		return "'", 2, true
	}
	for i := 1; i < len(s); i++ {
		if s[i] != '\'' {
			text += s[i : i+1]
			continue
		}
		if i+1 < len(s) && s[i+1] == '\'' {
			text += "'"
			i++
			continue
		}
		return text, i + 1, true
	}
	return "", 0, false
}

func (p *datePattern) literal(text string) {
	if n := len(p.parts); n > 0 && p.parts[n-1].letter == 0 {
		p.parts[n-1].text += text
		return
	}
	p.parts = append(p.parts, datePart{text: text})
}
