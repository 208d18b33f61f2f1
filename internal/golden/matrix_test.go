package golden

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const tumbled = `sql
CREATE TABLE bids (ts TIMESTAMP(3), n INT, WATERMARK FOR ts AS ts) WITH ('connector'='test','format'='json');
SELECT window_end, SUM(n) AS n FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '10' SECOND))
GROUP BY window_start, window_end;
----

`

// TestAxesOfPartitions: rows are spread over partitions only where that cannot change the result, and arrive in another
// order only where there is one to change.
func TestAxesOfPartitions(t *testing.T) {
	row := func(at, partition string) string {
		return "feed bids" + partition + "\n{\"ts\":\"2026-01-01 12:00:" + at + "\",\"n\":1}\n\n"
	}
	const trigger, finish = "trigger\n\n", "finish\n\n"
	late := row("01", "") + row("30", "") + trigger + row("02", "") + trigger
	for _, c := range []struct {
		name, text       string
		partitions, axis bool // whether the axes partitions and order are run
	}{
		{"nothing is late", tumbled + row("01", "") + trigger + row("09", "") + finish, true, true},
		{"a row is late", tumbled + late + finish, false, false},
		{"the input does not end", tumbled + row("01", "") + trigger, false, false},
		{"partitions are named", tumbled + row("01", " partition=7") + trigger + finish, false, true},
		{"no row at all", tumbled + trigger + finish, false, false},
		{"left out", "axes -partitions\n\n" + tumbled + row("01", "") + trigger + finish, false, false},
		{"without another order", "axes -order\n\n" + tumbled + row("01", "") + trigger + finish, true, false},
		{"epochs matter", "axes -epochs\n\n" + tumbled + row("01", "") + trigger + finish, true, false},
	} {
		f, err := parse(c.name, c.text)
		if err != nil {
			t.Fatal(err)
		}
		s := newSession(context.Background(), f, variant{name: "plain"})
		r := Report{}
		if _, folded := s.play(&r); len(r.Failures) > 0 || folded == nil {
			t.Fatalf("%s: %v", c.name, r.Failures)
		}
		all := matrix(s.traits(), Options{Seed: 1})
		has := func(axis string) bool {
			return slices.ContainsFunc(all, func(v variant) bool { return strings.HasPrefix(v.name, axis+" ") })
		}
		if has("partitions") != c.partitions || has("order") != c.axis {
			t.Errorf("%s: partitions %v, order %v; want %v, %v", c.name, has("partitions"), has("order"), c.partitions,
				c.axis)
		}
		if spread := slices.ContainsFunc(all, func(v variant) bool { return v.partitions > 1 }); spread != c.partitions {
			t.Errorf("%s: rows are spread: %v", c.name, spread)
		}
		if len(all) > 40 {
			t.Errorf("%s: %d runs of one file", c.name, len(all))
		}
	}
}

// TestSpreadOfLines: a line goes to the same partition however the file is fed, and the lines of a file to several.
func TestSpreadOfLines(t *testing.T) {
	f, err := parse("t", tumbled+"feed bids\na\nb\nc\nd\n\nfeed bids\ne\nf\ng\nh\n\n")
	if err != nil {
		t.Fatal(err)
	}
	spread := func(v variant) map[string]string {
		s := newSession(context.Background(), f, v)
		out := map[string]string{}
		for _, st := range f.steps[1:] {
			for _, x := range s.supplies(st) {
				for _, line := range x.lines {
					out[line] = x.partition
				}
			}
		}
		return out
	}
	first, used := spread(variant{partitions: 3, spread: 5}), map[string]bool{}
	for line, p := range spread(variant{partitions: 3, spread: 5, oneEpoch: true, order: 9}) {
		if first[line] != p {
			t.Errorf("line %s is in partition %s, and in %s", line, first[line], p)
		}
		used[p] = true
	}
	if len(used) < 2 || len(first) != 8 {
		t.Errorf("8 lines in partitions %v", first)
	}
	for line, p := range spread(variant{}) {
		if p != onlyPartition {
			t.Errorf("as written, line %s is in partition %s", line, p)
		}
	}
}

// TestMistakesInFiles: a mistake in a file is a failure that names its line.
func TestMistakesInFiles(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"tigger\n", `bad.stest:1: unknown command "tigger"`},
		{tumbled + "feed\n{}\n", "bad.stest:7: plain: feed: feed which table?"},
		{tumbled + "feed bits\n{}\n", `the query reads no table "bits"`},
		{tumbled + "feed bids partition\n{}\n", `what is "partition"?`},
		{tumbled + "feed bids partitions=1\n{}\n", `what is "partitions=1"?`},
		{tumbled + "feed bids partition=\n{}\n", `what is "partition="?`},
		{tumbled + "crash at=nowhere\n\n", `no fault point "nowhere"`},
		{tumbled + "error\n\n", "the run did not fail"},
		{"feed bids\n{}\n", "no query before feed"},
		{tumbled + "trigger\n----\n+1 | 1\n", "--- want\n+1 | 1\n--- got"},
	} {
		path := filepath.Join(t.TempDir(), "bad.stest")
		if err := os.WriteFile(path, []byte(c.text), 0o644); err != nil {
			t.Fatal(err)
		}
		r := Run(context.Background(), path, Options{Quick: true})
		if text := strings.Join(r.Failures, "\n"); !strings.Contains(text, c.want) {
			t.Errorf("%q: %q, want %q", strings.TrimPrefix(c.text, tumbled), text, c.want)
		}
	}
}

// TestUpdateKeepsEverythingElse: comments, blanks and the order of a file stay; expectations are what came out, where
// one is missing it is added.
func TestUpdateKeepsEverythingElse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.stest")
	const fed = "# second\nfeed bids partition=1\n{\"ts\":\"2026-01-01 12:00:01\",\"n\":1}\n\n"
	const before = "# first\n\n" + tumbled + fed + "trigger\n----\nwrong\n\n# third\nfinish\n"
	const after = "# first\n\n" + tumbled + fed + "trigger\n----\nwatermark bids 2026-01-01 12:00:01\n\n" +
		"# third\nfinish\n----\n+1 | 2026-01-01 12:00:10.000 | 1\n"
	if err := os.WriteFile(path, []byte(before), 0o644); err != nil {
		t.Fatal(err)
	}
	if r := Run(context.Background(), path, Options{Update: true}); len(r.Failures) > 0 {
		t.Fatal(r.Failures)
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != after {
		t.Errorf("%s\n%v", got, err)
	}
}
