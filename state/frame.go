package state

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"

	"streamsql/internal/rowkey"
	"streamsql/internal/sqltype"
)

// FileRef names one state file. It is part of commit records.
type FileRef struct {
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"`
	CRC   uint32 `json:"crc32c"` // CRC-32C of the footer; covers every byte of the file
	Class int    `json:"class"`  // how often its rows were merged: 8 files of a class become one of the next
	First int64  `json:"first"`  // epochs whose touched rows it holds; fromStart when no file is older
	Last  int64  `json:"last"`
}

// fromStart is what First says of a merge that includes the oldest file: nothing is left that a tombstone could hide.
const fromStart = 0

// onlyNamed reports whether nothing but the name is known: no state file is empty.
func (r FileRef) onlyNamed() bool { return r.Bytes == 0 }

// Version is the version of the file format.
const Version = 1

const (
	magic      = "streamsql state v1\n"
	magicStart = "streamsql state v"
	footerSize = 32
	footerEnd  = "end\n"
	maxSection = 1 << 31 // bytes, compressed or not: blocks are cut at 32 MiB, one value may be larger
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func crcOf(b []byte) uint32 { return crc32.Checksum(b, castagnoli) }

func crcText(c uint32) string { return fmt.Sprintf("%08x", c) }

// header is the first line of a file after the magic.
type header struct {
	First      int64         `json:"first"`
	Last       int64         `json:"last"`
	Containers []schemaEntry `json:"containers"`
}

// schemaEntry describes a container.
type schemaEntry struct {
	ID       string      `json:"id"`
	Operator string      `json:"operator"`
	Name     string      `json:"name"`
	Kind     string      `json:"kind"`
	Version  int         `json:"version"`
	Layout   string      `json:"layout"` // of the encoded key
	Extra    int         `json:"extra,omitempty"`
	Key      []typeEntry `json:"key"`
	Values   []typeEntry `json:"values"`
}

// typeEntry is a type as text for people and as numbers for us.
type typeEntry struct {
	Name string       `json:"name,omitempty"`
	SQL  string       `json:"sql"`
	Kind sqltype.Kind `json:"kind"`
	P    int32        `json:"p,omitempty"`
	S    int32        `json:"s,omitempty"`
}

// sectionKind tells sections apart.
type sectionKind string

const (
	sectionRows  sectionKind = "rows"
	sectionDrops sectionKind = "drops"
)

// section is one entry of the directory.
type section struct {
	Container int         `json:"container"` // position in the header
	Kind      sectionKind `json:"kind"`
	From      int         `json:"from"` // key groups [From, To)
	To        int         `json:"to"`
	At        int64       `json:"at"`
	Bytes     int64       `json:"bytes"`
	Raw       int64       `json:"raw"` // before compression
	Rows      int64       `json:"rows"`
	CRC       string      `json:"crc32c"`
}

type directory struct {
	Sections []section `json:"sections"`
}

func entryOf(d schema) schemaEntry {
	e := schemaEntry{
		ID: d.ID(), Operator: d.Operator, Name: d.Name, Kind: d.kind.name, Version: d.Version, Extra: d.Extra,
		Layout: rowkey.NewEncoder(d.Key).Layout().String(), Key: []typeEntry{}, Values: []typeEntry{},
	}
	for _, t := range d.Key {
		e.Key = append(e.Key, typeEntryOf("", t))
	}
	for _, c := range d.Values {
		e.Values = append(e.Values, typeEntryOf(c.Name, c.Type))
	}
	return e
}

func typeEntryOf(name string, t sqltype.Type) typeEntry {
	return typeEntry{Name: name, SQL: t.String(), Kind: t.Kind, P: t.P, S: t.S}
}

// schema is what an entry describes.
func (e *schemaEntry) schema() (schema, error) {
	d := schema{Decl: Decl{Operator: e.Operator, Name: e.Name, Version: e.Version, Extra: e.Extra}}
	for _, t := range e.Key {
		ty, err := t.typ()
		if err != nil {
			return d, err
		}
		d.Key = append(d.Key, ty)
	}
	for _, t := range e.Values {
		ty, err := t.typ()
		if err != nil {
			return d, err
		}
		d.Values = append(d.Values, Column{t.Name, ty})
	}
	var known bool
	if d.kind, known = kindNamed(e.Kind); !known || e.ID != d.ID() || d.Extra < 0 || d.Extra > len(d.Key) {
		return d, fmt.Errorf("container %q is described wrongly", e.ID)
	}
	return d, nil
}

func (e typeEntry) typ() (sqltype.Type, error) {
	t := sqltype.Type{Kind: e.Kind, P: e.P, S: e.S}
	for _, notNull := range []bool{false, true} {
		if t.NotNull = notNull; t.String() == e.SQL {
			return t, nil
		}
	}
	return t, fmt.Errorf("type %q is not known", e.SQL)
}

// frameWriter writes a file front to back.
type frameWriter struct {
	w      io.Writer
	at     int64
	header []byte // magic and header line
	dir    directory
}

// newFrame begins a file.
func newFrame(w io.Writer, h header) (*frameWriter, error) {
	line, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	f := &frameWriter{w: w, header: append(append([]byte(magic), line...), '\n')}
	return f, f.write(f.header)
}

func (f *frameWriter) write(b []byte) error {
	f.at += int64(len(b))
	_, err := f.w.Write(b)
	return err
}

// encode makes the section of a block, without a place yet. Several goroutines may encode, each with its own raw.
func encode(b *block, container int, raw *bytes.Buffer) (section, []byte, error) {
	from, to := b.groupRange()
	data, n, err := b.payload(raw, from, to)
	return section{
		Container: container, Kind: sectionRows, From: from, To: to,
		Raw: int64(n), Rows: int64(b.n), CRC: crcText(crcOf(data)),
	}, data, err
}

// encodeDrops makes the section of dropped panes.
func encodeDrops(times []int64, container, from, to int) (section, []byte) {
	data := make([]byte, 0, 8*len(times))
	for _, t := range times {
		data = binary.LittleEndian.AppendUint64(data, uint64(t))
	}
	return section{
		Container: container, Kind: sectionDrops, From: from, To: to,
		Raw: int64(len(data)), Rows: int64(len(times)), CRC: crcText(crcOf(data)),
	}, data
}

// add writes a section.
func (f *frameWriter) add(s section, data []byte) error {
	s.At, s.Bytes = f.at, int64(len(data))
	f.dir.Sections = append(f.dir.Sections, s)
	return f.write(data)
}

// finish writes directory and footer; it returns the checksum that names the file.
func (f *frameWriter) finish() (crc uint32, err error) {
	if f.dir.Sections == nil {
		f.dir.Sections = []section{}
	}
	line, err := json.Marshal(f.dir)
	if err != nil {
		return 0, err
	}
	line = append(line, '\n')
	if err := f.write(line); err != nil {
		return 0, err
	}
	foot := binary.LittleEndian.AppendUint64(nil, uint64(len(f.header)))
	foot = binary.LittleEndian.AppendUint64(foot, uint64(len(line)))
	foot = binary.LittleEndian.AppendUint32(foot, crcOf(f.header))
	foot = binary.LittleEndian.AppendUint32(foot, crcOf(line))
	foot = binary.LittleEndian.AppendUint32(foot, crcOf(foot))
	foot = append(foot, footerEnd...)
	return crcOf(foot), f.write(foot)
}

// groupRange is the key groups [from, to) that have rows.
func (b *block) groupRange() (from, to int) {
	from = -1
	for g, n := range b.count {
		if n > 0 {
			if from < 0 {
				from = g
			}
			to = g + 1
		}
	}
	return max(from, 0), to
}
