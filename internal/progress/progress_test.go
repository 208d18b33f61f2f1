package progress

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"
)

// Dashboards and scripts read these keys: most are Spark's, and none may change its name.
func TestKeysAreFrozen(t *testing.T) {
	e := Event{
		ID: "q", RunID: "3", Name: "bids", Timestamp: "2026-01-01T00:00:00.000Z", BatchID: 7, NumInputRows: 5,
		InputRowsPerSecond: 1.5, ProcessedRowsPerSecond: 2.5, DurationMs: map[string]int64{"triggerExecution": 9},
		EventTime:      map[string]string{"watermark": "2026-01-01T00:00:00.000Z"},
		StateOperators: []StateOperator{{"aggregate", 1, 2, 3}},
		Sources: []Source{{"file", json.RawMessage(`{"a":1}`), json.RawMessage(`{"a":2}`), 5, 1, 99, true,
			[]Kind{{"bad-record", "n", 1, "a line 1"}}, 0, nil}},
		Sinks:      []Sink{{"console", 4, 50}},
		Late:       []Late{{"tumble", "late", 2, "by 9s", nil}},
		StateFiles: 1, StateFileBytes: 10, Replayed: true, Finished: true, Warnings: []string{"w"}, ElapsedMicros: 1234,
	}
	const want = `{"id":"q","runId":"3","name":"bids","timestamp":"2026-01-01T00:00:00.000Z",` +
		`"batchId":7,"numInputRows":5,` +
		`"inputRowsPerSecond":1.5,"processedRowsPerSecond":2.5,"durationMs":{"triggerExecution":9},` +
		`"eventTime":{"watermark":"2026-01-01T00:00:00.000Z"},` +
		`"stateOperators":[{"operatorName":"aggregate","numRowsTotal":1,"memoryUsedBytes":2,` +
		`"numRowsDroppedByWatermark":3}],` +
		`"sources":[{"description":"file","startOffset":{"a":1},"endOffset":{"a":2},"numInputRows":5,` +
		`"badRows":1,"bytes":99,"limited":true,` +
		`"badKinds":[{"code":"bad-record","column":"n","rows":1,"first":"a line 1"}]}],` +
		`"sinks":[{"description":"console","numOutputRows":4,"bytes":50}],` +
		`"late":[{"operator":"tumble","reason":"late","rows":2,"sample":"by 9s"}],` +
		`"stateFiles":1,"stateFileBytes":10,"replayed":true,"finished":true,"warnings":["w"],"elapsedMicros":1234}`
	got, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}

	var back Event
	if err := json.Unmarshal(got, &back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(back, e) {
		t.Errorf("came back as %+v", back)
	}
}

// What did not happen is not told: a line per trigger stays short.
func TestEmptyPartsAreLeftOut(t *testing.T) {
	got, err := json.Marshal(Event{})
	if err != nil {
		t.Fatal(err)
	}
	var keys map[string]any
	if err := json.Unmarshal(got, &keys); err != nil {
		t.Fatal(err)
	}
	for _, k := range []string{"eventTime", "late", "replayed", "finished", "warnings"} {
		if _, ok := keys[k]; ok {
			t.Errorf("an empty event has %q: %s", k, got)
		}
	}
}

// What is always told is a list or a map even when it holds nothing, never null.
func TestNothingIsNull(t *testing.T) {
	got, err := json.Marshal(&Event{Sources: []Source{{StartOffset: json.RawMessage(`1`),
		EndOffset: json.RawMessage(`2`)}}, Sinks: nil})
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(got, []byte("null")) {
		t.Errorf("null in %s", got)
	}
}
