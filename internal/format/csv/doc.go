// Package csv reads and writes separated fields: RFC 4180, UTF-8, with Flink's options.
//
// # Reading
//
// The Decoder goes over the bytes once, from left to right, and writes values straight into columns; nothing is
// allocated per record.
//
//	1007,apple,"say ""hi""",2026-01-01 12:00:00.123␊
//	└┬─┘ └─┬─┘ └────┬────┘ └──────────┬───────────┘
//	 parsed in place, by the declared type: the scan of a number stops at the delimiter by itself
//	       eight bytes at a time to the delimiter
//	                odd: taken out of its quotes first
//
// # What a row is
//
//   - A record ends at a line feed that is not within quotes. A quote opens a field only where the field begins. \r\n
//     is a line feed; a bare carriage return is bad unless it is quoted. The last record may end with the data.
//   - Fields are columns by position, or by name (see csv.header). A record has as many fields as there are columns:
//     one that has more is bad (record-syntax), one that has fewer too (field-missing).
//   - The first fault from left to right counts. A quote in the middle of an unquoted field, text after a closing quote
//     and a quote that is never closed are record-syntax.
//   - Blank lines are left out, except in a table of one column, where an empty line is an empty field.
//   - A byte order mark in the middle of a file is bad, and so is a header that comes again: files were joined.
//
// # NULL and the empty text
//
//	field             without csv.null-literal              with it
//	the literal       a value like others                   NULL
//	nothing           NULL; '' in columns of text           a value like others: '' in columns of text, else bad
//	""                '' in columns of text, else bad       the same
//
// A field in quotes is never NULL, also when the literal is within them.
//
// # Values
//
// As columns judges them. Numbers may have blanks around them, a plus and leading zeros, as in CAST; BOOLEAN is true or
// false in any case; NaN, Infinity and -Infinity are doubles; blanks around a text belong to it.
//
// # The header
//
// A header belongs to its file: each may have its columns in another order. Names match exactly; fields of undeclared
// names are skipped, declared columns that the header lacks are NULL. It is wrong when it names a declared column
// twice, lacks a NOT NULL column, names one in other letters or has none of the table's columns: then every record of
// the file is bad.
//
// # Ignoring errors
//
// With csv.ignore-parse-errors a value that does not fit and a field that is missing become NULL (in a NOT NULL column
// the record goes), and a record that is not a row is left out. All are counted in Rows.Ignored. A wrong header is not
// ignored.
//
// # Writing
//
// See Encoder.
package csv
