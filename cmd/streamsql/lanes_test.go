package main

import (
	"os"
	"path/filepath"
	"testing"
)

// laneSQL are shapes whose order could depend on lanes: one view read twice by a union and by two inserts, an aggregate
// over a union of ways that part and meet, two windows into one table, rows beside groups.
const laneSQL = `
CREATE TABLE bids (ts TIMESTAMP(3), channel STRING, price BIGINT, WATERMARK FOR ts AS ts - INTERVAL '3' SECOND)
WITH ('connector'='filesystem', 'path'='data', 'format'='json', 'scan.max-rows-per-trigger'='1000000');
CREATE TABLE self (at TIMESTAMP(3), channel STRING, v BIGINT)
WITH ('connector'='filesystem', 'path'='out/self', 'format'='json');
CREATE TABLE twice (at TIMESTAMP(3), channel STRING, v BIGINT)
WITH ('connector'='filesystem', 'path'='out/twice', 'format'='json');
CREATE TABLE sizes (at TIMESTAMP(3), channel STRING, v BIGINT)
WITH ('connector'='filesystem', 'path'='out/sizes', 'format'='json');
CREATE TABLE beside (at TIMESTAMP(3), channel STRING, v BIGINT)
WITH ('connector'='filesystem', 'path'='out/beside', 'format'='json');
CREATE TABLE changes (at TIMESTAMP(3), n BIGINT, s BIGINT)
WITH ('connector'='filesystem', 'path'='out/changes', 'format'='changelog-json');
CREATE VIEW tens AS SELECT window_end AS at, channel, price, COUNT(*) AS n, SUM(price) AS s
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end, channel, price;
CREATE VIEW signed AS SELECT at, channel, n + s AS v FROM tens UNION ALL SELECT at, channel, n - s FROM tens;
INSERT INTO self SELECT at, channel, v FROM signed;
INSERT INTO twice SELECT at, channel, n + s FROM tens;
INSERT INTO twice SELECT at, channel, n - s FROM tens;
INSERT INTO sizes SELECT at, channel, n + s FROM tens;
INSERT INTO sizes SELECT window_end, channel, COUNT(*)
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '30' SECOND)) GROUP BY window_start, window_end, channel;
INSERT INTO beside SELECT at, channel, v FROM signed UNION ALL SELECT ts, channel, price FROM bids;
INSERT INTO changes SELECT at, COUNT(*), SUM(v) FROM signed GROUP BY at;
INSERT INTO changes SELECT ts, COUNT(*), SUM(price) FROM bids GROUP BY ts;
`

// TestBytesAreTheSameForEveryNumberOfLanes: not only the rows.
func TestBytesAreTheSameForEveryNumberOfLanes(t *testing.T) {
	want := map[string]string{}
	for _, lanes := range []string{"1", "2", "4"} {
		j := newJob(t, jobRows(20_000), 1, "")
		j.write("lanes.sql", laneSQL)
		j.do(0, nil, "run", "lanes.sql", "--trigger", "once", "--lanes", lanes)
		for _, table := range []string{"self", "twice", "sizes", "beside", "changes"} {
			files, err := filepath.Glob(filepath.Join(j.dir, "out", table, "part-*"))
			if err != nil {
				t.Fatal(err)
			}
			text := ""
			for _, f := range files {
				b, err := os.ReadFile(f)
				if err != nil {
					t.Fatal(err)
				}
				text += string(b)
			}
			if want[table] == "" {
				want[table] = text
			}
			if text == "" || text != want[table] {
				t.Errorf("%s: %d bytes with %s lanes differ from %d with one", table, len(text), lanes, len(want[table]))
			}
		}
	}
}
