package archtest

import (
	"bytes"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// home matches a path below a folder that only a developer's machine has. Written so that it does not match itself.
var home = regexp.MustCompile(`(?:^|[\s"'` + "`" + `(\[=:,])(?:/(?:home|Users|root|work)/[\w.]|[A-Za-z]:\\+Users\\+\w)`)

// TestNoMachinePaths looks into every tracked text file.
func TestNoMachinePaths(t *testing.T) {
	var faults []string
	for _, name := range tracked(t) {
		data := read(t, name)
		if bytes.IndexByte(data, 0) >= 0 {
			continue // not a text
		}
		faults = append(faults, machinePaths(name, data)...)
	}
	report(t, faults)
}

// TestNoMachinePathsBites: the pattern finds what it should, and leaves ordinary paths alone.
func TestNoMachinePathsBites(t *testing.T) {
	for line, want := range map[string]int{
		"see /" + "home/ann/src":      1,
		"\"/" + "work/main/x.go\"":    1,
		"cd /" + "Users/ann && ls":    1,
		"C:" + `\` + `Users\ann`:      1,
		"https://host/" + "home/page": 0,
		"./" + "work/file":            0,
		"/" + "homes and /var/lib":    0,
	} {
		if got := len(machinePaths("f", []byte(line))); got != want {
			t.Errorf("%q: %d faults, want %d", line, got, want)
		}
	}
}

func machinePaths(name string, data []byte) []string {
	var faults []string
	for i, line := range bytes.Split(data, []byte("\n")) {
		if m := home.Find(line); m != nil {
			faults = append(faults, fmt.Sprintf("%s:%d: a path of somebody's machine: %s…", name, i+1, bytes.TrimSpace(m)))
		}
	}
	return faults
}

// tracked lists the files under version control, or every file where there is no git.
func tracked(t *testing.T) []string {
	t.Helper()
	list := exec.Command("git", "ls-files", "-z")
	list.Dir = root
	if out, err := list.Output(); err == nil && len(out) > 0 {
		return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
	}
	var all []string
	walk(t, func(name string) { all = append(all, name) })
	return all
}

var (
	quoted  = regexp.MustCompile("`([^`\n]+)`")
	link    = regexp.MustCompile(`\]\(([^)\s#]+)(?:#[^)\s]*)?\)`)
	goFile  = regexp.MustCompile(`(?:^|[\s,])([a-z][a-z0-9_]*\.go)\b`)
	isLocal = regexp.MustCompile(`^[\w./-]+$`)
)

// TestMapNamesFiles: every file and folder that the map of the code names exists.
func TestMapNamesFiles(t *testing.T) {
	var faults []string
	names := 0
	for _, m := range quoted.FindAllStringSubmatch(string(read(t, "docs/map.md")), -1) {
		first, _, nested := strings.Cut(m[1], "/")
		if !isLocal.MatchString(m[1]) || !(nested && exists(first)) && !strings.HasSuffix(m[1], ".go") {
			continue // not a file of ours: an option, a file of a checkpoint
		}
		names++
		if !exists(m[1]) {
			faults = append(faults, "docs/map.md: "+m[1]+" does not exist")
		}
	}
	if names < 10 {
		t.Errorf("docs/map.md: %d names found: the pattern or the map is broken", names)
	}
	report(t, faults)
}

// TestPackageDocsNameFiles: a package doc that leads through its files names files that are there.
func TestPackageDocsNameFiles(t *testing.T) {
	var faults []string
	for _, name := range product(t) {
		if path.Base(name) != "doc.go" {
			continue
		}
		for _, m := range goFile.FindAllSubmatch(read(t, name), -1) {
			if !exists(path.Join(path.Dir(name), string(m[1]))) {
				faults = append(faults, name+": "+string(m[1])+" does not exist")
			}
		}
	}
	report(t, faults)
}

// TestLinks: a link from one of our pages to another leads somewhere.
func TestLinks(t *testing.T) {
	var faults []string
	for _, name := range tracked(t) {
		if path.Ext(name) != ".md" {
			continue
		}
		for _, m := range link.FindAllStringSubmatch(string(read(t, name)), -1) {
			u, err := url.Parse(m[1])
			if err != nil || u.Scheme != "" || u.Path == "" {
				continue
			}
			if !exists(path.Join(path.Dir(name), u.Path)) {
				faults = append(faults, name+": the link to "+m[1]+" leads nowhere")
			}
		}
	}
	report(t, faults)
}

// exists reports whether a file, or a folder that holds something, is there: an empty folder is in nobody's clone.
func exists(name string) bool {
	full := filepath.Join(root, filepath.FromSlash(name))
	info, err := os.Stat(full)
	if err != nil || !info.IsDir() {
		return err == nil
	}
	entries, err := os.ReadDir(full)
	return err == nil && len(entries) > 0
}
