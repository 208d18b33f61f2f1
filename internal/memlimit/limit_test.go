package memlimit

import (
	"runtime"
	"runtime/debug"
	"testing"
	"testing/fstest"
)

// root is a file system with the given files, a machine of 8 GiB among them.
func root(files map[string]string) fstest.MapFS {
	m := fstest.MapFS{"proc/meminfo": {Data: []byte("MemTotal:        8388608 kB\nMemFree:  1 kB\n")}}
	for name, text := range files {
		m[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return m
}

func TestAvailable(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("control groups are Linux's")
	}
	const v1 = "12:cpu,cpuacct:/\n11:memory:/user/one\n1:name=systemd:/\n0::/\n"
	for _, c := range []struct {
		name  string
		files map[string]string
		want  int64
	}{
		{"no groups", nil, 8 << 30},
		{"version 2, own namespace", map[string]string{"proc/self/cgroup": "0::/\n",
			"sys/fs/cgroup/memory.max": "536870912\n"}, 512 << 20},
		{"version 2, no limit", map[string]string{"proc/self/cgroup": "0::/a\n", "sys/fs/cgroup/a/memory.max": "max\n"},
			8 << 30},
		{"version 2, the group above", map[string]string{"proc/self/cgroup": "0::/a/b\n",
			"sys/fs/cgroup/a/b/memory.max": "max\n",
			"sys/fs/cgroup/a/memory.max":   "1073741824\n"}, 1 << 30},
		{"version 2, throttled before", map[string]string{"proc/self/cgroup": "0::/a\n",
			"sys/fs/cgroup/a/memory.max":  "1073741824\n",
			"sys/fs/cgroup/a/memory.high": "805306368\n"}, 768 << 20},
		{"version 2, a path outside of what is mounted",
			map[string]string{"proc/self/cgroup": "0::/../../kubepods/pod1\n",
				"sys/fs/cgroup/memory.max": "268435456\n"}, 256 << 20},
		{"version 1", map[string]string{"proc/self/cgroup": v1,
			"sys/fs/cgroup/memory/user/one/memory.limit_in_bytes": "1073741824\n",
			"sys/fs/cgroup/memory/memory.limit_in_bytes":          "9223372036854771712\n"}, 1 << 30},
		{"version 1, no limit", map[string]string{"proc/self/cgroup": v1,
			"sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"}, 8 << 30},
		{"version 1, the host's path in a container", map[string]string{"proc/self/cgroup": "11:memory:/docker/4711\n",
			"sys/fs/cgroup/memory/memory.limit_in_bytes": "134217728\n"}, 128 << 20},
		{"more than the machine has", map[string]string{"proc/self/cgroup": "0::/\n",
			"sys/fs/cgroup/memory.max": "1099511627776\n"}, 8 << 30},
		{"nonsense", map[string]string{"proc/self/cgroup": "x\n0\n0::\n", "sys/fs/cgroup/memory.max": "many\n"},
			8 << 30},
	} {
		if got, from := available(root(c.files)); got != c.want {
			t.Errorf("%s: %d (%s), want %d", c.name, got, from, c.want)
		}
	}
}

func TestDefaultIsFourFifths(t *testing.T) {
	if n, _ := Default(); n > 0 && n < 16<<20 {
		t.Errorf("%d bytes", n)
	}
}

func TestHeadroomOf(t *testing.T) {
	for limit, want := range map[int64]int64{0: Headroom, 64 << 20: 8 << 20, 128 << 20: 16 << 20, 64 << 30: Headroom} {
		if got := HeadroomOf(limit); got != want {
			t.Errorf("limit %d: %d, want %d", limit, got, want)
		}
	}
}

// The percentage gives the same bytes whatever is alive, as long as it is within its bounds.
func TestPercentOf(t *testing.T) {
	for alive, want := range map[int64]int{0: 1600, 4 << 20: 1600, 32 << 20: 200, 640 << 20: leastPercent,
		64 << 30: leastPercent} {
		if got := percentOf(64<<20, alive); got != want {
			t.Errorf("%d alive: %d, want %d", alive, got, want)
		}
	}
}

var held [][]byte

// After each collection the percentage follows what is alive.
func TestKeeperFollows(t *testing.T) {
	before := debug.SetGCPercent(100)
	defer debug.SetGCPercent(before)
	var k keeper
	k.start(32 << 20)
	percent := func() int { k.mu.Lock(); defer k.mu.Unlock(); return k.percent }
	small := percent()
	for range 64 {
		held = append(held, make([]byte, 1<<20))
	}
	for n := 0; percent() > 60 && n < 1000; n++ { // the clean-up runs beside us
		runtime.GC()
		runtime.Gosched()
	}
	if got := percent(); got > 60 {
		t.Errorf("with 64 MiB alive the percentage is %d, with nothing it was %d", got, small)
	}
	held = nil
	for n := 0; percent() < small/2 && n < 1000; n++ {
		runtime.GC()
		runtime.Gosched()
	}
	if got := percent(); got < small/2 {
		t.Errorf("with nothing alive again the percentage is %d, it was %d", got, small)
	}
}
