// Package testmain is what packages that start goroutines or keep borrowed data put into their TestMain:
//
//	func TestMain(m *testing.M) { testmain.Run(m) }
//
// The invariants run, so that a keeper of a borrowed batch fails its test, and a goroutine that outlives the tests fails
// the package.
package testmain

import (
	"testing"

	"go.uber.org/goleak"

	"streamsql/internal/invariants"
)

// Run runs the tests of a package with invariants on and looks for leaked goroutines afterwards. It does not return.
func Run(m *testing.M) {
	invariants.On = true
	goleak.VerifyTestMain(m)
}
