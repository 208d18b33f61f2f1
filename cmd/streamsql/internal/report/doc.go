// Package report is what the commands of streamsql say, as text or as JSON: errors, epochs, the state of a query,
// codes. It is given facts and a writer; it opens nothing and decides nothing.
//
//	errors.go  an error as text, and the exit code that goes with it
//	faults.go  the faults of a query as JSON, for editors
//	epochs.go  committed epochs: a JSON line each, or in words what they dropped
//	opening.go what a run says before its first epoch
//	status.go  what a query has done, by its logs
//	state.go   containers, files and rows of a checkpoint
//	codes.go   the list of error codes
//	words.go   numbers and bytes as people read them
//
// JSON keys are part of the commands' interface: they are added to, never renamed. Text may change at any time.
package report
