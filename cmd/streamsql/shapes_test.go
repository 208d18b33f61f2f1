//go:build unix

package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// shape is a kind of query, or of life around it, that is killed again and again.
type shape struct {
	name string
	make func(t *testing.T) *job
	// live is one start of the query, which ends by itself or is killed; the result of its last process.
	live func(j *job, k *killer) result
	// settled is what holds at the end.
	settled func(j *job, context string)
}

var shapes = []shape{
	{"three-sinks", threeSinks, (*job).plainRun, func(j *job, context string) {
		j.verify(context)
		sameRows(j.t, context+": cheap", j.got("cheap"), j.filtered(func(p int64) bool { return p < 100 }))
	}},
	{"changed-query", plainJob, (*job).changedRun, (*job).settledChanged},
	{"takeover", plainJob, (*job).takeoverRun, (*job).verify},
	{"skip-file", plainJob, (*job).skippingRun, (*job).settledSkipped},
	{"available-now", plainJob,
		func(j *job, k *killer) result { return j.killedRun(k, "--trigger", "available-now") }, (*job).verify},
	{"arriving", arrivingJob, (*job).arrivingRun, (*job).settledArrived},
	{"gz", func(t *testing.T) *job { j := plainJob(t); j.pack(); return j }, (*job).plainRun, (*job).verify},
}

// TestKillShapes kills each shape at random named points and at random moments until it is through. Nothing may be lost
// or repeated. STREAMSQL_KILLS is the number of kills over all shapes, STREAMSQL_SHAPE picks one of them.
func TestKillShapes(t *testing.T) {
	seed := uint64(scale(t, "STREAMSQL_SEED", 1))
	each := max(scale(t, "STREAMSQL_KILLS", 60)/len(shapes), 1)
	for i, s := range shapes {
		if only := os.Getenv("STREAMSQL_SHAPE"); only != "" && only != s.name {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			k := &killer{rnd: rand.New(rand.NewPCG(seed, uint64(i)))}
			rounds := 0
			for ; k.kills < each; rounds++ {
				j := s.make(t)
				for try := 0; ; try++ {
					k.calm = try > 40
					r := s.live(j, k)
					if r.code == -1 {
						continue
					}
					if r.code != 0 {
						t.Fatalf("after %d kills (seed %d): exit %d\n%s", k.kills, seed, r.code, r.stderr)
					}
					break
				}
				s.settled(j, fmt.Sprintf("seed %d, %d kills", seed, k.kills))
			}
			t.Logf("%d kills over %d queries, seed %d", k.kills, rounds, seed)
		})
	}
}

// killer decides where and when processes are killed.
type killer struct {
	rnd   *rand.Rand
	kills int
	calm  bool // it has killed enough
}

// fault is the environment that makes the next process kill itself at a named point, or nothing.
func (k *killer) fault() []string {
	if k.calm || k.rnd.IntN(3) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("STREAMSQL_FAULT=%s:%d=kill", killPoints[k.rnd.IntN(len(killPoints))], 1+k.rnd.IntN(8))}
}

// wait waits for a process, or kills it after a random while.
func (k *killer) wait(j *job, p *process) result {
	j.t.Helper()
	if !k.calm {
		select {
		case <-p.done:
		case <-time.After(time.Duration(20+k.rnd.IntN(150)) * time.Millisecond):
			_ = p.cmd.Process.Kill()
		}
	}
	r := j.wait(p)
	if r.code == -1 {
		k.kills++
	}
	return r
}

func plainJob(t *testing.T) *job { return newJob(t, jobRows(1500), 40, "") }

// plainRun is a start without flags that may be killed.
func (j *job) plainRun(k *killer) result { return j.killedRun(k) }

// killedRun is a start that may be killed.
func (j *job) killedRun(k *killer, more ...string) result {
	j.t.Helper()
	return k.wait(j, j.start(k.fault(), append([]string{"run", "q.sql"}, more...)...))
}

// filtered is the rows of the job with some prices, as a sink of ts and price has them.
func (j *job) filtered(keep func(price int64) bool) []string {
	var out []string
	for _, r := range j.rows {
		if keep(r.price) {
			out = append(out, fmt.Sprintf(`{"ts":"%s","price":%d}`, stamp(r.millis), r.price))
		}
	}
	slices.Sort(out)
	return out
}

func threeSinks(t *testing.T) *job {
	j := plainJob(t)
	j.edit(func(sql string) string {
		return sql + "\nCREATE TABLE cheap (ts TIMESTAMP(3), price BIGINT)\n" +
			"WITH ('connector'='filesystem', 'path'='out/cheap', 'format'='json');\n" +
			"INSERT INTO cheap SELECT ts, price FROM bids WHERE price < 100;\n"
	})
	return j
}

// edit rewrites the query.
func (j *job) edit(change func(sql string) string) {
	j.t.Helper()
	text, err := os.ReadFile(filepath.Join(j.dir, "q.sql"))
	if err != nil {
		j.t.Fatal(err)
	}
	j.write("q.sql", change(string(text)))
}

// changedRun changes the query before every start: what is killed may have been a replay under either form.
func (j *job) changedRun(k *killer) result {
	j.t.Helper()
	to := []string{"price >= 900", "price >= 950"}[k.rnd.IntN(2)]
	j.edit(func(sql string) string {
		return strings.NewReplacer("price >= 900", to, "price >= 950", to).Replace(sql)
	})
	return j.killedRun(k)
}

// settledChanged: the windows do not depend on the change; rows that either form has are there once, the others at most
// once.
func (j *job) settledChanged(context string) {
	j.t.Helper()
	windows, _ := j.want()
	sameRows(j.t, context+": windows", j.got("windows"), windows)
	atMost(j.t, context+": expensive", j.got("expensive"), j.filtered(func(p int64) bool { return p >= 900 }))
	dear := slices.DeleteFunc(j.got("expensive"), func(r string) bool {
		_, price, _ := strings.Cut(strings.TrimSuffix(r, "}"), `"price":`) // three digits, so texts compare like numbers
		return price < "950"
	})
	sameRows(j.t, context+": at least 950", dear, j.filtered(func(p int64) bool { return p >= 950 }))
}

// atMost fails when a row is there more often than it may be.
func atMost(t *testing.T, what string, got, most []string) {
	t.Helper()
	left := map[string]int{}
	for _, r := range most {
		left[r]++
	}
	for _, r := range got {
		if left[r]--; left[r] < 0 {
			t.Fatalf("%s: row %s is repeated or made up", what, r)
		}
	}
}

// takeoverRun starts an owner and takes the state from it while it lives; either may be killed. The old owner leaves
// with 7, or had ended before.
func (j *job) takeoverRun(k *killer) result {
	j.t.Helper()
	old := j.start(k.fault(), "run", "q.sql")
	select {
	case <-old.done:
	case <-time.After(time.Duration(k.rnd.IntN(120)) * time.Millisecond):
	}
	r := k.wait(j, j.start(k.fault(), "run", "q.sql", "--takeover"))
	was := j.wait(old)
	if was.code == -1 {
		k.kills++
	}
	if !slices.Contains([]int{0, 7, -1}, was.code) {
		j.t.Fatalf("the old owner left with %d\n%s", was.code, was.stderr)
	}
	if r.code == 7 && strings.Contains(r.stderr, "fencing-lost") {
		// The old owner began its term after the new one had: the later start wins, as it should.
		r.code = -1
	}
	return r
}

// skippingRun loses the last data file after some starts, leaves it out, and puts it back: it must not come again.
// Where a sink holds rows of it in the open epoch, leaving it out is refused, and the file must be found first.
func (j *job) skippingRun(k *killer) result {
	j.t.Helper()
	file, away := filepath.Join(j.dir, "data/part2.jsonl"), filepath.Join(j.dir, "part2.away")
	if k.rnd.IntN(3) == 0 && fileExists(file) {
		if err := os.Rename(file, away); err != nil {
			j.t.Fatal(err)
		}
	}
	if !fileExists(away) {
		return j.killedRun(k)
	}
	r := j.killedRun(k, "--skip-file", "part2.jsonl")
	if r.code == 64 && strings.Contains(r.stderr, "none had one") { // it went before any start had it in its log
		if err := os.Rename(away, file); err != nil {
			j.t.Fatal(err)
		}
		r.code = -1 // to be continued
		return r
	}
	if r.code == 8 && strings.Contains(r.stderr, "replay-differs") {
		if err := os.Rename(away, file); err != nil {
			j.t.Fatal(err)
		}
		r = j.must(0, nil, "run", "q.sql", "--trigger", "once")
		r.code = -1 // to be continued
		return r
	}
	if r.code == 0 && !fileExists(file) {
		if err := os.Rename(away, file); err != nil {
			j.t.Fatal(err)
		}
	}
	return r
}

// settledSkipped: the other files' rows are there once, those of the file that was left out at most once.
func (j *job) settledSkipped(context string) {
	j.t.Helper()
	atMost(j.t, context+": expensive", j.got("expensive"), j.filtered(func(p int64) bool { return p >= 900 }))
	others := job{rows: j.rows[:len(j.rows)*2/3]}
	atMost(j.t, context+": expensive of the other files", others.filtered(func(p int64) bool { return p >= 900 }),
		j.got("expensive"))
	seen := map[string]bool{}
	for _, r := range j.got("windows") {
		key, _, _ := strings.Cut(r, `,"n":`)
		if seen[key] {
			j.t.Fatalf("%s: window %s fired twice", context, key)
		}
		seen[key] = true
	}
}

// arrivingJob has its files come while it runs.
func arrivingJob(t *testing.T) *job {
	j := newJob(t, jobRows(1500), 40, watched)
	for i := 1; i < 3; i++ {
		from, to := fmt.Sprintf("data/part%d.jsonl", i), fmt.Sprintf("part%d.coming", i)
		if err := os.Rename(filepath.Join(j.dir, from), filepath.Join(j.dir, to)); err != nil {
			t.Fatal(err)
		}
	}
	return j
}

// arrive puts the next file in place; false when all are there.
func (j *job) arrive() bool {
	for i := 1; i < 3; i++ {
		if from := filepath.Join(j.dir, fmt.Sprintf("part%d.coming", i)); fileExists(from) {
			if err := os.Rename(from, filepath.Join(j.dir, fmt.Sprintf("data/part%d.jsonl", i))); err != nil {
				j.t.Fatal(err)
			}
			return true
		}
	}
	return false
}

// arrivingRun lets a file arrive during a start that is killed; when all are there it does what exists.
func (j *job) arrivingRun(k *killer) result {
	j.t.Helper()
	p := j.start(k.fault(), "run", "q.sql")
	select {
	case <-p.done:
	case <-time.After(time.Duration(k.rnd.IntN(100)) * time.Millisecond):
	}
	more := k.rnd.IntN(3) > 0 || j.arrive()
	select {
	case <-p.done:
	case <-time.After(time.Duration(k.rnd.IntN(100)) * time.Millisecond):
		_ = p.cmd.Process.Kill()
	}
	r := j.wait(p)
	k.kills++
	if more && !k.calm || r.code != -1 {
		return r
	}
	for j.arrive() {
	}
	return j.killedRun(k, "--trigger", "available-now")
}

// settledArrived: everything that exists was read; open windows stay open.
func (j *job) settledArrived(context string) {
	j.t.Helper()
	if j.arrive() {
		j.t.Fatalf("%s: it ended although files were to come", context)
	}
	windows, expensive := j.want()
	sameRows(j.t, context+": expensive", j.got("expensive"), expensive)
	atMost(j.t, context+": windows", j.got("windows"), windows)
}
