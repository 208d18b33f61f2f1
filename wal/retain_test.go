package wal

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"streamsql/internal/diag"
	"streamsql/internal/fault"
	"streamsql/internal/store"
	"streamsql/internal/store/vfs"
)

func list(t testing.TB, st store.Store, prefix string) []string {
	t.Helper()
	infos, err := st.List(ctx, prefix)
	must(t, err)
	var out []string
	for _, i := range infos {
		out = append(out, strings.TrimPrefix(i.Name, prefix))
	}
	return out
}

// freed closes a log and gives its store.
func freed(t testing.TB, l *Log, st store.Store) store.Store {
	must(t, l.Close())
	return st
}

func TestRetainKeepsBothLimits(t *testing.T) {
	st := store.NewMemory()
	l := grow(t, st, 20, false)
	now := epochTime(19).Time()
	for _, c := range []struct {
		policy Policy
		oldest int64
	}{
		{Policy{Epochs: 100}, 0},
		{Policy{Epochs: 3, Age: time.Hour}, 0},
		{Policy{Epochs: 5, Age: 17 * time.Second}, 3}, // epochs 0, 1, 2 are 17 s old or more
		{Policy{Epochs: 12, Age: time.Second}, 8},     // the newest and the 11 before it
		{Policy{Epochs: 0}, 18},                       // never fewer than what a start needs
	} {
		_, err := l.Retain(ctx, c.policy, now)
		must(t, err)
		oldest, newest, _ := l.Epochs()
		if oldest != c.oldest || newest != 19 {
			t.Errorf("%+v: %d to %d, want from %d", c.policy, oldest, newest, c.oldest)
		}
		if n := len(list(t, st, offsetsDir)); n != int(20-c.oldest) {
			t.Errorf("%+v: %d offset records", c.policy, n)
		}
	}
	if r := own(t, freed(t, l, st)).Recovery(); r.Kind != Continue || r.Epoch != 20 {
		t.Errorf("after retention: %+v", r)
	}
}

// Epochs that were logged while the machine's clock was years ahead do not stop retention.
func TestRetainAfterAFarFutureClock(t *testing.T) {
	for off, want := range map[time.Duration]bool{
		time.Hour: true, 10 * time.Minute: true, time.Minute: false, -time.Minute: false,
		-10 * 365 * 24 * time.Hour: true,
	} {
		if got := aged(epochTime(19).Time(), epochTime(19).Time().Add(-off), 10*time.Minute); got != want {
			t.Errorf("an epoch %s ago: aged %v", off, got)
		}
	}
}

func TestRetainDeletesFilesThatNobodyNames(t *testing.T) {
	st := store.NewMemory()
	l := grow(t, st, 10, false)
	deleted := map[string]bool{}
	step := func() {
		gone, err := l.Retain(ctx, Policy{Epochs: 3}, start.Add(time.Hour))
		must(t, err)
		if len(gone.Leftovers) > 0 {
			t.Errorf("took its own files for leftovers: %v", gone.Leftovers)
		}
		for _, f := range gone.StateFiles {
			deleted[f] = true
		}
	}
	for e := int64(10); e < 20; e++ {
		must(t, run(l, st, e))
		step()
		oldest, newest, _ := l.Epochs()
		for at := oldest; at <= newest; at++ {
			for _, f := range commitRecord(at).State {
				if deleted[f.Name] {
					t.Fatalf("%s is deleted, commits/%d names it", f.Name, at)
				}
			}
		}
	}
	step()
	want := map[string]bool{}
	for at := int64(16); at < 20; at++ {
		for _, f := range commitRecord(at).State {
			want[f.Name] = true
		}
	}
	for _, name := range list(t, st, "") {
		if strings.HasPrefix(name, stateDir) && !want[name] {
			t.Errorf("%s is still there", name)
		}
	}
	if !deleted["state/0-3"] || !deleted["state/3"] {
		t.Errorf("deleted: %v", deleted)
	}
}

// TestRetainAfterARestart: what an earlier process wrote is judged by its records.
func TestRetainAfterARestart(t *testing.T) {
	st := store.NewMemory()
	must(t, grow(t, st, 40, false).Close())
	must(t, st.Create(ctx, "state/orphan", []byte("x"), nil))
	l := own(t, st)
	gone, err := l.Retain(ctx, Policy{Epochs: 3}, start.Add(time.Hour))
	if must(t, err); gone.Epochs != 0 || len(gone.StateFiles)+len(gone.Leftovers) != 0 {
		t.Fatalf("deleted before its first commit: %+v", gone)
	}
	must(t, run(l, st, 40))
	must(t, st.Create(ctx, "state/ours-not-named-yet", []byte("x"), nil))
	var leftovers []string
	for range 10 {
		gone, err := l.Retain(ctx, Policy{Epochs: 3}, start.Add(time.Hour))
		must(t, err)
		leftovers = append(leftovers, gone.Leftovers...)
	}
	// Whatever the deleted records named is found either way; nothing a retained record names is gone.
	if !slices.Contains(leftovers, "state/orphan") || slices.Contains(leftovers, "state/ours-not-named-yet") {
		t.Errorf("leftovers: %v", leftovers)
	}
	want := map[string]bool{"state/ours-not-named-yet": true}
	for at := int64(37); at <= 40; at++ {
		for _, f := range commitRecord(at).State {
			want[f.Name] = true
		}
	}
	var have []string
	for _, n := range list(t, st, stateDir) {
		have = append(have, stateDir+n)
	}
	if len(have) != len(want) {
		t.Errorf("files: %v, want %v", have, want)
	}
	for _, n := range have {
		if !want[n] {
			t.Errorf("%s is still there", n)
		}
	}
}

func TestRetainKeepsTextsThatRun(t *testing.T) {
	st := store.NewMemory()
	l := grow(t, st, 5, false)
	text := func(e int64, sql string) { must(t, l.WriteQuery(ctx, e, sql, []byte("{}"))) }
	text(5, "SELECT 5")
	for e := int64(5); e < 12; e++ {
		must(t, run(l, st, e))
	}
	text(12, "SELECT 12")
	for e := int64(12); e < 20; e++ {
		must(t, run(l, st, e))
	}
	check := func(keep int64, want string) {
		t.Helper()
		_, err := l.Retain(ctx, Policy{Epochs: keep}, start.Add(time.Hour))
		must(t, err)
		if got := strings.Join(list(t, st, queryDir), " "); got != want {
			t.Errorf("keeping %d: %s, want %s", keep, got, want)
		}
	}
	check(16, "0.json 0.sql 12.json 12.sql 5.json 5.sql")
	check(14, "12.json 12.sql 5.json 5.sql")
	check(9, "12.json 12.sql 5.json 5.sql")
	check(8, "12.json 12.sql")
	if q, err := l.QueryAt(ctx, 19); err != nil || q.SQL != "SELECT 12" {
		t.Errorf("text: %+v, %v", q, err)
	}
}

// TestRetainSurvivesDamage: an old record that cannot be read does not stop retention, and no file goes that it might
// name.
func TestRetainSurvivesDamage(t *testing.T) {
	st := store.NewMemory()
	must(t, grow(t, st, 10, false).Close())
	put(t, st, "offsets/2", "v1\nrot")
	put(t, st, "commits/3", "v1\nrot")
	l := own(t, st)
	for e := int64(10); e < 20; e++ {
		must(t, run(l, st, e))
		_, err := l.Retain(ctx, Policy{Epochs: 8}, start.Add(time.Hour))
		must(t, err)
	}
	if oldest, _, _ := l.Epochs(); oldest != 12 {
		t.Errorf("oldest %d", oldest)
	}
}

// TestRetainInOneGo deletes many epochs at once and cuts the power at every step: never a gap, never a file missing
// that a record names which recovery could use.
func TestRetainInOneGo(t *testing.T) {
	for _, percent := range []int{0, 50, 100} {
		c := store.NewCrash()
		must(t, grow(t, c, 12, false).Close())
		must(t, c.Create(ctx, "state/orphan", []byte("x"), nil))
		a := acked{11, 11}
		l := own(t, c)
		check := func(call vfs.Call) {
			if !call.Op.Mutates() {
				return
			}
			for seed := range uint64(4) {
				where := fmt.Sprintf("%d%%, seed %d, after call %d, %s %s", percent, seed, call.N, call.Op, call.Name)
				found := c.CloneAfterCrash(percent, seed)
				verify(t, found, a, where)
				allNamed(t, found, where)
			}
		}
		c.FS.OnOp(check)
		must(t, run(l, c, 12))
		a = acked{12, 12}
		for e := int64(13); e < 17; e++ {
			for range 3 { // several calls between two epochs
				_, err := l.Retain(ctx, Policy{Epochs: 16 - e + 2}, start.Add(time.Hour))
				must(t, err)
			}
			must(t, run(l, c, e))
			a = acked{e, e}
		}
		c.FS.OnOp(nil)
		if oldest, _, _ := l.Epochs(); oldest != 14 {
			t.Errorf("oldest %d", oldest)
		}
		if _, err := c.Get(ctx, "state/orphan"); !errors.Is(err, store.ErrNotExist) {
			t.Errorf("the orphan is still there: %v", err)
		}
	}
}

// allNamed demands that every retained commit could be restored.
func allNamed(t *testing.T, st store.Store, where string) {
	t.Helper()
	span, _, err := listEpochs(ctx, st, commitsDir)
	must(t, err)
	for e := span.first; e <= span.last; e++ {
		rec, err := readCommit(ctx, st, e)
		must(t, err)
		for _, f := range rec.State {
			if _, err := st.Get(ctx, f.Name); err != nil {
				t.Fatalf("%s: commits/%d names %s: %v", where, e, f.Name, err)
			}
		}
	}
}

func TestFaultBetweenDeletions(t *testing.T) {
	st := store.NewMemory()
	faults := &fault.Set{}
	l, err := Open(ctx, st, faults)
	must(t, err)
	_, err = l.AcquireTerm(ctx, claim())
	must(t, err)
	for e := range int64(6) {
		must(t, run(l, st, e))
	}
	faults.Arm(fault.GCHalf, 1, func() error { return io.ErrUnexpectedEOF })
	if _, err := l.Retain(ctx, Policy{Epochs: 3}, start.Add(time.Hour)); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatalf("fault: %v", err)
	}
	if got := strings.Join(list(t, st, commitsDir)[:1], ""); got != "1" || list(t, st, offsetsDir)[0] != "0" {
		t.Errorf("not half done: %v %v", list(t, st, commitsDir), list(t, st, offsetsDir))
	}
	must(t, l.Close())
	l = own(t, st)
	must(t, run(l, st, 6))
	_, err = l.Retain(ctx, Policy{Epochs: 3}, start.Add(time.Hour))
	must(t, err)
	if oldest, _, _ := l.Epochs(); oldest != 4 || list(t, st, offsetsDir)[0] != "4" {
		t.Errorf("oldest %d, offsets %v", oldest, list(t, st, offsetsDir))
	}
}

// counting counts the calls of a store.
type counting struct {
	store.Store
	calls map[string]int
}

func (c *counting) Create(a ctxType, name string, data []byte, phase func(string) error) error {
	c.calls["create"]++
	return c.Store.Create(a, name, data, phase)
}

func (c *counting) Get(a ctxType, name string) ([]byte, error) {
	if strings.HasPrefix(name, termsDir) {
		c.calls["look"]++
	} else {
		c.calls["get"]++
	}
	return c.Store.Get(a, name)
}

func (c *counting) List(a ctxType, prefix string) ([]store.Info, error) {
	c.calls["list"]++
	return c.Store.List(a, prefix)
}

func (c *counting) Delete(a ctxType, name string) error {
	c.calls["delete"]++
	return c.Store.Delete(a, name)
}

// TestBudget: an epoch costs two creates, three looks for a later term and one for our own, retention what goes,
// however long the past is.
func TestBudget(t *testing.T) {
	c := &counting{Store: store.NewMemory(), calls: map[string]int{}}
	l := grow(t, c, 150, false)
	for range 10 {
		_, err := l.Retain(ctx, DefaultPolicy, start.Add(time.Hour))
		must(t, err)
	}
	c.calls = map[string]int{}
	const n = 40
	for e := int64(150); e < 150+n; e++ {
		must(t, l.WriteOffsets(ctx, offsetRecord(e)))
		_, err := l.WriteCommit(ctx, commitRecord(e))
		must(t, err)
		_, err = l.Retain(ctx, DefaultPolicy, start.Add(time.Hour))
		must(t, err)
	}
	files := n + n/4 // state files that went
	if c.calls["create"] != 2*n || c.calls["look"] != 4*n || c.calls["get"] != 0 || c.calls["list"] != 0 ||
		c.calls["delete"] > 2*n+files+2 || c.calls["delete"] < 2*n+files-6 {
		t.Errorf("%d epochs cost %v", n, c.calls)
	}
}

func TestStatus(t *testing.T) {
	st := store.NewMemory()
	s, err := ReadStatus(ctx, st)
	if err != nil || s.Exists || s.Recovery.Kind != Fresh {
		t.Errorf("empty store: %+v %v", s, err)
	}
	l := grow(t, st, 5, true)
	must(t, l.WriteProgress(ctx, []byte(`{"batchId":4}`)))
	s, err = ReadStatus(ctx, st)
	must(t, err)
	if !s.Exists || s.ID != testID || s.Commit.Epoch != 4 || s.Offsets.Epoch != 5 || s.Oldest != 0 ||
		s.Owner.Number != 1 ||
		s.Owner.PID == 0 || s.Terms != 1 || s.Query.SQL != "SELECT 1" || string(s.Progress) != `{"batchId":4}` ||
		s.StateFiles != 2 || s.StateBytes != 72 || s.StoredBytes == 0 || s.Recovery.Kind != Replay {
		t.Errorf("status: %+v", s)
	}
	put(t, st, "query/0.sql", "SELECT 3")
	_, err = ReadStatus(ctx, st)
	wantCode(t, err, diag.LogDamaged, "query/0.sql")
}
