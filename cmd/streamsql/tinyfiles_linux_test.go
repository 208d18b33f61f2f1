package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// What is read holds about as much memory as it is long: 3,000 files of 20 bytes, which as blocks of a megabyte each
// would be 3 GB, are read within 200 MB. bench/tinyfiles does the same with 50,000.
func TestManyTinyFilesTakeLittleMemory(t *testing.T) {
	n := scale(t, "STREAMSQL_TINYFILES", 3000)
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "in"), 0o755); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if err := os.WriteFile(filepath.Join(dir, "in", fmt.Sprintf("%06d", i)), []byte(`{"k":1,"unused":20}`+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	query := `CREATE TABLE t (k BIGINT) WITH ('connector'='filesystem','path'='in','format'='json');
CREATE TABLE o (k BIGINT) WITH ('connector'='blackhole');
INSERT INTO o SELECT k FROM t;`
	if err := os.WriteFile(filepath.Join(dir, "q.sql"), []byte(query), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, "run", "q.sql")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if peak := cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss >> 10; peak > 200 {
		t.Errorf("%d files of 20 bytes took %d MB", n, peak)
	}
}
