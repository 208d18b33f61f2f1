package exec

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"path"
	"sort"
	"strings"

	"streamsql/internal/diag"
	"streamsql/planner"
	"streamsql/planner/physical"
	"streamsql/wal"
)

// planRecord is what query/N.json keeps: enough to say whether a changed query still fits the state.
type planRecord struct {
	Version int               `json:"version,omitempty"` // physical.IdentityVersion; missing: 1
	Plan    string            `json:"plan"`
	Tables  []string          `json:"tables"`
	State   map[string]string `json:"state"`          // id of each operator with state → its path
	Text    string            `json:"text,omitempty"` // CRC-32C of the text beside it; empty in records of early versions
	// Keys are the names of each such operator's key columns, for exports; missing in records of early versions.
	Keys map[string][]string `json:"keys,omitempty"`
}

func recordOf(prog *planner.Program) *planRecord {
	p := prog.Plan
	r := &planRecord{
		Version: physical.IdentityVersion, Plan: p.Fingerprint(), Text: textCRC(prog.Redacted),
		State: map[string]string{}, Keys: map[string][]string{},
	}
	for _, table := range p.Tables {
		r.Tables = append(r.Tables, table.Name)
	}
	for i, n := range p.Nodes {
		if _, stateful := n.Op.StateKey(); stateful {
			r.State[n.ID], r.Keys[n.ID] = p.Path(i), p.StateKeyNames(i)
		}
	}
	return r
}

// version is the number of the rules by which the record names operators. Records of early versions have none.
func (r *planRecord) version() int { return max(r.Version, 1) }

// textCRC is the checksum of a query's text.
func textCRC(text string) string {
	return fmt.Sprintf("%08x", crc32.Checksum([]byte(text), crc32.MakeTable(crc32.Castagnoli)))
}

// fits compares the query with the one that the state belongs to, in words.
func (q *Query) fits(ctx context.Context, rec wal.Recovery) error {
	if rec.Kind == wal.Fresh {
		return nil
	}
	old, err := q.logged(ctx, rec)
	if err != nil || old == nil {
		return err
	}
	now := recordOf(q.prog)
	if q.queryDone = old.Plan == now.Plan; q.queryDone {
		return nil
	}
	return now.compare(old)
}

// logged reads query/N.json of the newest epoch.
func (q *Query) logged(ctx context.Context, rec wal.Recovery) (*planRecord, error) {
	newest := rec.Replay
	if newest == nil {
		newest = rec.Last
	}
	text, err := q.log.QueryAt(ctx, newest.Epoch)
	if err != nil {
		return nil, err
	}
	var r planRecord
	if err := json.Unmarshal(text.JSON, &r); err != nil {
		return nil, diag.New(diag.StateMismatch, "the record of the query's plan cannot be read").WithCause(err)
	}
	return &r, nil
}

// compare refuses a changed query whose state would mean something else, naming what changed.
func (now *planRecord) compare(old *planRecord) error {
	if old.version() != now.version() {
		return diag.New(diag.StateMismatch,
			"the state names its operators by version %d of the rules, but this build by version %d",
			old.version(), now.version()).
			WithHint("resume it with a build that knows version %d, or start over with --fresh", old.version())
	}
	var faults []string
	if strings.Join(old.Tables, ",") != strings.Join(now.Tables, ",") {
		faults = append(faults, fmt.Sprintf("it read the tables [%s], and now it reads [%s]",
			strings.Join(old.Tables, ", "), strings.Join(now.Tables, ", ")))
	}
	for _, id := range sortedKeys(old.State) {
		path, kept := now.State[id]
		switch {
		case !kept:
			faults = append(faults, fmt.Sprintf("the state of %s has no operator any more", id))
		case path != old.State[id]:
			faults = append(faults, fmt.Sprintf(
				"what flows into %s has changed; its groups hold rows that the earlier query judged", id))
		}
	}
	for _, id := range sortedKeys(now.State) {
		if _, had := old.State[id]; !had {
			faults = append(faults, fmt.Sprintf("%s is new and would miss the rows read so far", id))
		}
	}
	if len(faults) == 0 {
		return nil
	}
	return diag.New(diag.StateMismatch, "the state belongs to another query: %s", strings.Join(faults, "; ")).
		WithHint("name another folder with --state, put the query back, or start over with --fresh")
}

func sortedKeys(m map[string]string) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// KeyNames gives the key columns of a container by the JSON of a recorded query (query/N.json). ok is false when the
// container is a query's operator's and the record, which may be of an early version, does not name them.
func KeyNames(record []byte, container string) (names []string, ok bool) {
	var r planRecord
	if json.Unmarshal(record, &r) != nil {
		return nil, false
	}
	operator := path.Dir(container)
	_, ofQuery := r.State[operator]
	return r.Keys[operator], r.Keys != nil || !ofQuery
}
