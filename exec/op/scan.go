package op

import (
	"time"

	"streamsql/exec/expr"
	"streamsql/internal/clock"
	"streamsql/internal/diag"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

// ScanSpec describes a Scan.
type ScanSpec struct {
	In        sqltype.Schema // decoded columns
	Out       sqltype.Schema // decoded columns, then the computed ones
	Computed  []scalar.Expr  // each over In and the computed columns before it
	Watermark scalar.Expr    // over Out; nil without a watermark
	TimeCol   int            // event-time column of Out
	ErrorMode string
	// Periodic leaves out which rows are behind others of their partition: only what earlier epochs have reached makes
	// a row late.
	Periodic bool
}

// Scan finishes decoded morsels: it appends the computed columns, and takes the watermark of every row before anything
// is filtered. It is a function of the morsel alone and runs where morsels are decoded, ahead of their epoch; therefore
// it evaluates nothing that depends on the epoch's clock (see SplitClock). Each decoding goroutine has a Scan of its
// own.
//
// It is not an Operator: what a morsel must learn from those before it, Scanned.Attach adds when it enters the graph.
type Scan struct {
	spec    ScanSpec
	program *expr.Program // computed columns, then the watermark
	policy  rowPolicy
	sel     []int32
}

// Scanned is a finished morsel. It owns its buffers, but the decoded columns, and may be used for one morsel after
// another.
type Scanned struct {
	Rows   *zset.Batch
	Errors int64           // rows that were dropped
	Kinds  Kinds           // those that mode log dropped, by reason
	Max    clock.EventTime // largest watermark of a row; clock.Min without any

	letters  DeadLetters
	computed []vec.Vec
	batch    zset.Batch
	good     zset.Selection

	marks  []int64 // watermark of each row; clock.Min for NULL; empty without a watermark
	least  int64   // least event time
	quiet  bool    // ScanSpec.Periodic
	mixed  bool    // some row is at or below the watermark of one before it in the morsel
	behind []clock.EventTime
}

// NewScan compiles the expressions. Computed columns are written out in those that refer to them, so that all see the
// decoded columns only and equal parts are computed once.
func NewScan(spec ScanSpec) (*Scan, error) {
	s := &Scan{spec: spec, policy: rowPolicy{mode: spec.ErrorMode}}
	used := len(spec.In)
	var exprs []scalar.Expr
	inline := func(e scalar.Expr) scalar.Expr {
		return scalar.MapCols(e, func(c scalar.Col) scalar.Expr {
			if c.Index < used {
				return c
			}
			return exprs[c.Index-used]
		})
	}
	for _, e := range spec.Computed {
		exprs = append(exprs, inline(e))
	}
	if spec.Watermark != nil {
		exprs = append(exprs, inline(spec.Watermark))
	}
	// The binder refuses such watermarks, and SplitClock keeps such columns out.
	for _, e := range exprs {
		if scalar.DependsOnClock(e) {
			return nil, diag.At(diag.Internal, e.Span(),
				"a scan cannot evaluate %s: the epoch's clock is not known yet", e)
		}
	}
	var err error
	s.program, err = expr.Compile(exprs, spec.In, nil)
	return s, err
}

// Run finishes the morsel `in`, whose columns must stay valid as long as m is used. Under mode fail a row error is
// returned, and fails the epoch that contains the morsel.
func (s *Scan) Run(in *zset.Batch, m *Scanned) error {
	s.begin(in, m)
	err := s.pass(in, 0, m)
	// Narrower and narrower pieces: rows that fail ask for pieceRows, long texts for fewer.
	for rows := piecesAfter(err, in); rows != 0; {
		s.begin(in, m)
		err = nil
		var last *zset.Batch
		for from := 0; from < in.N && err == nil; from += rows {
			last = in.Slice(from, min(from+rows, in.N))
			err = s.pass(last, from, m)
		}
		rows = piecesAfter(err, last)
	}
	if err != nil {
		return err
	}
	m.letters = s.policy.letters
	s.policy.letters = DeadLetters{}
	m.Kinds = append(m.Kinds[:0], s.policy.kinds...)
	for i := range m.computed {
		m.batch.Cols = append(m.batch.Cols, &m.computed[i])
	}
	if m.Errors = s.policy.dropped; m.Errors > 0 {
		m.Rows = m.good.Take(&m.batch, s.sel)
		if len(m.marks) > 0 {
			for k, i := range s.sel {
				m.marks[k] = m.marks[i]
			}
			m.marks = m.marks[:len(s.sel)]
		}
	}
	if len(m.marks) > 0 {
		m.look(m.Rows.Cols[s.spec.TimeCol])
	}
	return nil
}

// begin prepares m for the rows of in.
func (s *Scan) begin(in *zset.Batch, m *Scanned) {
	s.policy.letters = m.letters // lent until the end of Run
	s.policy.restart()
	s.sel = s.sel[:0]
	cols := append(m.batch.Cols[:0], in.Cols...)
	m.batch = *in
	m.batch.Schema, m.batch.Cols = s.spec.Out, cols
	m.Rows, m.Max, m.marks, m.quiet = &m.batch, clock.Min, m.marks[:0], s.spec.Periodic
	if len(m.computed) != len(s.spec.Computed) {
		m.computed = make([]vec.Vec, len(s.spec.Computed))
	}
	for i := range m.computed {
		m.computed[i].Reset(s.spec.Out[len(s.spec.In)+i].Type, 0)
	}
}

// pass evaluates the rows of b, which begins at row `from` of the morsel, and adds to m their computed columns and
// watermarks, to s.sel those that are good. After an error m is void.
func (s *Scan) pass(b *zset.Batch, from int, m *Scanned) error {
	active := vec.Bitmap(nil)
	res, fault := s.program.Eval(b, active)
	for ; fault != nil; res, fault = s.program.Eval(b, active) {
		if err := s.policy.drop(b, fault); err != nil {
			return err
		}
		if active == nil {
			active = vec.FullBitmap(b.N)
		}
		active.Clear(fault.Row)
	}
	for i := range m.computed {
		if err := m.keepComputed(i, res[i]); err != nil {
			return err
		}
	}
	if s.spec.Watermark != nil {
		m.keepMarks(res[len(res)-1])
	}
	if active == nil && b.N == m.batch.N {
		return nil // nothing to leave out of the morsel
	}
	for i := range b.N {
		if active.Get(i) {
			s.sel = append(s.sel, int32(from+i))
		}
	}
	return nil
}

// keepMarks copies the watermark of each row, clock.Min where it is NULL.
func (m *Scanned) keepMarks(v *vec.Vec) {
	at := len(m.marks)
	m.marks = append(m.marks, vec.Of[int64](v)[:v.Len]...)
	if v.Valid == nil {
		return
	}
	for i := range v.Len {
		if !v.Valid.Get(i) {
			m.marks[at+i] = int64(clock.Min)
		}
	}
}

// look finds the largest watermark, the least event time, and whether the order within the morsel alone puts a row at
// or below the watermark before it.
func (m *Scanned) look(times *vec.Vec) {
	ts := vec.Of[int64](times)[:len(m.marks)]
	run, least, mixed := int64(clock.Min), int64(clock.Max), false
	for i, t := range ts {
		if times.Valid.Get(i) {
			least = min(least, t)
			mixed = mixed || t <= run
		}
		run = max(run, m.marks[i])
	}
	m.Max, m.least, m.mixed = clock.EventTime(run), least, mixed
}

// Guard lets no row move the watermark beyond limit: a row from the far future, which a broken clock has made, would
// make every other row late. It returns how many there are. What Max says holds afterwards too.
func (m *Scanned) Guard(limit clock.EventTime, timeCol int) (ahead int64) {
	if m.Max <= limit {
		return 0
	}
	for i, w := range m.marks {
		if w > int64(limit) {
			m.marks[i] = int64(clock.Min)
			ahead++
		}
	}
	m.look(m.Rows.Cols[timeCol])
	return ahead
}

// Attach completes the morsel when it enters the graph. base is the watermark that the morsels of its partition before
// it have reached. Behind is filled only when some row is at or below the watermark that held before it: clean
// morsels carry nothing.
func (m *Scanned) Attach(base clock.EventTime) {
	m.Rows.Behind = nil
	if m.quiet || len(m.marks) == 0 || (!m.mixed && m.least > int64(base)) {
		return
	}
	m.behind = vec.Resize(m.behind, m.Rows.N)
	run := base
	for i, w := range m.marks {
		m.behind[i] = run
		run = max(run, clock.EventTime(w))
	}
	m.Rows.Behind = m.behind
}

// Dead is the dead letters of rows whose computed columns failed, at the epoch's clock; nil without any.
func (m *Scanned) Dead(now time.Time) *zset.Batch {
	if m.letters.Len() == 0 {
		return nil
	}
	return m.letters.Batch(now)
}

// SplitClock divides computed columns for a table with `used` decoded columns: early lists those that a Scan can
// evaluate. When some depend on the epoch's clock, calc is the projection that has to follow the scan: it gives all
// columns in their declared order. rename maps a column index of the declared order to its index in the scan's output,
// −1 where only the projection has it.
func SplitClock(used int, schema sqltype.Schema, computed []scalar.Expr) (early []int, calc []scalar.Expr,
	rename []int) {
	rename = make([]int, used+len(computed))
	whole := make([]scalar.Expr, 0, len(rename)) // each declared column over the scan's output
	for i := range used {
		rename[i] = i
		whole = append(whole, scalar.Col{Node: scalar.Node{T: schema[i].Type}, Index: i})
	}
	for k, e := range computed {
		e = scalar.MapCols(e, func(c scalar.Col) scalar.Expr { return whole[c.Index] })
		if scalar.DependsOnClock(e) {
			rename[used+k] = -1
			whole = append(whole, e)
			continue
		}
		rename[used+k] = used + len(early)
		early = append(early, k)
		whole = append(whole, scalar.Col{Node: scalar.Node{T: schema[used+k].Type}, Index: rename[used+k]})
	}
	if len(early) < len(computed) {
		calc = whole
	}
	return early, calc, rename
}
