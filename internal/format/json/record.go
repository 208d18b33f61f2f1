package json

import (
	"encoding/binary"
	"unicode/utf8"

	"streamsql/internal/diag"
	"streamsql/internal/format/columns"
)

// record reads the record at p into row d.row of the columns. It returns the position after its line, blank for an
// empty line, or bad with d.fault set; it never looks beyond the line's end.
func (d *Decoder) record(p int) int {
	data := d.data
	if data[p] != '{' {
		p = space(data, p)
		if p == len(data) || data[p] == '\n' {
			return blank
		}
		if data[p] != '{' {
			return d.syntax(p)
		}
	}
	d.startRecord()
	row, serial := d.row, d.serial
	seen, missed, k := 0, 0, 0
	for {
		// p is at the brace or comma before a key.
		var c *columns.Column
		if k < len(d.guess) && d.guess[k].at(data, p) {
			c = d.guess[k].col
			p += d.guess[k].n
			k++
		} else {
			missed++
			if k+1 < len(d.guess) && d.guess[k+1].at(data, p) { // one column is missing
				c = d.guess[k+1].col
				p += d.guess[k+1].n
				k += 2
			} else {
				from := p
				if c, p = d.key(p); c == nil {
					if p >= 0 {
						break // an object without members
					}
					return bad
				}
				if d.learn {
					d.keepGuess(data[from:p], c)
					k = len(d.guess)
				} else {
					k = d.findGuess(c, k)
				}
			}
		}
		// A number per record instead of a set: nothing has to be cleared between records.
		if c.Serial == serial {
			return d.duplicate(c, p)
		}
		c.Serial = serial
		seen++
		if p < len(data) && data[p] <= ' ' { // a guess may end before blanks
			p = space(data, p)
		}
		// The chunk ends after the colon: the writer of the file was killed in the middle of a record.
		if p >= len(data) {
			return d.syntax(p)
		}

		// A column that nobody reads (keep is false) is scanned and judged like the others: whether a record is bad
		// depends on the table, not on the query. The fast scan of a kind stops at what it does not know; odd then
		// decides what it is.
		var q int
		switch c.Kind {
		case columns.KindI64:
			var v int64
			if v, q = columns.ScanInt(data, p); q < 0 {
				q = d.odd(c, p)
			} else if c.Keep {
				c.I64[row] = v
			}
		case columns.KindInt:
			var v int64
			if v, q = columns.ScanInt(data, p); q < 0 || v < c.Least || v > c.Most {
				q = d.odd(c, p)
			} else if c.Keep {
				c.PutInt(row, v)
			}
		case columns.KindText:
			var high bool
			// Only a text with a byte from 0x80 on is worth the check of its UTF-8.
			if q, high = scanText(data, p); q < 0 || (high && !utf8.Valid(data[p+1:q])) || q-p > c.MaxBytes {
				q = d.odd(c, p)
			} else {
				if c.Keep {
					c.PutText(row, data[p+1:q])
				}
				q++
			}
		case columns.KindTimestamp:
			var v int64
			if data[p] == '"' {
				v, q = c.ScanTimestamp(data, p+1)
			} else {
				q = bad
			}
			if q < 0 || q >= len(data) || data[q] != '"' {
				q = d.odd(c, p)
			} else {
				if c.Keep {
					c.I64[row] = v
				}
				q++
			}
		case columns.KindDecimal:
			var v int64
			if v, q = c.ScanDecimal(data, p); q < 0 {
				q = d.odd(c, p)
			} else if c.Keep {
				c.I64[row] = v
			}
		case columns.KindDouble:
			var v float64
			if v, q = columns.ScanFloat(data, p); q < 0 {
				q = d.odd(c, p)
			} else if c.Keep {
				c.F64[row] = v
			}
		case columns.KindOther:
			// All undeclared keys share this column: a second one is not a duplicate, and none counts as a column that
			// was seen.
			c.Serial = 0
			seen--
			d.into.Unknown++
			q = d.skip(data, p, 1)
		default:
			q = d.odd(c, p)
		}
		if q < 0 {
			return bad
		}

		p = q
		if p < len(data) && data[p] == ',' {
			continue
		}
		p = space(data, p)
		if p < len(data) && data[p] == ',' {
			continue
		}
		if p < len(data) && data[p] == '}' {
			p++
			break
		}
		return d.syntax(p)
	}
	d.endRecord(missed)
	if seen != len(d.cols) && !d.missing() {
		return bad
	}
	// Anything but blanks after the brace makes the line bad: two records on one line would otherwise lose the second.
	// The last line may lack its line end.
	if p < len(data) && data[p] == '\n' {
		return p + 1
	}
	if p = space(data, p); p == len(data) {
		return p
	}
	if data[p] == '\n' {
		return p + 1
	}
	return d.syntax(p)
}

// key reads a separator, a key and its colon. It returns the column and the position of the value. A nil column with a
// position is the end of an empty object; with bad it is a fault.
func (d *Decoder) key(p int) (*columns.Column, int) {
	data := d.data
	first := data[p] == '{'
	p = space(data, p+1)
	if first && p < len(data) && data[p] == '}' {
		return nil, p + 1
	}
	if p == len(data) || data[p] != '"' {
		return nil, d.syntax(p)
	}
	q, _ := scanText(data, p)
	c := d.other
	if q >= 0 {
		if have, ok := d.byName[string(data[p+1:q])]; ok {
			c = have
		}
		q++
	} else {
		var name []byte
		if name, q, _ = d.unescape(data, p); q < 0 {
			return nil, d.syntax(p)
		}
		if have, ok := d.byName[string(name)]; ok {
			c = have
		}
	}
	q = space(data, q)
	if q == len(data) || data[q] != ':' {
		return nil, d.syntax(q)
	}
	return c, space(data, q+1)
}

func (d *Decoder) syntax(p int) int {
	d.fault = fault{code: diag.RecordSyntax, at: p, msg: "the record is not valid JSON"}
	return bad
}

func (d *Decoder) duplicate(c *columns.Column, p int) int {
	d.fault = fault{code: diag.DuplicateKey, col: c, at: p, msg: "the key " + columns.Quote(c.Name) + " occurs twice"}
	return bad
}

// space skips blanks within a line.
func space(data []byte, p int) int {
	for p < len(data) && (data[p] == ' ' || data[p] == '\t' || data[p] == '\r') {
		p++
	}
	return p
}

func load(data []byte, p int) uint64 { return binary.LittleEndian.Uint64(data[p:]) }
