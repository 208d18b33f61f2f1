// Package json reads and writes JSON lines: one object per line, RFC 8259, UTF-8.
//
// # Reading
//
// The Decoder goes over the bytes once, from left to right, and writes values straight into columns; nothing is
// allocated per record.
//
//	{"auction":1007,"bidder":1001,"price":250,…}
//	 └ guess ──┘└┬─┘└ guess ─┘
//	             └ parsed in place, by the declared type
//
// Records of one table have their keys in the same order nearly always. The decoder remembers the bytes between the
// values of the last record it looked at closely (a guess: `{"auction":`, `,"bidder":` …) and compares words; where
// they differ it reads the key properly. The guesses are a cache: no result depends on them.
//
// # What a row is
//
//   - A line that is not one JSON object is bad: record-syntax, record-not-object, record-too-deep (more than 512
//     levels), record-too-long. This goes before anything else that is wrong with the record.
//   - Then the first fault from left to right counts: a declared key that comes twice, text that is not UTF-8, a value
//     that does not fit its column. Last come, in the order of declaration, the columns that are missing.
//   - Keys match declared names exactly. Undeclared keys are skipped and counted; of their values only the grammar is
//     checked.
//   - Blank lines are skipped. A line ends with \n or \r\n; the last one may end with the data.
//   - A missing key and null are NULL; in a NOT NULL column they are bad. With json.fail-on-missing-field a missing key
//     is always bad.
//
// # Values
//
//	BOOLEAN           true, false
//	TINYINT … BIGINT  a number without fraction: 17, 1.0 and 1e3 are whole; out of range is an error, never a wrap
//	DECIMAL(p,s)      a number, or a string that holds one; exact: digits that would be lost are an error
//	FLOAT, DOUBLE     a number, correctly rounded; 1e400 is an error; "NaN", "Infinity", "-Infinity" as strings
//	STRING            a string; \u0000 is kept, half a surrogate pair is an error
//	VARCHAR(n)        a string of at most n characters; CHAR(n) likewise; it is not padded
//	DATE              "2026-01-01"
//	TIMESTAMP(p)      "2026-01-01 12:00:00.123" or with T; up to 9 digits after the point, cut to p; a final Z is taken
//	                  (a TIMESTAMP is counted in UTC), another offset is an error
//	TIMESTAMP_LTZ(p)  the same with Z or an offset (+01:00), which must be there
//
// Years are 0001 to 9999. Days and times must exist: no February 30, no 24:00, no second 60.
//
// # Ignoring errors
//
// With json.ignore-parse-errors a value that does not fit becomes NULL (in a NOT NULL column the record goes), and a
// record that is not a row is left out. Both are counted in Rows.Ignored.
//
// # Writing
//
// See Encoder.
package json
