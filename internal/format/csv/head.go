package csv

import (
	"bytes"
	"slices"
	"strings"

	"streamsql/internal/diag"
	"streamsql/internal/format/columns"
)

// Under implements format.Headed. Chunks of one file come in a row mostly, so the last head is remembered.
func (d *Decoder) Under(head []byte) {
	if d.known && bytes.Equal(head, d.head) {
		return
	}
	d.head, d.known = bytes.Clone(head), true
	if d.set.header != headerNames {
		return
	}
	d.fields, d.absent = nil, nil
	if d.wrong = d.byName(head); d.wrong.code != "" {
		d.wrong.msg = "the header of the file " + d.wrong.msg
	}
}

// byName maps the fields of records under a line of names. The fault says why it cannot.
func (d *Decoder) byName(head []byte) fault {
	names, f := d.names(head)
	if f.code != "" {
		return f
	}
	found := map[string]bool{}
	for _, name := range names {
		i := slices.IndexFunc(d.cols, func(c *columns.Column) bool { return c.Name == name })
		if i < 0 {
			d.fields = append(d.fields, d.other)
			continue
		}
		if found[name] {
			return fault{code: diag.DuplicateKey, col: d.cols[i], msg: "names column " + columns.Quote(name) + " twice"}
		}
		found[name] = true
		d.fields = append(d.fields, d.cols[i])
	}
	if len(found) == 0 && len(names) == 1 {
		if other := d.otherDelimiter(head, 1); other != "" {
			return fault{
				code: diag.FieldMissing, msg: "has 1 name: " + columns.Quote(head) + "; if " + other +
					" separates them, set '" + keyDelimiter + "'",
			}
		}
	}
	if len(found) == 0 {
		return fault{
			code: diag.FieldMissing,
			msg: "names none of the table's columns: " + columns.Quote(head) + "; without a header leave '" + keyHeader +
				"' out, to take columns by position set it to '" + headerSkip + "'",
		}
	}
	for _, c := range d.cols {
		switch {
		case found[c.Name]:
			continue
		case d.resembling(c, names) != "":
			return fault{code: diag.FieldMissing, col: c, msg: "has " + columns.Quote(d.resembling(c, names)) +
				" where the table has " + columns.Quote(c.Name) + ": names must match exactly"}
		case c.NotNull:
			return fault{code: diag.FieldMissing, col: c, msg: "lacks column " + columns.Quote(c.Name) + ", which is NOT NULL"}
		case c.Keep:
			d.absent = append(d.absent, c)
		}
	}
	return fault{}
}

// names takes a head apart.
func (d *Decoder) names(head []byte) (names []string, f fault) {
	if msg := notText(head); msg != "" {
		return nil, fault{code: diag.RecordSyntax, msg: "cannot be read: " + msg}
	}
	if len(head) == 0 {
		return nil, fault{code: diag.RecordSyntax, msg: "is missing or empty, and '" + keyHeader + "' is '" +
			headerNames + "'"}
	}
	kept := d.data
	defer func() { d.data, d.fault = kept, fault{} }()
	d.data = head
	for p := 0; ; {
		text, _, q := d.field(p)
		if q < 0 {
			return nil, fault{code: diag.RecordSyntax, msg: "cannot be read: " + d.fault.msg}
		}
		names = append(names, string(text))
		if q == len(head) || head[q] != d.set.delim {
			return names, fault{}
		}
		p = q + 1
	}
}

// resembling is the name that was probably meant for a column: one that differs in case or by blanks around it.
func (d *Decoder) resembling(c *columns.Column, names []string) string {
	for _, name := range names {
		if strings.EqualFold(strings.TrimSpace(name), c.Name) {
			return name
		}
	}
	return ""
}
