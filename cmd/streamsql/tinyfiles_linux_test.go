package main

import (
	"fmt"
	"testing"
)

// What is read holds about as much memory as it is long: 3,000 files of 20 bytes, which as blocks of a megabyte each
// would be 3 GB, are read within 200 MB. bench/tinyfiles does the same with 50,000.
func TestManyTinyFilesTakeLittleMemory(t *testing.T) {
	j := &job{t: t, dir: t.TempDir()}
	n := scale(t, "STREAMSQL_TINYFILES", 3000)
	for i := range n {
		j.write(fmt.Sprintf("in/%06d", i), `{"k":1,"unused":20}`+"\n")
	}
	j.write("q.sql", `CREATE TABLE t (k BIGINT) WITH ('connector'='filesystem','path'='in','format'='json');
CREATE TABLE o (k BIGINT) WITH ('connector'='blackhole');
INSERT INTO o SELECT k FROM t;`)
	p := j.start(nil, "run", "q.sql")
	peak := watchPeak(p)
	if r := j.wait(p); r.code != 0 {
		t.Fatalf("exit %d\n%s", r.code, r.stderr)
	}
	if mb := <-peak >> 10; mb == 0 || mb > 200 {
		t.Errorf("%d files of 20 bytes took %d MB", n, mb)
	}
}
