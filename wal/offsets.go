package wal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"streamsql/internal/clock"
	"streamsql/internal/diag"
)

// OffsetRecord is offsets/N: all that decides what epoch N computes, apart from state and plan.
type OffsetRecord struct {
	Epoch     int64
	Query     string              // the query's id; set by WriteOffsets
	Term      uint64              // the owner that planned the epoch; set by WriteOffsets
	Clock     clock.EventTime     // the epoch's clock, read once per trigger
	Watermark clock.EventTime     // the query's watermark before the epoch
	Sources   []SourceOffset      // each source's end, in plan order
	Idle      map[string][]string // table → idle partitions, sorted; judged by Clock
	Plan      string              // fingerprint of the plan
	Settings  map[string]string   // pinned settings that shape results; no key may be one of the log's own

	// QueryName and QueryCRC say which files under query/ hold the text the epoch runs; set by WriteOffsets.
	QueryName string
	QueryCRC  string
}

// SourceOffset is the position of one source at the end of an epoch.
type SourceOffset struct {
	Table string
	End   json.RawMessage // the source's own JSON; nil when it has no offset yet
}

// End returns the offset of a table, nil when it has none.
func (r *OffsetRecord) End(table string) json.RawMessage {
	for _, s := range r.Sources {
		if s.Table == table {
			return s.End
		}
	}
	return nil
}

// The log's own keys of conf. Part of the format since v1.
const (
	keyClock     = "streamsql.clock-us"
	keyOffsetCRC = "streamsql.crc"
	keyEpoch     = "streamsql.epoch"
	keyIdle      = "streamsql.idle"
	keyPlan      = "streamsql.plan"
	keyQuery     = "streamsql.query"
	keyQueryCRC  = "streamsql.query-crc"
	keyQueryName = "streamsql.query-text"
	keySources   = "streamsql.sources"
	keyTerm      = "streamsql.term"
	keyWatermark = "streamsql.watermark-us"
)

var ownKeys = map[string]bool{
	keyClock: true, keyOffsetCRC: true, keyEpoch: true, keyIdle: true, keyPlan: true, keyQuery: true, keyQueryCRC: true,
	keyQueryName: true, keySources: true, keyTerm: true, keyWatermark: true,
}

// offsetLine is line 2 of an offset record, in Spark's order of keys.
type offsetLine struct {
	WatermarkMs int64             `json:"batchWatermarkMs"`
	TimestampMs int64             `json:"batchTimestampMs"`
	Conf        map[string]string `json:"conf"`
}

// noOffset is how Spark writes a source that has none yet.
const noOffset = "-"

// encode writes the v1 text. It fails when an end is not JSON or a setting has one of the log's keys.
func (r *OffsetRecord) encode() ([]byte, error) {
	conf := map[string]string{
		keyClock:     strconv.FormatInt(int64(r.Clock), 10),
		keyOffsetCRC: noCRC,
		keyEpoch:     strconv.FormatInt(r.Epoch, 10),
		keyQuery:     r.Query,
		keySources:   string(marshal(r.tables())),
		keyTerm:      strconv.FormatUint(r.Term, 10),
		keyWatermark: strconv.FormatInt(int64(r.Watermark), 10),
	}
	for key, value := range map[string]string{keyPlan: r.Plan, keyQueryCRC: r.QueryCRC, keyQueryName: r.QueryName} {
		if value != "" {
			conf[key] = value
		}
	}
	if len(r.Idle) > 0 {
		conf[keyIdle] = string(marshal(r.Idle))
	}
	for key, value := range r.Settings {
		if ownKeys[key] {
			return nil, fmt.Errorf("setting %s has the name of one of the log's keys", key)
		}
		conf[key] = value
	}
	var b bytes.Buffer
	b.WriteString(version + "\n")
	b.Write(marshal(offsetLine{sparkMillis(r.Watermark), r.Clock.Millis(), conf}))
	for _, s := range r.Sources {
		b.WriteByte('\n')
		if s.End == nil {
			b.WriteString(noOffset)
		} else if err := json.Compact(&b, s.End); err != nil {
			return nil, fmt.Errorf("offset of %s: %w", s.Table, err)
		}
	}
	return seal(b.Bytes(), keyOffsetCRC), nil
}

func (r *OffsetRecord) tables() []string {
	out := make([]string, len(r.Sources))
	for i, s := range r.Sources {
		out[i] = s.Table
	}
	return out
}

// sparkMillis is a watermark as Spark writes it: 0 before there is one.
func sparkMillis(t clock.EventTime) int64 {
	if t == clock.Min {
		return 0
	}
	return t.Millis()
}

// decodeOffsets reads the v1 text and verifies it.
func decodeOffsets(record []byte) (*OffsetRecord, error) {
	rest, err := lines(record)
	if err != nil {
		return nil, err
	}
	if err := sealed(record, keyOffsetCRC); err != nil {
		return nil, err
	}
	var line offsetLine
	if len(rest) == 0 {
		return nil, fmt.Errorf("it ends after line 1")
	}
	if err := json.Unmarshal([]byte(rest[0]), &line); err != nil {
		return nil, fmt.Errorf("line 2: %w", err)
	}
	return fromConf(line.Conf, rest[1:])
}

func fromConf(conf map[string]string, ends []string) (*OffsetRecord, error) {
	p := confReader{conf: conf}
	r := &OffsetRecord{
		Epoch:     p.int(keyEpoch),
		Query:     conf[keyQuery],
		Term:      uint64(p.int(keyTerm)),
		Clock:     clock.EventTime(p.int(keyClock)),
		Watermark: clock.EventTime(p.int(keyWatermark)),
		Plan:      conf[keyPlan],
		QueryName: conf[keyQueryName],
		QueryCRC:  conf[keyQueryCRC],
	}
	var tables []string
	p.json(keySources, &tables)
	if conf[keyIdle] != "" {
		p.json(keyIdle, &r.Idle)
	}
	if p.err != nil {
		return nil, p.err
	}
	if len(tables) != len(ends) {
		return nil, fmt.Errorf("it names %s but has %s", diag.Plural(len(tables), "source"),
			diag.Plural(len(ends), "offset"))
	}
	for i, table := range tables {
		s := SourceOffset{Table: table}
		if ends[i] != noOffset {
			s.End = json.RawMessage(ends[i])
			if !json.Valid(s.End) {
				return nil, fmt.Errorf("the offset of %s is not JSON: %s", table, ends[i])
			}
		}
		r.Sources = append(r.Sources, s)
	}
	r.Settings = maps.Clone(conf)
	maps.DeleteFunc(r.Settings, func(key, _ string) bool { return ownKeys[key] })
	if len(r.Settings) == 0 {
		r.Settings = nil
	}
	return r, nil
}

// confReader reads keys of conf and keeps the first error.
type confReader struct {
	conf map[string]string
	err  error
}

func (p *confReader) int(key string) int64 {
	v, err := strconv.ParseInt(p.conf[key], 10, 64)
	if err != nil && p.err == nil {
		p.err = fmt.Errorf("key %s: %q is not a number", key, p.conf[key])
	}
	return v
}

func (p *confReader) json(key string, to any) {
	if err := json.NewDecoder(strings.NewReader(p.conf[key])).Decode(to); err != nil && p.err == nil {
		p.err = fmt.Errorf("key %s: %w", key, err)
	}
}
