// Package file is the sink of the connector `filesystem`: a directory of files in which every row of every
// epoch occurs exactly once, whatever was killed and whenever.
//
//	<path>/part-<query8>-<epoch>-<k>.<ext>    what readers read: appears whole, never changes, is never replaced
//	<path>/.streamsql/staging/…               unfinished parts and manifests
//	<path>/.streamsql/manifest/<N>            epoch N is published: its rows, digest, owner and parts
//	<path>/.streamsql/terms/<query8>-<t>      owner t has taken the sink over
//
// # One epoch
//
//	Write   rows go to parts in staging/, a new part after the row that reaches `sink.rolling-policy.file-size`
//	Stage   parts synced and closed, staging/ synced                        durable, invisible
//	Commit  the manifest is written to staging/ and synced
//	        terms/ is looked at: has a later owner taken over?
//	        link staging/… → manifest/N, manifest/ synced                   THE COMMIT POINT: exclusive and durable
//	        every part moved to its final name, the directory synced
//
// Before the commit point nothing has happened; after it, whoever comes finishes the moves (rolling forward). Cuts
// depend on the rows alone, not on lanes or blocks, so that a repeated epoch gives the same files.
//
// A reader sees each file whole; the files of one epoch appear one after the other. A reader that needs whole epochs
// reads the manifests, or keeps epochs below the file size: such an epoch is one file.
//
// # Why a paused old owner can do no harm
//
// A new owner creates its term file in Fence, before it reads the newest manifest. An old owner that continues meets
// one of these:
//
//   - it has not looked at terms/ yet: it finds the later term and stops (code 7);
//   - it has looked, and the new owner has not published since: link decides who publishes N. Both have the same rows,
//     because an epoch is a function of the log and N's range was logged exclusively; the loser compares rows and
//     digest and adopts the winner's parts, or stops when they differ;
//   - it has looked, and the new owner has published: its first publication removed every staged file of earlier terms,
//     the unfinished manifest among them, so the link has no source and fails.
//
// The time between the look and the link cannot be closed on a file system; the second and third case are what makes it
// harmless. It cannot begin N+1: that needs `offsets/N+1` of the log, which is exclusive too.
//
// # What it refuses
//
// A directory that holds the results of another query or table, a newest manifest that is damaged, a part whose final
// name is taken by other bytes. A part that somebody has moved away after it was published is that somebody's business:
// it is not published again, since a move never shows a part under both names (see publish.go for file systems without
// it).
package file
