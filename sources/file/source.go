// Package file reads tables from files: one file, the files of a directory, or those that match a pattern; compressed
// with gzip or zstd or not; once, or watched for new ones. Connector name: filesystem.
//
//	list ──▶ files not yet seen, in order ──▶ open, unpack ──▶ blocks of about 1 MiB ──▶ chunks that end with a record
//	         (name, or modification time)                        (one goroutine, ahead, bounded in bytes)
//
// # What a file is
//
// A file is complete when it appears and never changes: write it under a name that begins with a dot or an underscore,
// or elsewhere on the same disk, and rename it. Its last record needs no line feed. A file that changes while it is
// read stops the query. One that changes, or comes again under its name, after it was read is noted (Notices), counted
// (Metrics) and not read again. One that goes away or is replaced before any epoch knows of it is not an error: what is
// read is what is there when it is opened.
//
// Names that begin with '.' or '_', or end with .tmp, are not looked at; neither are directories within a directory.
// Anything else that is not a regular file (a pipe, a device, a link to nowhere) is an error: opening it could block
// for ever. Links to files are followed.
//
// Compression is recognised by a file's first bytes. A compressed file is unpacked once before its first row is taken,
// so that none of the rows of a damaged one are; and it must not unpack to more than 200 times its size beyond 1 GiB.
//
// # Positions
//
// A position is between two records, in unpacked bytes. An epoch's offset lists the files it read from:
//
//	{"files":[{"name":"a.jsonl","size":9120,"mtime":1767225600000000000,"end":9120,"lines":48,"done":true},
//	          {"name":"b.jsonl","size":812345,"mtime":1767225660000000000,"end":524288,"lines":2730}],
//	 "total":{"files":14,"bytes":1204311,"digest":"8d0c…","newest":{"mtime":1767225600000000000,"name":"a.jsonl"}}}
//
// Names are relative to the table's path, so that a table can move. The last file of the list is the one under way,
// unless it is done. total sums up all files done since the beginning; by it a bounded table that has grown is noticed.
// What a replay reads is (from, to]: it goes through the files of `to`, each from where `from` ended. The same bytes
// give the same chunks, because where a chunk ends depends on nothing but the bytes from its beginning on (see cutter).
//
// A watched directory is looked at every source.monitor-interval; what a look costs does not grow with the files that
// were read before (see lookout).
//
// The source's Ledger holds which files were seen: name → size, modification time. An entry goes when the file has
// been absent for seven days. A file that was given up (Skip) never goes: one that comes back after a year would be
// read.
package file

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"streamsql/internal/clock"
	"streamsql/internal/diag"
	"streamsql/internal/format"
	"streamsql/internal/format/formats"
	"streamsql/internal/option"
	"streamsql/internal/store"
	"streamsql/sources"
)

// Partition is the only partition of a file table.
const Partition = "0"

// The orders of scan.file-order.
const (
	byName = "name"
	byTime = "modification-time"
)

// Declaration is the connector as the planner knows it.
var Declaration = sources.Declaration{
	Name:    "filesystem",
	Formats: true,
	Heads:   true,
	Options: option.Set{
		{Key: "path", Kind: option.String, Required: true, Where: true,
			Doc: "A file, a directory (its files, not those of directories within it), or a pattern with * ? []."},
		{Key: "source.monitor-interval", Kind: option.Duration, Min: int64(time.Millisecond),
			Doc: "Look for new files this often; without it the table is bounded: the files there are."},
		{Key: "source.path.regex-pattern", Kind: option.String,
			Doc: "Read only files whose whole name matches this regular expression (Java's syntax)."},
		{Key: "scan.file-order", Kind: option.Enum, Values: []string{byName, byTime},
			Doc: "Order among the files of one listing; " +
				"default: name, or modification-time when the table is watched."},
	},
	Bounded:  func(v option.Values) bool { return !v.Given("source.monitor-interval") },
	Metadata: nil,
	Place:    Place,
	Look:     Look,
	Doc:      "Reads files, plain or compressed with gzip or zstd, once or as they appear.",
}

// Source is a table of files. It implements sources.Source and sources.Growing.
type Source struct {
	table    string
	path     string
	pattern  *namePattern
	order    string
	interval time.Duration // 0: bounded
	framing  format.Framing

	// Replaced by tests.
	now       func() time.Time
	tick      func(time.Duration) <-chan time.Time
	bombBytes int64

	changedFiles atomic.Int64 // known files that are no longer what was read

	mu      sync.Mutex
	notices []string
	noticed bool // since the last news
	skip    map[string]bool
}

var (
	_ sources.Factory   = New
	_ sources.Growing   = (*Source)(nil)
	_ sources.Skipping  = (*Source)(nil)
	_ sources.Noticing  = (*Source)(nil)
	_ sources.Measuring = (*Source)(nil)
)

// New implements sources.Factory.
func New(table string, v option.Values, base string) (sources.Source, error) {
	s := &Source{
		table: table, path: store.Located(v.String("path"), base), order: byName, framing: formats.Of(v).Framed(v),
		now: clock.System{}.Now, tick: clock.System{}.After, bombBytes: bombBytes, skip: map[string]bool{},
	}
	if s.path == "" {
		return nil, diag.New(diag.SourcePath, "table %q has an empty path", table)
	}
	if v.Given("source.monitor-interval") {
		if s.interval, s.order = v.Duration("source.monitor-interval"), byTime; s.interval <= 0 {
			return nil, diag.New(diag.SourcePath, "table %q: source.monitor-interval must be positive", table)
		}
	}
	if v.Given("scan.file-order") {
		s.order = v.String("scan.file-order")
	}
	if v.Given("source.path.regex-pattern") {
		var err error
		if s.pattern, err = newNamePattern(table, v.String("source.path.regex-pattern")); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Notices returns what people should know and has not been returned yet: files that changed after they were read.
func (s *Source) Notices() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.notices
	s.notices = nil
	return out
}

// news reports whether something was noticed since it was last asked.
func (s *Source) news() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.noticed
	s.noticed = false
	return out
}

// Metrics implements sources.Measuring.
func (s *Source) Metrics() map[string]int64 {
	if n := s.changedFiles.Load(); n > 0 {
		return map[string]int64{sources.FilesChanged: n}
	}
	return nil
}

func (s *Source) notice(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.noticed = true
	s.notices = append(s.notices, fmt.Sprintf(format, args...))
}

// Open implements sources.Source.
func (s *Source) Open(ctx context.Context, from sources.Offset, sc sources.Scan) (sources.Feed, error) {
	at, err := s.parse(from)
	if err != nil {
		return nil, err
	}
	r := &reading{source: s, scan: sc, seen: remembered(sc.Ledger, sc.Budget), feed: newFeed(sc)}
	return r.feed.start(ctx, func(ctx context.Context) error { return r.follow(ctx, at) }), nil
}

// Replay implements sources.Source.
func (s *Source) Replay(ctx context.Context, from, to sources.Offset, sc sources.Scan) (sources.Feed, error) {
	begin, err := s.parse(from)
	if err != nil {
		return nil, err
	}
	end, err := s.parse(to)
	if err != nil {
		return nil, err
	}
	if bytes.Equal(from, to) {
		end = position{}
	}
	r := &reading{source: s, scan: sc, seen: remembered(sc.Ledger, sc.Budget), feed: newFeed(sc), repeats: true}
	return r.feed.start(ctx, func(ctx context.Context) error { return r.repeat(ctx, begin, end) }), nil
}

// Offset implements sources.Source.
func (s *Source) Offset(from sources.Offset, taken []*sources.Chunk) (sources.Offset, error) {
	at, err := s.parse(from)
	if err != nil {
		return nil, err
	}
	next := position{Files: []progress{}, Total: at.Total}
	if f, ok := at.open(); ok && len(taken) == 0 {
		next.Files = append(next.Files, f)
	}
	for _, c := range taken {
		next.advance(c.Private.(*piece))
	}
	return json.Marshal(next)
}

// Committed implements sources.Source: nothing outside depends on it.
func (s *Source) Committed(context.Context, sources.Offset) error { return nil }

// Close implements sources.Source.
func (s *Source) Close() error { return nil }

// Grown implements sources.Growing.
func (s *Source) Grown(at sources.Offset) (bool, []string, error) {
	pos, err := s.parse(at)
	if err != nil {
		return false, nil, err
	}
	files, err := s.list()
	if err != nil {
		return false, nil, err
	}
	var now total
	var names []string
	for _, f := range files {
		if slices.Contains(pos.Total.Skipped, name(f.name)) {
			continue
		}
		now.add(f)
		if f.after(pos.Total.Newest) {
			names = append(names, f.name)
		}
	}
	return now.Digest != pos.Total.Digest && (len(names) > 0 || now.Files > pos.Total.Files), names, nil
}
