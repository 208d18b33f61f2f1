package oracle

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"math/rand/v2"
	"os"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"streamsql/internal/fault"
	"streamsql/internal/golden"
	"streamsql/oracle/duck"
	"streamsql/planner/ast"
	"streamsql/planner/parse"
)

// TestLaw: for random queries over random rows, cut into epochs anyhow, on any number of lanes, killed and restarted,
// and with the rows spread over up to three partitions, what has been written so far is what a batch engine answers
// over the rows so far. For windows that is: over the rows that were not late within their partition, restricted to
// windows that the least watermark of the partitions has passed; at the end of the input the restriction falls away.
func TestLaw(t *testing.T) {
	db, err := duck.Open()
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	defer db.Close()
	cases, seed := number(t, "STREAMSQL_ORACLE_CASES", 60), uint64(number(t, "STREAMSQL_SEED", 1))
	refused := 0
	for i := range cases {
		c := newCase(rand.New(rand.NewPCG(seed, uint64(i))))
		err := c.check(db)
		var r duck.Refusal
		if errors.As(err, &r) {
			refused++
			continue
		}
		if err != nil {
			t.Fatalf("case %d of seed %d: %v\n%s", i, seed, err, c.query)
		}
	}
	t.Logf("%d cases against DuckDB %s, %d refused by the printer, seed %d", cases, db.Version, refused, seed)
	if refused*10 > cases {
		t.Errorf("%d of %d cases were refused: the oracle sees too little", refused, cases)
	}
}

func number(t *testing.T, name string, def int) int {
	v := os.Getenv(name)
	if v == "" {
		return def
	}
	n, err := strconv.Atoi(v)
	if err != nil {
		t.Fatalf("%s=%q", name, v)
	}
	return n
}

const ddl = `CREATE TABLE t (ts TIMESTAMP(3), k STRING, a INT, b BIGINT, d DECIMAL(10,2), f BOOLEAN,
  WATERMARK FOR ts AS ts - INTERVAL '%d' SECOND)
WITH ('connector'='test','format'='json');
`

// row is one input row; nil is NULL.
type row struct {
	ts   *int64 // milliseconds
	k    *string
	a, b *int64
	d    *int64 // cents
	f    *bool
	late bool // at its place within its partition
	part int
}

// kind is what a query does with time.
type kind int

const (
	stateless kind = iota
	windowed
	updating
)

type lawCase struct {
	rnd   *rand.Rand
	kind  kind
	query string
	delay int64 // seconds
	size  int64 // seconds
	rows  []row
	parts int // partitions that the rows are spread over; all exist from the start
}

func newCase(rnd *rand.Rand) *lawCase {
	c := &lawCase{rnd: rnd, kind: kind(rnd.IntN(3)), delay: rnd.Int64N(6), size: 1 + rnd.Int64N(12)}
	c.makeRows()
	g := gen{rnd}
	switch c.kind {
	case stateless:
		c.query = fmt.Sprintf("SELECT %s FROM t%s", g.items(1+rnd.IntN(4)), g.where())
	case windowed:
		keys := g.keys()
		c.query = fmt.Sprintf("SELECT window_end%s, %s FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '%d' SECOND))%s "+
			"GROUP BY window_start, window_end%s%s",
			keys, g.aggs(1+rnd.IntN(4)), c.size, g.where(), keys, g.having())
	default:
		keys := strings.TrimPrefix(g.keys(), ", ")
		if keys == "" {
			c.query = fmt.Sprintf("SELECT %s FROM t%s", g.aggs(1+rnd.IntN(3)), g.where())
		} else {
			c.query = fmt.Sprintf("SELECT %s, %s FROM t%s GROUP BY %s%s", keys, g.aggs(1+rnd.IntN(3)),
				g.where(), keys, g.having())
		}
	}
	return c
}

func (c *lawCase) makeRows() {
	n := c.rnd.IntN(120)
	at := int64(1_767_225_600_000)
	if c.rnd.IntN(4) == 0 {
		at = -40_000 // across 1970
	}
	c.parts = 1 + c.rnd.IntN(3)
	marks := make([]int64, c.parts)
	for p := range marks {
		marks[p] = unmarked
	}
	for range n {
		at += c.rnd.Int64N(1500)
		ts := at - c.rnd.Int64N(9000)
		switch c.rnd.IntN(6) {
		case 0: // around a window's border
			ts += -ts%(c.size*1000) + c.rnd.Int64N(3) - 1
		case 1: // so that the watermark lands around a window's end
			ts += -ts%(c.size*1000) + c.delay*1000 + c.rnd.Int64N(3) - 2
		}
		r := row{ts: &ts, part: c.rnd.IntN(c.parts)}
		if c.rnd.IntN(20) == 0 {
			r.ts = nil
		}
		r.k = opt(c.rnd, []string{"x", "y", "z", "", "äö"}[c.rnd.IntN(5)])
		r.a = opt(c.rnd, c.rnd.Int64N(21)-10)
		r.b = opt(c.rnd, c.rnd.Int64N(2_000_001)-1_000_000)
		r.d = opt(c.rnd, c.rnd.Int64N(200_001)-100_000)
		r.f = opt(c.rnd, c.rnd.IntN(2) == 0)
		if r.ts != nil {
			end := floorDiv(ts, c.size*1000)*c.size*1000 + c.size*1000
			r.late = end-1 <= marks[r.part]
			marks[r.part] = max(marks[r.part], ts-c.delay*1000)
		}
		c.rows = append(c.rows, r)
	}
}

// unmarked is the watermark of a partition without a row that has a time, in milliseconds.
const unmarked = int64(-60_000_000_000_000)

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func opt[T any](rnd *rand.Rand, v T) *T {
	if rnd.IntN(7) == 0 {
		return nil
	}
	return &v
}

// gen makes random SQL text over the columns of t. It avoids what is an error here and NULL in DuckDB (division by
// zero) and sums that could leave their type.
type gen struct{ rnd *rand.Rand }

func (g gen) pick(options ...string) string { return options[g.rnd.IntN(len(options))] }

func (g gen) num(depth int) string {
	if depth == 0 || g.rnd.IntN(3) == 0 {
		return g.pick("a", "b", "7", "-3", "CHAR_LENGTH(k)")
	}
	switch g.rnd.IntN(8) {
	case 0:
		return fmt.Sprintf("(%s / %s)", g.num(depth-1), g.pick("2", "-3", "7"))
	case 1:
		return fmt.Sprintf("MOD(%s, %s)", g.num(depth-1), g.pick("3", "5"))
	case 2:
		return fmt.Sprintf("CASE WHEN %s THEN %s ELSE %s END", g.pred(depth-1), g.num(depth-1), g.num(depth-1))
	case 3:
		return fmt.Sprintf("COALESCE(%s, %s)", g.num(depth-1), g.num(depth-1))
	case 4:
		return fmt.Sprintf("ABS(%s)", g.num(depth-1))
	default:
		return fmt.Sprintf("(%s %s %s)", g.num(depth-1), g.pick("+", "-"), g.num(depth-1))
	}
}

func (g gen) str(depth int) string {
	if depth == 0 || g.rnd.IntN(2) == 0 {
		return g.pick("k", "'x'", "UPPER(k)")
	}
	return fmt.Sprintf("(%s || %s)", g.str(depth-1), g.str(depth-1))
}

func (g gen) pred(depth int) string {
	if depth == 0 || g.rnd.IntN(3) == 0 {
		switch g.rnd.IntN(7) {
		case 0:
			return "f"
		case 1:
			return "k " + g.pick("", "NOT ") + "IN ('x', 'y', 'zz')"
		case 2:
			return "a " + g.pick("", "NOT ") + "BETWEEN -4 AND b"
		case 3:
			return g.pick("a", "b", "k", "f", "d") + g.pick(" IS NULL", " IS NOT NULL")
		case 4:
			return "k LIKE " + g.pick("'%x%'", "'_'", "''", "'x%'")
		case 5:
			return "d " + g.pick("<", ">=", "<>") + " " + g.pick("0", "12.5", "d")
		default:
			return g.num(1) + " " + g.pick("=", "<>", "<", "<=", ">", ">=") + " " + g.num(1)
		}
	}
	switch g.rnd.IntN(4) {
	case 0:
		return "NOT (" + g.pred(depth-1) + ")"
	case 1:
		return "(" + g.pred(depth-1) + ") IS " + g.pick("TRUE", "NOT TRUE", "FALSE", "UNKNOWN")
	default:
		return "(" + g.pred(depth-1) + g.pick(" AND ", " OR ") + g.pred(depth-1) + ")"
	}
}

func (g gen) items(n int) string {
	out := make([]string, n)
	for i := range out {
		switch g.rnd.IntN(5) {
		case 0:
			out[i] = g.str(2)
		case 1:
			out[i] = "(" + g.pred(2) + ")"
		case 2:
			out[i] = g.pick("d", "ts", "d + d", "d - 1")
		default:
			out[i] = g.num(3)
		}
		out[i] += fmt.Sprintf(" AS c%d", i)
	}
	return strings.Join(out, ", ")
}

func (g gen) where() string {
	if g.rnd.IntN(2) == 0 {
		return ""
	}
	return " WHERE " + g.pred(2)
}

func (g gen) keys() string {
	out := ""
	for _, k := range []string{"k", "f", "a", "d"} {
		if g.rnd.IntN(3) == 0 {
			out += ", " + k
		}
	}
	return out
}

func (g gen) agg() string {
	text := g.pick("COUNT(*)", "COUNT(a)", "SUM(a)", "SUM(b)", "SUM(d)", "AVG(a)", "AVG(b)", "MIN(a)", "MAX(b)", "MIN(k)",
		"MAX(k)", "MIN(d)", "MAX(ts)", "SUM(a + 1)")
	if g.rnd.IntN(4) == 0 {
		text += " FILTER (WHERE " + g.pred(1) + ")"
	}
	return text
}

func (g gen) aggs(n int) string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%s AS g%d", g.agg(), i)
	}
	return strings.Join(out, ", ")
}

func (g gen) having() string {
	if g.rnd.IntN(3) > 0 {
		return ""
	}
	return " HAVING " + g.pick("COUNT(*) > 1", "SUM(a) >= 0", "MAX(b) IS NOT NULL", "COUNT(a) < 4")
}

// check runs the case and compares after every trigger.
func (c *lawCase) check(db *duck.DB) error {
	if err := c.load(db); err != nil {
		return err
	}
	h, err := golden.NewHarness(context.Background(), fmt.Sprintf(ddl, c.delay)+c.query+";", golden.Variant{
		Lanes: 1 + c.rnd.IntN(3), ChunkRows: []int{1, 3, 8192}[c.rnd.IntN(3)], CrashFS: true,
		Keep: []int{0, 50, 100}[c.rnd.IntN(3)], Seed: c.rnd.Uint64(),
	})
	if err != nil {
		return fmt.Errorf("refused by the engine: %w", err)
	}
	defer h.Close()
	for p := range c.parts { // one that appears later may find its first rows late
		h.FeedPartition("t", strconv.Itoa(p))
	}
	for fed := 0; ; {
		n := min(len(c.rows), fed+1+c.rnd.IntN(40))
		for _, r := range c.rows[fed:n] {
			h.FeedPartition("t", strconv.Itoa(r.part), r.json())
		}
		fed = n
		if fed == len(c.rows) {
			h.Finish()
		}
		if c.rnd.IntN(3) == 0 {
			h.CrashAt([]string{fault.WALOffsetsLinked, fault.FlowAdvance, fault.StateWritten, fault.WALCommitsSynced,
				fault.WALCommitsLinked}[c.rnd.IntN(5)], 1)
		}
		if err := h.Trigger(); err != nil {
			return err
		}
		h.Calm()
		if err := c.compare(db, h, fed, fed == len(c.rows)); err != nil {
			return fmt.Errorf("after %d rows: %w", fed, err)
		}
		if fed == len(c.rows) {
			return nil
		}
		if c.rnd.IntN(4) == 0 {
			if err := h.Restart(); err != nil {
				return err
			}
		}
	}
}

// load puts the rows into DuckDB, each with its place and whether it is late for the case's window.
func (c *lawCase) load(db *duck.DB) error {
	const table = "CREATE OR REPLACE TABLE t (seq INT, late BOOLEAN, ts TIMESTAMP, k VARCHAR, a INT, b BIGINT, " +
		"d DECIMAL(10,2), f BOOLEAN)"
	if _, err := db.Query(table); err != nil {
		return err
	}
	if len(c.rows) == 0 {
		return nil
	}
	values := make([]string, len(c.rows))
	for i, r := range c.rows {
		values[i] = fmt.Sprintf("(%d, %t, %s)", i, r.late, strings.Join(r.sql(), ", "))
	}
	_, err := db.Query("INSERT INTO t VALUES " + strings.Join(values, ", "))
	return err
}

func (r row) sql() []string {
	out := []string{"NULL", "NULL", "NULL", "NULL", "NULL", "NULL"}
	if r.ts != nil {
		out[0] = "'" + stamp(*r.ts) + "'"
	}
	if r.k != nil {
		out[1] = "'" + *r.k + "'"
	}
	if r.a != nil {
		out[2] = fmt.Sprint(*r.a)
	}
	if r.b != nil {
		out[3] = fmt.Sprint(*r.b)
	}
	if r.d != nil {
		out[4] = cents(*r.d)
	}
	if r.f != nil {
		out[5] = fmt.Sprint(*r.f)
	}
	return out
}

func (r row) json() string {
	v := r.sql()
	for i := range v {
		if v[i] == "NULL" {
			v[i] = "null"
		} else if strings.HasPrefix(v[i], "'") {
			v[i] = `"` + strings.Trim(v[i], "'") + `"`
		}
	}
	return fmt.Sprintf(`{"ts":%s,"k":%s,"a":%s,"b":%s,"d":%s,"f":%s}`, v[0], v[1], v[2], v[3], v[4], v[5])
}

func stamp(ms int64) string { return time.UnixMilli(ms).UTC().Format("2006-01-02 15:04:05.000") }

func cents(c int64) string {
	sign := ""
	if c < 0 {
		sign, c = "-", -c
	}
	return fmt.Sprintf("%s%d.%02d", sign, c/100, c%100)
}

// compare asks DuckDB what should have been written by now.
func (c *lawCase) compare(db *duck.DB, h *golden.Harness, fed int, finished bool) error {
	if bad := h.Illegal(""); len(bad) > 0 {
		return errors.New(bad[0])
	}
	from := fmt.Sprintf("(SELECT * FROM t WHERE seq < %d)", fed)
	if c.kind == windowed {
		from = fmt.Sprintf("(SELECT * FROM t WHERE seq < %d AND NOT late)", fed)
	}
	p := duck.Printer{Integer: map[string]bool{"a": true, "b": true}, From: map[string]string{"t": from}}
	stmts, err := parse.File(c.query + ";")
	if err != nil {
		return err
	}
	sql, err := p.Select(stmts[0].(*ast.QueryStatement).Query.Body.(*ast.Select))
	if err != nil {
		return err
	}
	if c.kind == windowed && !finished {
		sql = fmt.Sprintf("SELECT * FROM (%s) WHERE window_end - INTERVAL 1 MILLISECOND <= TIMESTAMP '%s'", sql,
			stamp(c.watermark(fed)))
	}
	rows, err := db.Query(sql)
	if err != nil {
		return err
	}
	want := map[string]int64{}
	for _, r := range rows {
		want[wantText(r)]++
	}
	got := map[string]int64{}
	for text, n := range h.Folded("") {
		got[gotText(text)] += n
	}
	return difference(got, want, sql)
}

// watermark is computed from the rows, not asked of the engine: the least over the partitions.
func (c *lawCase) watermark(fed int) int64 {
	marks := make([]int64, c.parts)
	for p := range marks {
		marks[p] = unmarked
	}
	for _, r := range c.rows[:fed] {
		if r.ts != nil {
			marks[r.part] = max(marks[r.part], *r.ts-c.delay*1000)
		}
	}
	return slices.Min(marks)
}

func wantText(r []*string) string {
	cells := make([]string, len(r))
	for i, v := range r {
		cells[i] = "NULL"
		if v != nil {
			cells[i] = canonical(*v)
		}
	}
	return strings.Join(cells, " | ")
}

func gotText(text string) string {
	cells := strings.Split(text, " | ")
	for i, v := range cells {
		if s, err := strconv.Unquote(v); err == nil && strings.HasPrefix(v, `"`) {
			v = s
		}
		cells[i] = canonical(v)
	}
	return strings.Join(cells, " | ")
}

// canonical makes texts of equal values equal: numbers by value, timestamps to the millisecond.
func canonical(v string) string {
	if r, ok := new(big.Rat).SetString(v); ok {
		return r.RatString()
	}
	if len(v) == 26 && v[4] == '-' && v[19] == '.' {
		return v[:23]
	}
	return v
}

func difference(got, want map[string]int64, sql string) error {
	var diffs []string
	for k, n := range want {
		if got[k] != n {
			diffs = append(diffs, fmt.Sprintf("  %s: %d, want %d", k, got[k], n))
		}
	}
	for k, n := range got {
		if _, ok := want[k]; !ok {
			diffs = append(diffs, fmt.Sprintf("  %s: %d, want 0", k, n))
		}
	}
	if len(diffs) == 0 {
		return nil
	}
	sort.Strings(diffs)
	return fmt.Errorf("%d differences\n%s\nDuckDB was asked: %s", len(diffs),
		strings.Join(diffs[:min(len(diffs), 8)], "\n"), sql)
}
