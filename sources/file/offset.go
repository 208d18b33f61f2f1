package file

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"

	"streamsql/internal/diag"
	"streamsql/sources"
)

// position is an offset as the log holds it; the package comment shows one. The zero position is the beginning.
type position struct {
	Files []progress `json:"files"`
	Total total      `json:"total"`
}

// progress is how far a file was read in one epoch.
type progress struct {
	Name  name  `json:"name"`
	Size  int64 `json:"size"`
	Mtime int64 `json:"mtime"`           // nanoseconds since 1970
	End   int64 `json:"end"`             // unpacked
	Lines int64 `json:"lines,omitempty"` // before End; 0 when not known
	Done  bool  `json:"done,omitempty"`
	// Skip says that a person gave the file up: what is after the last epoch's End was passed over. A replay passes
	// over it as well, whether or not it is told to again.
	Skip bool `json:"skip,omitempty"`
}

// total sums up files that are done.
type total struct {
	Files  int64  `json:"files"`
	Bytes  int64  `json:"bytes"`
	Digest hex64  `json:"digest"` // independent of order
	Newest newest `json:"newest"`
	// Skipped names the files that were given up. They are not part of the sums: they may be away or back at any time.
	Skipped []name `json:"skipped,omitempty"`
}

type newest struct {
	Mtime int64 `json:"mtime"`
	Name  name  `json:"name"`
}

// name is a file's name; one that is not UTF-8 is written escaped, under a leading slash that no relative name has.
type name string

// MarshalJSON implements json.Marshaler.
func (n name) MarshalJSON() ([]byte, error) {
	if utf8.ValidString(string(n)) {
		return json.Marshal(string(n))
	}
	return json.Marshal("/" + strconv.QuoteToASCII(string(n)))
}

// UnmarshalJSON implements json.Unmarshaler.
func (n *name) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	if len(s) > 0 && s[0] == '/' {
		raw, err := strconv.Unquote(s[1:])
		*n = name(raw)
		return err
	}
	*n = name(s)
	return nil
}

type hex64 uint64

// MarshalJSON implements json.Marshaler.
func (h hex64) MarshalJSON() ([]byte, error) { return fmt.Appendf(nil, `"%016x"`, uint64(h)), nil }

// UnmarshalJSON implements json.Unmarshaler.
func (h *hex64) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	v, err := strconv.ParseUint(s, 16, 64)
	*h = hex64(v)
	return err
}

func (s *Source) parse(o sources.Offset) (position, error) {
	var p position
	if o == nil {
		return p, nil
	}
	if err := json.Unmarshal(o, &p); err != nil {
		return p, diag.New(diag.SourceOffset, "the logged position of table %q cannot be read", s.table).WithCause(err)
	}
	return p, nil
}

// advance moves the position over one chunk.
func (p *position) advance(c *piece) {
	if last := len(p.Files) - 1; last < 0 || string(p.Files[last].Name) != c.file.name {
		p.Files = append(p.Files, progress{Name: name(c.file.name), Size: c.file.size, Mtime: c.file.mtime})
	}
	last := &p.Files[len(p.Files)-1]
	last.End, last.Lines, last.Done, last.Skip = c.end, c.lines, c.done, c.skip
	switch {
	case c.skip:
		p.Total.Skipped = append(slices.Clone(p.Total.Skipped), last.Name)
	case c.done:
		p.Total.add(c.file)
	}
}

// open is the file under way; ok is false when the position is between files.
func (p *position) open() (progress, bool) {
	if n := len(p.Files); n > 0 && !p.Files[n-1].Done {
		return p.Files[n-1], true
	}
	return progress{}, false
}

// of is where reading a file resumes: the position, and the lines before it (−1 when not known).
func (p *position) of(file name) (end, lines int64) {
	if f, ok := p.open(); ok && f.Name == file {
		return f.End, f.linesBefore()
	}
	return 0, 0
}

// linesBefore is the number of lines before End, −1 when the log does not say: it was written before lines were
// counted.
func (p progress) linesBefore() int64 {
	if p.Lines == 0 && p.End > 0 {
		return -1
	}
	return p.Lines
}

func (t *total) add(f entry) {
	t.Files++
	t.Bytes += f.size
	t.Digest ^= hex64(f.digest())
	if f.after(t.Newest) {
		t.Newest = newest{f.mtime, name(f.name)}
	}
}
