package memlimit

import (
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// files is the file system from its root, as tests make it.
type files = fs.FS

// unlimited is the size from which a limit of version 1 means that there is none: that version has no word for it.
const unlimited = 1 << 60

// cgroup is the least limit of the control groups that the process is in. A group is bounded by all groups above it,
// and the one that /proc names may be above what the process can see (a container without a namespace of its own): then
// the mounted root is the group.
func cgroup(root files) (bytes int64, ok bool) {
	text, err := fs.ReadFile(root, "proc/self/cgroup")
	if err != nil {
		return 0, false
	}
	least := int64(unlimited)
	for line := range strings.Lines(string(text)) {
		// number:controllers:path; version 2 is number 0 without controllers
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) != 3 {
			continue
		}
		switch {
		case parts[0] == "0" && parts[1] == "":
			least = min(least, lowest(root, "sys/fs/cgroup", parts[2], "memory.max", "memory.high"))
		case hasController(parts[1], "memory"):
			least = min(least, lowest(root, "sys/fs/cgroup/memory", parts[2], "memory.limit_in_bytes"))
		}
	}
	return least, least < unlimited
}

func hasController(list, name string) bool {
	for c := range strings.SplitSeq(list, ",") {
		if c == name {
			return true
		}
	}
	return false
}

// lowest is the least of the named limits in a group and all above it.
func lowest(root files, mount, group string, names ...string) int64 {
	least := int64(unlimited)
	for group = path.Clean("/" + group); ; group = path.Dir(group) {
		for _, name := range names {
			text, err := fs.ReadFile(root, path.Join(mount, group, name))
			if err != nil {
				continue
			}
			// "max", the word for none, is not a number.
			if n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil && n > 0 {
				least = min(least, n)
			}
		}
		if group == "/" {
			return least
		}
	}
}
