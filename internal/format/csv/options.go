package csv

import (
	"strconv"
	"strings"

	"streamsql/internal/format"
	"streamsql/internal/option"
)

const (
	keyDelimiter = "csv.field-delimiter"
	keyNoQuote   = "csv.disable-quote-character"
	keyQuote     = "csv.quote-character"
	keyEscape    = "csv.escape-character"
	keyNull      = "csv.null-literal"
	keyComments  = "csv.allow-comments"
	keyIgnore    = "csv.ignore-parse-errors"
	keyArray     = "csv.array-element-delimiter"
	keyDecimals  = "csv.write-bigdecimal-in-scientific-notation"
	keyHeader    = "csv.header"
)

// The values of csv.header.
const (
	headerNone  = "none"
	headerSkip  = "skip"
	headerNames = "names"
)

// Options are what a table WITH ('format' = 'csv') may say.
var Options = option.Set{
	{Key: keyDelimiter, Kind: option.String, Default: ",",
		Doc: `What separates fields: one ASCII character; \t is a tab, \u0001 any character by its number.`},
	{Key: keyQuote, Kind: option.String, Default: `"`,
		Doc: "What encloses fields that hold a delimiter, a quote or a line feed; a quote within them is doubled."},
	{Key: keyNoQuote, Kind: option.Bool, Default: "false",
		Doc: "Quotes are characters like others; a line feed always ends a record."},
	{Key: keyEscape, Kind: option.String,
		Doc: `What takes the meaning off the next character, within quotes or not; \n, \r, \t and \0 are control ` +
			`characters after it.`},
	{Key: keyNull, Kind: option.String,
		Doc: "The unquoted field that is NULL. Without it an empty field is NULL, except in columns of text, where it is " +
			"the empty text."},
	{Key: keyComments, Kind: option.Bool, Default: "false", Doc: "Leave out lines that begin with #."},
	{Key: keyHeader, Kind: option.Enum, Values: []string{headerNone, headerSkip, headerNames}, Default: headerNone,
		Doc: "The first line of each file: a record; left out; or the names of its columns, which are then taken by name. " +
			"Files are written with a line of names unless it is none."},
	{Key: keyIgnore, Kind: option.Bool, Default: "false",
		Doc: "Make values that do not fit NULL and leave out records that cannot be read, instead of treating them as " +
			"errors; both are counted."},
	format.MaxRecord("csv"),
	{Key: keyArray, Kind: option.String, Doc: "Refused: columns cannot be arrays."},
	{Key: keyDecimals, Kind: option.Bool, Default: "false",
		Doc: "Only false: a DECIMAL is written with all of its digits."},
}

// dialect is the grammar of a table's records.
type dialect struct {
	delim    byte
	quote    byte // delim where there are no quotes
	escape   byte // delim where there are no escapes
	quoting  bool
	escaping bool
	comments bool
	null     []byte
	hasNull  bool
}

// marks reports whether a character has a meaning within records.
func (d dialect) marks(c byte) bool { return c == d.delim || c == d.quote || c == d.escape }

// settings are the options as decoder and encoder use them.
type settings struct {
	dialect
	header    string
	ignore    bool
	maxRecord int
}

func settingsOf(v option.Values) settings {
	s, _ := read(v)
	return s
}

// CheckOptions reports what contradicts itself.
func CheckOptions(v option.Values) []option.Problem {
	_, problems := read(v)
	return problems
}

// read takes the settings from the options; those that are wrong have their defaults.
func read(v option.Values) (settings, []option.Problem) {
	r := reader{values: v}
	s := settings{maxRecord: format.MaxRecordOf("csv", v), header: headerNone}
	s.delim = r.character(keyDelimiter, ',')
	s.quote, s.quoting = r.character(keyQuote, '"'), !r.bool(keyNoQuote)
	s.escape, s.escaping = r.character(keyEscape, 0), v.Given(keyEscape)
	s.comments, s.ignore = r.bool(keyComments), r.bool(keyIgnore)
	if v.Given(keyHeader) {
		s.header = v.String(keyHeader)
	}
	if s.hasNull = v.Given(keyNull); s.hasNull {
		s.null = []byte(v.String(keyNull))
	}
	r.contradictions(&s)
	if !s.quoting {
		s.quote = s.delim
	}
	if !s.escaping {
		s.escape = s.delim
	}
	return s, r.problems
}

// reader collects problems.
type reader struct {
	values   option.Values
	problems []option.Problem
}

func (r *reader) problem(key, msg, hint string) {
	r.problems = append(r.problems, option.Problem{Key: key, Msg: "option " + strconv.Quote(key) + " " + msg, Hint: hint})
}

func (r *reader) bool(key string) bool { return r.values.Given(key) && r.values.Bool(key) }

// character reads an option that is one character.
func (r *reader) character(key string, otherwise byte) byte {
	if !r.values.Given(key) {
		return otherwise
	}
	text := r.values.String(key)
	if key == keyDelimiter {
		text = unescape(text)
	}
	if len(text) != 1 || text[0] >= 0x80 || text == "\n" || text == "\r" {
		r.problem(key, "must be one ASCII character and no line end", "")
		return otherwise
	}
	if c := text[0]; c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.' {
		r.problem(key, "cannot be a letter, a digit, or a character of numbers", "")
		return otherwise
	}
	return text[0]
}

// unescape reads the escapes of Java that matter for one character.
func unescape(text string) string {
	switch {
	case text == `\t`:
		return "\t"
	case text == `\\`:
		return `\`
	case len(text) == 6 && strings.HasPrefix(text, `\u`):
		if n, err := strconv.ParseUint(text[2:], 16, 16); err == nil {
			return string(rune(n))
		}
	}
	return text
}

func (r *reader) contradictions(s *settings) {
	v := r.values
	if !s.quoting && v.Given(keyQuote) {
		r.problem(keyQuote, "has no meaning when '"+keyNoQuote+"' is true", "leave one of them out")
	}
	if s.quoting && s.quote == s.delim {
		r.problem(keyQuote, "is the same character as the delimiter", "")
	}
	if s.escaping && (s.escape == s.delim || s.quoting && s.escape == s.quote) {
		r.problem(keyEscape, "is the same character as the delimiter or the quote",
			"a quote within a quoted field is doubled, without this option")
	}
	if s.comments && (s.delim == '#' || s.quoting && s.quote == '#') {
		r.problem(keyComments, "cannot be true where # is the delimiter or the quote", "")
	}
	for _, c := range s.null {
		if c == s.delim || s.quoting && c == s.quote || s.escaping && c == s.escape || c == '\n' || c == '\r' {
			r.problem(keyNull, "holds a character that ends or quotes a field", "")
			break
		}
	}
	if s.comments && len(s.null) > 0 && s.null[0] == '#' {
		r.problem(keyNull, "begins with #, which begins a comment", "")
	}
	if v.Given(keyArray) {
		r.problem(keyArray, "has no meaning: columns cannot be arrays", "leave it out")
	}
	if r.bool(keyDecimals) {
		r.problem(keyDecimals, "cannot be true: a DECIMAL is written with all of its digits",
			"leave it out, or set it to false")
	}
}
