// Package invariants switches on checks that are too costly for production: scribbling over borrowed batches,
// verifying changelogs, comparing watermarks. Go has no default build tag, so it is a variable that testmain.Run sets;
// people set STREAMSQL_INVARIANTS=1. It is read per batch, never per row.
package invariants

import "os"

// On reports whether the checks run. Set before any query starts and never changed while one runs.
var On = os.Getenv("STREAMSQL_INVARIANTS") == "1"

// Check panics when ok is false and checks are on. The panic fails the epoch and names the operator.
func Check(ok bool, msg string) {
	if On && !ok {
		panic("invariant: " + msg)
	}
}
