package format

import "bytes"

// Framing is how the records of a format follow each other in a stream of bytes.
type Framing struct {
	Splitter  Splitter
	MaxRecord int // a longer record is bad: sources hand out its beginning and pass over the rest
	// Headed: a stream begins with a record that is not a row but says something of the others, its head. Sources take
	// it off and hand it out with every chunk, because chunks are decoded side by side and a run may begin in the
	// middle of a stream.
	Headed bool
}

// Splitter finds where records end. Where one ends depends on nothing but the bytes from its beginning on. Splitters
// are values: any number of goroutines may use one.
type Splitter interface {
	// Split finds the records that end within data, which begins with one: n of them, at most `most` (at least 1), of
	// which the last ends before the position end. n is 0 when no record ends in data.
	Split(data []byte, most int) (n, end int)
	// End finds the position after the record that data continues. state is 0 at the record's beginning, else what End
	// returned for the bytes before data. end is −1 when the record does not end in data.
	End(data []byte, state int) (end, next int)
}

// Record is the record of data that begins at start, without its terminator. The last one may lack it.
func Record(s Splitter, data []byte, start int) []byte {
	record := data[start:]
	if end, _ := s.End(record, 0); end >= 0 {
		record = record[:end]
	}
	return Trim(record)
}

// Trim takes the end of the line off a record.
func Trim(record []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(record, newline), []byte{'\r'})
}

// Fits reports whether a record with its terminator has at most max bytes without it.
func Fits(record []byte, max int) bool { return len(record) <= max || len(Trim(record)) <= max }

var newline = []byte{'\n'}

// Lines is the Splitter of formats whose records are lines.
type Lines struct{}

// Split implements Splitter.
func (Lines) Split(data []byte, most int) (n, end int) {
	n = bytes.Count(data, newline)
	if n < most {
		return n, bytes.LastIndexByte(data, '\n') + 1
	}
	return most, lineEnd(data, most)
}

// End implements Splitter.
func (Lines) End(data []byte, _ int) (end, next int) {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return i + 1, 0
	}
	return -1, 0
}

// lineEnd is the position after the n-th newline of b, which has that many.
func lineEnd(b []byte, n int) int {
	const step = 16 << 10
	p := 0
	for {
		piece := b[p:min(p+step, len(b))]
		k := bytes.Count(piece, newline)
		if k >= n {
			break
		}
		n -= k
		p += len(piece)
	}
	for ; n > 0; n-- {
		p += bytes.IndexByte(b[p:], '\n') + 1
	}
	return p
}
