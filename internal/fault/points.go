package fault

import "slices"

// The points, in the order in which an epoch passes them. Part of the test surface: rename only with the tests.
const (
	WALOffsetsSynced = "wal/offsets/synced" // offset record written and synced under a temporary name
	WALOffsetsLooked = "wal/offsets/looked" // no later owner was seen; the record has no name yet
	WALOffsetsLinked = "wal/offsets/linked" // offsets/N exists
	FlowMorsel       = "flow/morsel"        // before a morsel enters the operators
	FlowAdvance      = "flow/advance"       // all rows processed, before Advance
	StateCaptured    = "state/captured"     // touched rows encoded in memory
	StateWritten     = "state/written"      // state file durable, not yet named by a commit
	SinkStaged       = "sink/staged"        // one sink staged
	SinkManifest     = "sink/manifest"      // manifest N exists, parts not yet renamed
	SinkRename       = "sink/rename"        // before each rename of a part
	SinkCommitted    = "sink/committed"     // one sink has committed N
	SinkBetween      = "sink/between"       // between the commits of two sinks
	WALCommitsSynced = "wal/commits/synced" // commit record synced under a temporary name
	WALCommitsLooked = "wal/commits/looked" // no later owner was seen; the record has no name yet
	WALCommitsLinked = "wal/commits/linked" // commits/N exists: N is done
	CompactHalf      = "compact/half"       // merged state file half written
	CompactWritten   = "compact/written"    // merged file durable, not yet named
	GCHalf           = "gc/half"            // between two deletions of retention
	RestoreHalf      = "restore/half"       // between two state files of a restore
	RecoverSinks     = "recover/sinks"      // before the sinks are asked for their markers
	TakeoverTerm     = "takeover/term"      // term file created, sinks not yet fenced
	TakeoverFenced   = "takeover/fenced"    // sinks fenced, term not yet verified again
	SourceRead       = "source/read"        // a block was read from a source
	FileListed       = "source/listed"      // a directory was listed
	MetadataWritten  = "wal/metadata"       // the query's identity exists
	QueryTextWritten = "wal/query"          // query/N.sql and .json exist
	DrainHalf        = "exec/drain"         // a drain was asked for, every epoch begun is committed
)

var names = []string{
	WALOffsetsSynced, WALOffsetsLooked, WALOffsetsLinked, FlowMorsel, FlowAdvance, StateCaptured, StateWritten,
	SinkStaged, SinkManifest, SinkRename, SinkCommitted, SinkBetween, WALCommitsSynced, WALCommitsLooked,
	WALCommitsLinked, CompactHalf, CompactWritten, GCHalf, RestoreHalf, RecoverSinks, TakeoverTerm, TakeoverFenced,
	SourceRead, FileListed, MetadataWritten, QueryTextWritten, DrainHalf,
}

// Names lists every point in declaration order.
func Names() []string { return slices.Clone(names) }

// Known reports whether a point of that name exists.
func Known(name string) bool { return slices.Contains(names, name) }
