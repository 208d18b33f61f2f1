package file

import (
	"path/filepath"
	"strings"
	"sync"

	"streamsql/internal/diag"
	"streamsql/internal/fault"
	"streamsql/internal/nonce"
	"streamsql/internal/option"
	"streamsql/internal/store"
	"streamsql/internal/store/vfs"
	"streamsql/sinks"
)

// The option keys.
const (
	optPath = "path"
	optSize = "sink.rolling-policy.file-size"
)

// Declaration is what the planner knows about the connector.
var Declaration = sinks.Declaration{
	Name: "filesystem",
	Options: option.Set{
		{Key: optPath, Kind: option.String, Required: true, Where: true,
			Doc: "Directory to write into; it is made when missing. Relative to the query file."},
		{Key: optSize, Kind: option.Bytes, Default: "128mb",
			Doc: "A part of an epoch ends with the row that reaches this size; 0 is one part per epoch."},
	},
	Formats:   true,
	Guarantee: sinks.ExactlyOnce,
	Place:     Place,
	Doc:       "Writes files into a directory, one set of files per epoch, each row exactly once.",
}

// Sink is one directory. Its methods are safe for concurrent use as far as the contract of sinks.Sink goes: one epoch
// at a time.
type Sink struct {
	fs     vfs.FS
	dir    string // as people know it
	table  string
	limit  int64 // bytes per part; 0 = none
	faults *fault.Set
	form   writing
	nonce  string // tells the staged files of this opening from those of others

	noMove bool // the directory's file system cannot move without replacing; found out by the first part

	query string // set by Fence
	term  uint64

	mu        sync.Mutex
	manifests []int64 // the epochs that have a manifest, ascending
	attempts  int     // transactions begun: staged names are never used twice
	committed bool    // a first publication of ours exists and what it allows to remove is gone
	unswept   bool    // an unfinished manifest of an earlier owner could not be removed: no name may become free
	spare     []byte  // the write buffer of the last transaction
}

// New makes the sink of one table on the machine's file system.
func New(spec sinks.Spec) (sinks.Sink, error) { return newOn(vfs.OS(), spec, written(spec)) }

// newOn makes a sink on any file system, with any way of writing.
func newOn(fs vfs.FS, spec sinks.Spec, form writing) (*Sink, error) {
	path := store.Located(spec.Values.String(optPath), spec.Base)
	if path == "" {
		return nil, diag.New(diag.SinkOption, "table %q: option %q is empty", spec.Table, optPath).
			WithHint("name a directory")
	}
	if strings.Contains(path, "://") {
		return nil, diag.New(diag.SinkOption, "table %q: %q is not a local path", spec.Table, path).
			WithHint("this version writes to local directories only")
	}
	return &Sink{
		fs: fs, dir: filepath.Clean(path), table: spec.Table, limit: spec.Values.Bytes(optSize), faults: spec.Faults,
		form: form, nonce: nonce.Hex(5),
	}, nil
}

// Encoder implements sinks.Sink.
func (s *Sink) Encoder(int) sinks.Encoder { return s.form.newEncoder() }

// Close has nothing to free: a transaction that was not committed is gone with Abort, or is swept by a later owner.
func (s *Sink) Close() error { return nil }

// Names.

const (
	ownDir      = ".streamsql"
	stagingDir  = ownDir + "/staging"
	manifestDir = ownDir + "/manifest"
	termsDir    = ownDir + "/terms"
)

func (s *Sink) path(parts ...string) string {
	return filepath.Join(append([]string{s.dir}, parts...)...)
}

// query8 is the part of the query's id that is in file names.
func (s *Sink) query8() string { return s.query[:min(8, len(s.query))] }
