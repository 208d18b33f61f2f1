// Package testmain is the one TestMain of the packages that start goroutines or hold state:
//
//	func TestMain(m *testing.M) { testmain.Run(m) }
//
// It switches the costly invariants on, runs the tests, and fails the run when a goroutine outlives them. Go has no
// build tag that is on by default, so plain `go test` gets its checks from here.
package testmain

import (
	"fmt"
	"io"
	"os"
	"testing"

	"go.uber.org/goleak"

	"streamsql/internal/invariants"
)

// Run runs the tests of m with invariants on and exits the process: 0 when they pass and leave no goroutine behind.
func Run(m *testing.M) {
	invariants.On = true
	code := m.Run()
	os.Exit(verdict(code, goleak.Find(), os.Stderr))
}

// verdict turns the result of the tests and what goleak found into the exit code of the run. A leak is reported even
// when tests failed: it may be why.
func verdict(code int, leak error, out io.Writer) int {
	if leak == nil {
		return code
	}
	_, _ = fmt.Fprintf(out, "testmain: goroutines outlived the tests:\n%v\n", leak)
	return max(code, 1)
}
