package archtest

import (
	"fmt"
	"regexp"
	"strconv"
	"testing"
)

// least are the versions below which a module has a known advisory that reaches us. A module that go.mod does not name
// is not checked.
var least = map[string]string{
	"google.golang.org/grpc":        "v1.82.1",  // GO-2026-4762, GO-2026-6061
	"golang.org/x/net":              "v0.56.0",  // GO-2024-2687, GO-2026-4918, GO-2026-5026, GO-2026-5942
	"golang.org/x/text":             "v0.39.0",  // GO-2026-5970
	"golang.org/x/sys":              "v0.46.0",  // GO-2026-5024
	"google.golang.org/protobuf":    "v1.36.12", // GO-2024-2611
	"github.com/klauspost/compress": "v1.18.7",  // GO-2026-5841
}

var requireLine = regexp.MustCompile(`(?m)^\s*(?:require\s+)?(\S+\.\S+/\S+)\s+(v\d+\.\d+\.\d+\S*)`)

// TestLeastVersions reads go.mod.
func TestLeastVersions(t *testing.T) {
	found := requireLine.FindAllStringSubmatch(string(read(t, "go.mod")), -1)
	if len(found) < 5 {
		t.Fatalf("%d requirements found in go.mod: the pattern is broken", len(found))
	}
	report(t, tooOld(found))
}

// TestLeastVersionsBites: numbers are compared as numbers.
func TestLeastVersionsBites(t *testing.T) {
	mod := "require golang.org/x/net v0.9.0\n" +
		"require (\n\tgoogle.golang.org/grpc v1.100.0\n\tgolang.org/x/sys v0.46.0 // indirect\n)\n"
	faults := tooOld(requireLine.FindAllStringSubmatch(mod, -1))
	if len(faults) != 1 {
		t.Errorf("faults %q, want x/net alone", faults)
	}
}

func tooOld(requirements [][]string) []string {
	var faults []string
	for _, r := range requirements {
		if want, ok := least[r[1]]; ok && older(r[2], want) {
			faults = append(faults, fmt.Sprintf("go.mod: %s %s has known advisories, at least %s is needed", r[1], r[2], want))
		}
	}
	return faults
}

var numbers = regexp.MustCompile(`\d+`)

// older compares the three numbers of two versions.
func older(a, b string) bool {
	x, y := numbers.FindAllString(a, 3), numbers.FindAllString(b, 3)
	for i := range x {
		m, _ := strconv.Atoi(x[i])
		n, _ := strconv.Atoi(y[i])
		if m != n {
			return m < n
		}
	}
	return false
}
