package archtest

import (
	"path"
	"slices"
	"testing"
)

// What belongs to the process is touched by the main functions alone; everybody else is given writers, an environment
// and a way to end. Therefore a test can call a command, and a shell can run several queries.
var processOwners = []string{"internal/testmain", "bench/..."}

// processFiles are single files that may, each with its reason.
var processFiles = map[string]string{
	"cmd/streamsql/main.go":   "main: it opens the one session of the process",
	"internal/fault/fault.go": "a fault that hangs tells whoever watches the process from outside",
}

// processNames are what package os has of the process.
var processNames = []string{"Stdin", "Stdout", "Stderr", "Exit"}

// TestStreams finds those who use the streams of the process, or end it.
func TestStreams(t *testing.T) {
	var faults []string
	for _, name := range product(t) {
		if _, ok := processFiles[name]; ok || fitsAny(processOwners, path.Dir(name)) ||
			!slices.Contains(importsOf(t, name), "os") {
			continue
		}
		for _, use := range uses(t, name, read(t, name), "os", processNames) {
			faults = append(faults, use+": take a writer, or what ends the process, from the caller")
		}
	}
	report(t, faults)
}
