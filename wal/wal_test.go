package wal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"streamsql/internal/clock"
	"streamsql/internal/diag"
	"streamsql/internal/nonce"
	"streamsql/internal/store"
)

var ctx = context.Background()

const testID = "0b7e7c2e-4b1d-4c55-9e0a-6d9f4a3c2b11"

var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantCode(t testing.TB, err error, code diag.Code, parts ...string) {
	t.Helper()
	if diag.CodeOf(err) != code || err == nil {
		t.Fatalf("got %v, want code %s", err, code)
	}
	for _, p := range parts {
		if !strings.Contains(err.Error(), p) {
			t.Fatalf("%v does not say %q", err, p)
		}
	}
}

func claim() Claim { return Claim{Now: start, ID: testID} }

// own opens a log and takes its term.
func own(t testing.TB, st store.Store) *Log {
	t.Helper()
	l, err := Open(ctx, st, nil)
	must(t, err)
	_, err = l.AcquireTerm(ctx, claim())
	must(t, err)
	return l
}

func epochTime(epoch int64) clock.EventTime {
	return clock.Of(start.Add(time.Duration(epoch) * time.Second))
}

func offsetRecord(epoch int64) *OffsetRecord {
	return &OffsetRecord{
		Epoch: epoch, Clock: epochTime(epoch), Watermark: epochTime(epoch - 5), Plan: "p1",
		Sources: []SourceOffset{
			{Table: "bids", End: json.RawMessage(fmt.Sprintf(`{"0":%d}`, 100*(epoch+1)))},
			{Table: "users"},
		},
	}
}

// stateFiles is what commit N names: a merged file of every 4 epochs and the files since.
func stateFiles(epoch int64) []StateFile {
	var out []StateFile
	merged := epoch / 4 * 4
	if merged > 0 {
		out = append(out, StateFile{Name: fmt.Sprintf("state/0-%d", merged-1), Bytes: 64, CRC: "0a0b0c0d", Class: 1,
			Last: merged - 1})
	}
	for e := merged; e <= epoch; e++ {
		out = append(out, StateFile{Name: fmt.Sprintf("state/%d", e), Bytes: 8, CRC: "01020304", First: e, Last: e})
	}
	return out
}

func commitRecord(epoch int64) *CommitRecord {
	return &CommitRecord{
		Epoch: epoch, Plan: "p1", Watermark: epochTime(epoch - 4), State: stateFiles(epoch),
		Partitions: map[string]map[string]clock.EventTime{"bids": {"0": epochTime(epoch), "1": clock.Min}},
		Nodes:      map[string]clock.EventTime{"window-1": epochTime(epoch - 4)},
		Sinks: map[string]MarkerRecord{"out": {Epoch: epoch, Term: 1, Rows: 10,
			Digest: fmt.Sprintf("%032x", epoch)}},
		Rows: RowCounts{In: map[string]int64{"bids": 100}, Out: map[string]int64{"out": 10}},
	}
}

// writeState creates the state files that commit N names for the first time.
func writeState(st store.Store, epoch int64) error {
	fresh := commitRecord(epoch).State
	if epoch > 0 {
		fresh = commitRecord(epoch).dropped(commitRecord(epoch - 1))
	}
	for _, f := range fresh {
		// a replay after a crash finds its file there; the real names carry term and chance
		if err := st.Create(ctx, f.Name, make([]byte, f.Bytes), nil); err != nil && !errors.Is(err, store.ErrExist) {
			return err
		}
	}
	return nil
}

// run does one epoch.
func run(l *Log, st store.Store, epoch int64) error {
	if err := l.WriteOffsets(ctx, offsetRecord(epoch)); err != nil {
		return err
	}
	return finish(l, st, epoch)
}

func finish(l *Log, st store.Store, epoch int64) error {
	if err := writeState(st, epoch); err != nil {
		return err
	}
	_, err := l.WriteCommit(ctx, commitRecord(epoch))
	return err
}

// grow makes a query with n done epochs and, when pending, one planned.
func grow(t testing.TB, st store.Store, n int64, pending bool) *Log {
	t.Helper()
	l := own(t, st)
	must(t, l.WriteQuery(ctx, 0, "SELECT 1", []byte(`{"plan":1}`)))
	for e := range n {
		must(t, run(l, st, e))
	}
	if pending {
		must(t, l.WriteOffsets(ctx, offsetRecord(n)))
	}
	return l
}

func TestGoldenRecords(t *testing.T) {
	o := offsetRecord(7)
	o.Query, o.Term, o.QueryName, o.QueryCRC = testID, 3, "0", "00c0ffee"
	o.Idle = map[string][]string{"bids": {"1"}}
	o.Settings = map[string]string{"table.local-time-zone": "UTC"}
	data, err := o.encode()
	must(t, err)
	const wantOffsets = `v1
{"batchWatermarkMs":1767225602000,"batchTimestampMs":1767225607000,` +
		`"conf":{"streamsql.clock-us":"1767225607000000","streamsql.crc":"@@","streamsql.epoch":"7",` +
		`"streamsql.idle":"{\"bids\":[\"1\"]}","streamsql.plan":"p1",` +
		`"streamsql.query":"0b7e7c2e-4b1d-4c55-9e0a-6d9f4a3c2b11","streamsql.query-crc":"00c0ffee",` +
		`"streamsql.query-text":"0","streamsql.sources":"[\"bids\",\"users\"]","streamsql.term":"3",` +
		`"streamsql.watermark-us":"1767225602000000","table.local-time-zone":"UTC"}}
{"0":800}
-`
	if got := string(data); got != strings.Replace(wantOffsets, "@@", goldenOffsetsCRC, 1) {
		t.Errorf("offsets record:\n%s", got)
	}
	c := commitRecord(1)
	c.Query, c.Term, c.Clock, c.Finished = testID, 3, epochTime(1), true
	const wantCommit = `v1
{"nextBatchWatermarkMs":1767225597000,"streamsql":{"clock":1767225601000000,"crc":"@@","epoch":1,` +
		`"finished":true,"nodes":{"window-1":1767225597000000},"partitions":{"bids":{"0":1767225601000000,` +
		`"1":-9223372036854775808}},"plan":"p1","query":"0b7e7c2e-4b1d-4c55-9e0a-6d9f4a3c2b11",` +
		`"rows":{"in":{"bids":100},"out":{"out":10}},"sinks":{"out":{"epoch":1,"term":1,"rows":10,` +
		`"digest":"00000000000000000000000000000001"}},"state":[{"name":"state/0","bytes":8,"crc32c":"01020304",` +
		`"class":0,"first":0,"last":0},{"name":"state/1","bytes":8,"crc32c":"01020304","class":0,"first":1,"last":1}],` +
		`"term":3,"watermark":1767225597000000}}`
	if got := string(c.encode()); got != strings.Replace(wantCommit, "@@", goldenCommitCRC, 1) {
		t.Errorf("commit record:\n%s", got)
	}
}

// Part of the format since v1: these digits change only when the format does.
const (
	goldenOffsetsCRC = "5fb4bbe1"
	goldenCommitCRC  = "49cb1835"
)

func TestRecordsRoundTrip(t *testing.T) {
	o := offsetRecord(7)
	o.Query, o.Term = testID, 3
	o.Idle = map[string][]string{"a \"b\"": {"1", "2"}}
	o.Settings = map[string]string{"k": "streamsql.crc\":\"zzzzzzzz\" <&>\nü"}
	o.Sources = append(o.Sources, SourceOffset{"odd, name\n", json.RawMessage("{ \"a\" :\n [1, 2] }")})
	o.Watermark = clock.Min
	data, err := o.encode()
	must(t, err)
	back, err := decodeOffsets(data)
	must(t, err)
	again, err := back.encode()
	must(t, err)
	if string(again) != string(data) {
		t.Errorf("offsets differ:\n%s\n%s", data, again)
	}
	if got := string(back.End("odd, name\n")); got != `{"a":[1,2]}` || back.End("users") != nil ||
		back.Watermark != clock.Min {
		t.Errorf("read back: %q %v", got, back)
	}
	c := commitRecord(5)
	c.Nodes["crc"] = 1
	c.Sinks["\"crc\":\"00000000\""] = MarkerRecord{}
	first := c.encode()
	cback, err := decodeCommit(first)
	must(t, err)
	if string(cback.encode()) != string(first) {
		t.Errorf("commits differ:\n%s\n%s", first, cback.encode())
	}
	if !cback.sameResult(c) {
		t.Error("a record differs from itself")
	}
}

func TestEncodeRefuses(t *testing.T) {
	o := offsetRecord(0)
	o.Settings = map[string]string{keyTerm: "9"}
	if _, err := o.encode(); err == nil {
		t.Error("a setting took the name of a log key")
	}
	o = offsetRecord(0)
	o.Sources[0].End = json.RawMessage("{")
	if _, err := o.encode(); err == nil {
		t.Error("an offset that is not JSON was written")
	}
}

func TestSparkReadsWhatItKnows(t *testing.T) {
	o := offsetRecord(3)
	data, err := o.encode()
	must(t, err)
	parts := strings.Split(string(data), "\n")
	var line struct {
		BatchWatermarkMs, BatchTimestampMs int64
		Conf                               map[string]string
	}
	must(t, json.Unmarshal([]byte(parts[1]), &line))
	if parts[0] != "v1" || len(parts) != 2+len(o.Sources) ||
		line.BatchTimestampMs != start.Add(3*time.Second).UnixMilli() {
		t.Errorf("record: %s", data)
	}
	o.Watermark = clock.Min
	data, _ = o.encode()
	if !strings.Contains(string(data), `{"batchWatermarkMs":0,`) {
		t.Errorf("no watermark yet: %s", data)
	}
}

func TestLifeOfALog(t *testing.T) {
	st := store.NewMemory()
	l, err := Open(ctx, st, nil)
	must(t, err)
	if r := l.Recovery(); r.Kind != Fresh || r.Epoch != 0 || l.ID() != "" {
		t.Fatalf("empty store: %+v", r)
	}
	term, err := l.AcquireTerm(ctx, claim())
	must(t, err)
	if term.Number != 1 || l.ID() != testID {
		t.Fatalf("term %d id %s", term.Number, l.ID())
	}
	must(t, l.VerifyTerm(ctx))
	must(t, l.WriteQuery(ctx, 0, "SELECT 1", []byte("{}")))
	must(t, run(l, st, 0))
	if r := l.Recovery(); r.Kind != Continue || r.Epoch != 1 || r.Commit.Epoch != 0 || r.Last.Epoch != 0 {
		t.Errorf("after epoch 0: %+v", r)
	}
	must(t, l.WriteOffsets(ctx, offsetRecord(1)))
	if r := l.Recovery(); r.Kind != Replay || r.Epoch != 1 || r.Replay.Epoch != 1 || r.Last.Epoch != 0 ||
		r.Commit.Epoch != 0 {
		t.Errorf("within epoch 1: %+v", r)
	}
	must(t, l.Close())

	l = own(t, st)
	r := l.Recovery()
	if r.Kind != Replay || r.Epoch != 1 || r.Last.Epoch != 0 || r.Commit.Epoch != 0 || r.Replay.Epoch != 1 {
		t.Fatalf("after a planned epoch: %+v", r)
	}
	if r.Replay.Term != 1 || l.Term().Number != 2 {
		t.Errorf("planned by %d, now %d", r.Replay.Term, l.Term().Number)
	}
	q, err := l.QueryAt(ctx, 1)
	if err != nil || q.SQL != "SELECT 1" || string(q.JSON) != "{}" {
		t.Errorf("text: %+v %v", q, err)
	}
	done := commitRecord(1)
	done.Finished = true
	must(t, writeState(st, 1))
	_, err = l.WriteCommit(ctx, done)
	must(t, err)
	must(t, l.Close())

	l = own(t, st)
	if r := l.Recovery(); r.Kind != Continue || r.Epoch != 2 || !r.Finished() || r.Commit.Term != 2 {
		t.Errorf("after the end: %+v", r)
	}
	if a, b, ok := l.Epochs(); a != 0 || b != 1 || !ok {
		t.Errorf("epochs %d to %d", a, b)
	}
	if rec, err := l.Commit(ctx, 0); err != nil || rec.Epoch != 0 {
		t.Errorf("commit 0: %v", err)
	}
	if _, err := l.Offsets(ctx, 9); !errors.Is(err, store.ErrNotExist) {
		t.Errorf("offsets 9: %v", err)
	}
}

func TestFirstEpochReplays(t *testing.T) {
	st := store.NewMemory()
	must(t, grow(t, st, 0, true).Close())
	if r := own(t, st).Recovery(); r.Kind != Replay || r.Epoch != 0 || r.Last != nil || r.Commit != nil {
		t.Errorf("%+v", r)
	}
}

func TestTwoRunsWriteEqualBytes(t *testing.T) {
	a, b := store.NewMemory(), store.NewMemory()
	grow(t, a, 6, true)
	grow(t, b, 6, true)
	list, err := a.List(ctx, "")
	must(t, err)
	for _, i := range list {
		if strings.HasPrefix(i.Name, termsDir) {
			continue
		}
		x, _ := a.Get(ctx, i.Name)
		y, _ := b.Get(ctx, i.Name)
		if string(x) != string(y) {
			t.Errorf("%s differs:\n%s\n%s", i.Name, x, y)
		}
	}
}

func TestOutOfTurnIsABug(t *testing.T) {
	st := store.NewMemory()
	l := grow(t, st, 2, false)
	wantCode(t, l.WriteOffsets(ctx, offsetRecord(3)), diag.Internal)
	wantCode(t, run(l, st, 1), diag.Internal)
	_, err := l.WriteCommit(ctx, commitRecord(2))
	wantCode(t, err, diag.Internal)
	must(t, l.WriteOffsets(ctx, offsetRecord(2)))
	wantCode(t, l.WriteOffsets(ctx, offsetRecord(3)), diag.Internal)
	wantCode(t, l.WriteQuery(ctx, 2, "other", nil), diag.Internal)
	reader, err := Open(ctx, st, nil)
	must(t, err)
	_, err = reader.WriteCommit(ctx, commitRecord(2))
	wantCode(t, err, diag.Internal)
}

func TestIDsAreUUIDs(t *testing.T) {
	if id := nonce.UUID(); !uuidForm.MatchString(id) {
		t.Errorf("id %s", id)
	}
	l, err := Open(ctx, store.NewMemory(), nil)
	must(t, err)
	_, err = l.AcquireTerm(ctx, Claim{ID: "mine"})
	wantCode(t, err, diag.Internal)
}
