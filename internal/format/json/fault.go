package json

import (
	"bytes"

	"streamsql/internal/diag"
	"streamsql/internal/format/columns"
	"streamsql/internal/option"
)

// fault is why a record is not a row.
type fault struct {
	code diag.Code
	col  *columns.Column
	at   int
	msg  string
}

// kindOfValue names the JSON value that begins with c.
func kindOfValue(c byte) string {
	switch c {
	case '{':
		return "an object"
	case '[':
		return "an array"
	case '"':
		return "a string"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	}
	return "a number"
}

// explain says what is wrong with a line that is not JSON, going by the usual mistakes.
func explain(line []byte) string {
	const base = "the record is not valid JSON"
	has := func(s string) bool { return bytes.Contains(line, []byte(s)) }
	trimmed := bytes.TrimSpace(line)
	switch {
	case bytes.HasPrefix(line, []byte{0xff, 0xfe}) || bytes.HasPrefix(line, []byte{0xfe, 0xff}) ||
		bytes.Count(line, []byte{0})*3 > len(line):
		return "the text looks like UTF-16; only UTF-8 is read"
	case has("\xef\xbb\xbf"):
		return base + ": there is a byte order mark in the middle of the file (were files joined?)"
	case has("}\r{") || has("}\r\r"):
		return base + ": lines end with a bare carriage return; end them with a line feed"
	case bytes.HasPrefix(trimmed, []byte("//")) || bytes.HasPrefix(trimmed, []byte("#")) || has("/*") || has("} //"):
		return base + ": JSON has no comments"
	case bytes.HasPrefix(trimmed, []byte("{'")) || has(",'") || has(", '"):
		return base + ": strings are written in double quotes"
	case has(",}") || has(", }") || has(",]") || has(", ]"):
		return base + ": there is a comma before a closing bracket"
	case has(":NaN") || has(": NaN") || has("Infinity"):
		return base + `: NaN and Infinity must be written as strings, "NaN"`
	case bytes.ContainsFunc(trimmed, func(r rune) bool { return r < ' ' && r != '\t' && r != '\r' }):
		return base + ": it has a control character that is not escaped"
	case has("}{") || has("} {"):
		return base + ": there are two objects on one line"
	case len(trimmed) > 0 && trimmed[0] == '{' && trimmed[len(trimmed)-1] != '}':
		return base + ": it ends early, or goes on after its closing brace"
	}
	return base
}

// missingText says that a column is missing, and names a key that was perhaps meant.
func (d *Decoder) missingText(c *columns.Column) string {
	msg := "the key " + columns.Quote(c.Name) + " is missing"
	if near := d.nearKey(c); near != "" {
		msg += ", but there is " + columns.Quote(near) + ": keys must match exactly"
	}
	return msg
}

// nearKey looks among the undeclared keys of the guesses for one that resembles the column's name.
func (d *Decoder) nearKey(c *columns.Column) string {
	var keys []string
	for _, g := range d.guess {
		if g.col != d.other {
			continue
		}
		if name, q, ok := d.unescape([]byte(g.text), bytes.IndexByte([]byte(g.text), '"')); ok && q > 0 {
			keys = append(keys, string(name))
		}
	}
	return option.Nearest(c.Name, keys)
}
