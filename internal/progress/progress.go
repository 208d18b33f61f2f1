// Package progress is what a query reports about one trigger. One struct serves the status line, `--progress json`,
// `status` and the tests; nobody formats the same figure twice. The JSON keys are those of Spark's
// StreamingQueryProgress, with ours added under names Spark does not use.
package progress

import "encoding/json"

// Event is one trigger.
type Event struct {
	ID                     string            `json:"id"`    // the query's identity (wal metadata)
	RunID                  string            `json:"runId"` // the term, as text
	Name                   string            `json:"name"`
	Timestamp              string            `json:"timestamp"` // the epoch's clock, ISO 8601 UTC
	BatchID                int64             `json:"batchId"`
	NumInputRows           int64             `json:"numInputRows"`
	InputRowsPerSecond     float64           `json:"inputRowsPerSecond"`
	ProcessedRowsPerSecond float64           `json:"processedRowsPerSecond"`
	DurationMs             map[string]int64  `json:"durationMs"`
	EventTime              map[string]string `json:"eventTime,omitempty"` // watermark per table
	// HeldBackBy is the partition with the least watermark among those that are not idle: what windows wait for. Idle
	// are, by table, the partitions that nobody waits for, because they have given nothing for a while or have ended.
	HeldBackBy     *Held               `json:"heldBackBy,omitempty"`
	Idle           map[string][]string `json:"idle,omitempty"`
	StateOperators []StateOperator     `json:"stateOperators"`
	Sources        []Source            `json:"sources"`
	Sinks          []Sink              `json:"sinks"`
	Late           []Late              `json:"late,omitempty"`
	StateFiles     int                 `json:"stateFiles"`
	StateFileBytes int64               `json:"stateFileBytes"`
	Replayed       bool                `json:"replayed,omitempty"`
	Finished       bool                `json:"finished,omitempty"`
	Warnings       []string            `json:"warnings,omitempty"`

	// ElapsedMicros is the whole trigger, from cutting the range to the durable commit record.
	ElapsedMicros int64 `json:"elapsedMicros"`
}

// Held is a partition that holds the watermark back.
type Held struct {
	Table     string `json:"table"`
	Partition string `json:"partition"`
	Watermark string `json:"watermark"`
	Since     string `json:"since"` // the clock of the last epoch with rows of it in this process, or of its start
}

// StateOperator is an operator that holds state.
type StateOperator struct {
	OperatorName              string `json:"operatorName"`
	NumRowsTotal              int64  `json:"numRowsTotal"`
	MemoryUsedBytes           int64  `json:"memoryUsedBytes"`
	NumRowsDroppedByWatermark int64  `json:"numRowsDroppedByWatermark"`
}

// Source is one scanned table.
type Source struct {
	Description  string          `json:"description"`
	StartOffset  json.RawMessage `json:"startOffset"`
	EndOffset    json.RawMessage `json:"endOffset"`
	NumInputRows int64           `json:"numInputRows"`
	BadRows      int64           `json:"badRows"`
	Bytes        int64           `json:"bytes"`
	Limited      bool            `json:"limited,omitempty"` // more was waiting
	// BadKinds are the records of mode log, by reason; there may be more reasons than are listed.
	BadKinds []Kind `json:"badKinds,omitempty"`
	// AheadRows are rows too far ahead of the clock to move the watermark; they are kept.
	AheadRows int64 `json:"aheadRows,omitempty"`
	// Metrics are the connector's own figures, such as sources.FilesChanged.
	Metrics map[string]int64 `json:"metrics,omitempty"`
}

// Sink is one written table.
type Sink struct {
	Description   string `json:"description"`
	NumOutputRows int64  `json:"numOutputRows"`
	Bytes         int64  `json:"bytes"`
}

// Late counts rows an operator dropped, by reason, and those that were partly late: they count in some of their
// windows.
type Late struct {
	Operator string `json:"operator"`
	Reason   string `json:"reason"` // late | partly-late | null-event-time | row-error
	Rows     int64  `json:"rows"`
	Sample   string `json:"sample,omitempty"`
	Kinds    []Kind `json:"kinds,omitempty"` // of row-error under mode log, by reason
}

// PartlyLate is the reason of rows that came too late for some of their windows. They are not dropped.
const PartlyLate = "partly-late"

// Kind counts what was dropped for one reason.
type Kind struct {
	Code   string `json:"code"`
	Column string `json:"column,omitempty"` // the column at fault, if a single one is
	Rows   int64  `json:"rows"`
	First  string `json:"first"` // where the first one is, and what is wrong with it
}

// MarshalJSON writes lists and maps that hold nothing as [] and {}: a reader that loops over them needs no null
// check.
func (e Event) MarshalJSON() ([]byte, error) {
	type plain Event // without this method
	p := plain(e)
	if p.DurationMs == nil {
		p.DurationMs = map[string]int64{}
	}
	if p.StateOperators == nil {
		p.StateOperators = []StateOperator{}
	}
	if p.Sources == nil {
		p.Sources = []Source{}
	}
	if p.Sinks == nil {
		p.Sinks = []Sink{}
	}
	return json.Marshal(p)
}
