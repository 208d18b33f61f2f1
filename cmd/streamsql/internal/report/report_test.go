package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"streamsql/internal/diag"
	"streamsql/internal/progress"
	"streamsql/wal"
)

// saying collects what is said.
func saying() (Say, *[]string) {
	var lines []string
	return func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }, &lines
}

// pieces counts writes.
type pieces struct {
	bytes.Buffer
	n int
}

func (p *pieces) Write(b []byte) (int, error) {
	p.n++
	return p.Buffer.Write(b)
}

func TestErrorCodes(t *testing.T) {
	fault := diag.At(diag.Usage, diag.Span{Start: 7, End: 11}, "no such thing").WithHint("try another")
	for _, c := range []struct {
		name string
		err  error
		code int
		text string
	}{
		{"coded", diag.New(diag.StateInUse, "in use"), diag.ExitOf(diag.New(diag.StateInUse, "")), "error[state-in-use]"},
		{"located", Located{"q.sql", "SELECT nope", fault}, diag.ExitUsage, "q.sql:1:8: error[usage]"},
		{"wrapped", fmt.Errorf("and so: %w", Located{"q.sql", "SELECT nope", fault}), diag.ExitUsage, "q.sql:1:8"},
		{"of cobra", errors.New(`unknown command "x" for "streamsql"`), diag.ExitUsage, "error[usage]"},
		{"without a code", errors.New("odd"), diag.ExitInternal, "error[internal]"},
		{"reported already", fmt.Errorf("tests: %w", Exit{12}), 12, ""},
	} {
		var out pieces
		if code := Error(&out, c.err, false); code != c.code || !strings.Contains(out.String(), c.text) {
			t.Errorf("%s: exit %d, want %d with %q:\n%s", c.name, code, c.code, c.text, out.String())
		}
		if out.n > 1 || c.text == "" && out.n > 0 {
			t.Errorf("%s: written in %d pieces", c.name, out.n)
		}
	}
}

func TestFaults(t *testing.T) {
	text := "SELECT é,\n  nope FROM t"
	at := int32(strings.Index(text, "nope"))
	list := diag.List{
		diag.At(diag.Usage, diag.Span{Start: at, End: at + 4}, "first").WithHint("so"),
		diag.At(diag.Usage, diag.Span{Start: 1 << 20, End: 1 << 20}, "past the end"),
	}
	var out bytes.Buffer
	var exit Exit
	err := Faults(&out, "q.sql", text, Located{"q.sql", text, list})
	if !errors.As(err, &exit) || exit.Code != diag.ExitUsage {
		t.Errorf("left with %v", err)
	}
	want := `{"file":"q.sql","line":2,"column":3,"code":"usage","message":"first","hint":"so"}` + "\n"
	if first, _, _ := strings.Cut(out.String(), "\n"); first+"\n" != want || strings.Count(out.String(), "\n") != 2 {
		t.Errorf("got %swant %s", out.String(), want)
	}
	odd := errors.New("the disk is gone")
	if err := Faults(&out, "q.sql", text, odd); !errors.Is(err, odd) {
		t.Errorf("what is not a fault of the query became %v", err)
	}
	if err := Faults(&out, "q.sql", text, nil); err != nil {
		t.Error(err)
	}
}

// What was dropped is said once per operator and reason, and of mode log the first of each kind, in every epoch.
func TestEpochsInWords(t *testing.T) {
	say, lines := saying()
	r := &Epochs{State: "q.state", Say: say}
	e := progress.Event{
		BatchID: 3,
		Late: []progress.Late{{Operator: "tumble", Reason: "late", Rows: 2, Sample: "a.jsonl line 7"},
			{Operator: "hop", Reason: progress.PartlyLate, Rows: 1, Sample: "a.jsonl line 8"}},
		Sources: []progress.Source{
			{Description: "bids", BadRows: 5, BadKinds: []progress.Kind{{Code: "field-type", Rows: 3, First: "a.jsonl line 2"}}},
			{Description: "asks", BadRows: 1},
		},
	}
	r.Committed(e)
	e.BatchID = 4
	r.Committed(e)
	want := []string{
		"epoch 3: 2 rows dropped by tumble, reason late: a.jsonl line 7 (told once; `streamsql status q.state` counts them)",
		"epoch 3: 1 row came too late for some of the windows of hop: a.jsonl line 8 " +
			"(told once; `streamsql status q.state` " +
			"counts them)",
		"epoch 3: table bids: a.jsonl line 2 [field-type] (and 2 more of this kind)",
		"epoch 3: table bids: 2 more of other kinds",
		"epoch 3: 1 bad record in table asks (told once; `streamsql status q.state` counts them)",
		"epoch 4: table bids: a.jsonl line 2 [field-type] (and 2 more of this kind)",
		"epoch 4: table bids: 2 more of other kinds",
	}
	if got, want := strings.Join(*lines, "\n"), strings.Join(want, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// Under JSON every epoch is one line, and nothing else is said.
func TestEpochsAsJSON(t *testing.T) {
	say, lines := saying()
	r := &Epochs{JSON: true, Say: say}
	for epoch := range int64(2) {
		r.Committed(progress.Event{BatchID: epoch, Late: []progress.Late{{Operator: "tumble", Reason: "late", Rows: 2}}})
	}
	if len(*lines) != 2 {
		t.Fatalf("%q", *lines)
	}
	for epoch, line := range *lines {
		var e progress.Event
		if err := json.Unmarshal([]byte(line), &e); err != nil || e.BatchID != int64(epoch) {
			t.Errorf("%s: %v", line, err)
		}
	}
}

func TestOpening(t *testing.T) {
	say, lines := saying()
	Opening{State: "q.state", Epoch: -1, Guarantees: []string{"a → b: exactly once"}}.Lines(say)
	Opening{State: "q.state", Epoch: 8, Rows: 1}.Lines(say)
	want := "state q.state: fresh start\na → b: exactly once\nstate q.state: resumes after epoch 8, 1 state row"
	if got := strings.Join(*lines, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestStatus(t *testing.T) {
	s := wal.Status{Location: "q.state", ID: "id", Exists: true, Terms: 2, StateFiles: 1, StateBytes: 2048}
	s.Commit = &wal.CommitRecord{
		Epoch: 7, Rows: wal.RowCounts{In: map[string]int64{"bids": 3}},
		Totals: &wal.RowCounts{
			In: map[string]int64{"bids": 30}, Late: map[string]int64{"tumble late": 4, "hop partly-late": 5},
		},
		Sinks: map[string]wal.MarkerRecord{"out": {Epoch: 6, Rows: 9}},
	}
	s.Progress = []byte(`{"numInputRows":3,"sources":[{"description":"bids","metrics":{"filesChangedAfterRead":1}}]}`)
	var out bytes.Buffer
	if err := Status(&out, s, "stopped"); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		"stopped", "epoch 7 at", "bids 30", "tumble late 4 ", "hop 5 ", "epoch 6, 9 rows", "1 file, 2.0 KiB",
		"last epoch: 3 rows in",
		"files that changed after they were read: 1",
	} {
		if !strings.Contains(out.String(), part) {
			t.Errorf("%q is missing in\n%s", part, out.String())
		}
	}
	out.Reset()
	if err := StatusJSON(&out, s, "stopped"); err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(out.Bytes(), &m); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{
		"location", "id", "state", "starts", "stateFiles", "stateBytes", "storedBytes", "lastCommit", "progress",
	} {
		if _, ok := m[key]; !ok {
			t.Errorf("no key %q in %s", key, out.String())
		}
	}
}

func TestWords(t *testing.T) {
	for got, want := range map[string]string{
		Count(9_999): "9999", Count(12_345): "12.3 K", Count(10_000_000): "10.0 M", Groups(1): "1 group",
		Groups(0):   "0 groups",
		Bytes(1023): "1023 B", Bytes(1024): "1.0 KiB", Bytes(3 << 20): "3.0 MiB", Bytes(5 << 30): "5.0 GiB",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
