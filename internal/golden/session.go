package golden

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"streamsql/exec"
	"streamsql/internal/clock"
	"streamsql/internal/diag"
	"streamsql/internal/fault"
	"streamsql/internal/progress"
	"streamsql/internal/store"
	"streamsql/planner"
	"streamsql/sinks/kept"
)

// startTime is where the clock of every file starts.
var startTime = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// session is one run of one file.
type session struct {
	ctx     context.Context
	file    *file
	v       variant
	world   *world
	clock   *clock.Manual
	faults  *fault.Set
	store   store.Store
	prog    *planner.Program
	query   *exec.Query
	set     map[string]string
	events  []progress.Event
	dropped map[string]int64
	marks   map[string]string
	failure error
	points  map[string]bool     // fault points passed
	fed     map[string]int      // lines per table so far
	pending map[string][]supply // per table: what waits for the next trigger, under the axis order
}

func newSession(ctx context.Context, f *file, v variant) *session {
	if v.lanes == 0 {
		v.lanes = 1
	}
	s := &session{
		ctx: ctx, file: f, v: v, world: newWorld(v.order), clock: clock.NewManual(startTime), faults: &fault.Set{},
		set: map[string]string{}, dropped: map[string]int64{}, marks: map[string]string{}, points: map[string]bool{},
		fed: map[string]int{}, pending: map[string][]supply{},
	}
	if v.crashFS || v.crashAt != "" {
		s.store = store.NewCrash()
	} else {
		s.store = store.NewMemory()
	}
	return s
}

// compile plans the file's query with every connector replaced.
func (s *session) compile(st *step) error {
	text := st.text()
	if name, ok := st.arg("file"); ok {
		other, err := readText(filepath.Join(filepath.Dir(s.file.name), name))
		if err != nil {
			return err
		}
		text = other
	}
	opts := planner.Options{Set: s.set, Connector: "test"}
	prog, err := planner.Compile("query", text, s.connectors().Catalog(), opts)
	if err != nil {
		return err
	}
	s.prog = prog
	for _, t := range prog.Plan.Tables {
		s.world.input(t.Name).Headed = framing(t).Headed
	}
	return nil
}

func (s *session) env() exec.Env {
	set := s.connectors()
	env := exec.Env{
		Store: s.store, Clock: s.clock, Faults: s.faults, Lanes: s.v.lanes, ChunkRows: s.v.chunkRows,
		MaxRows: int64(s.v.epochRows),
		Sources: set.Sources(), Sinks: set.Sinks(), Print: s.sink,
		OnProgress: func(e progress.Event) {
			s.events = append(s.events, e)
			for _, l := range e.Late {
				s.dropped[l.Operator+" "+l.Reason] += l.Rows
			}
		},
	}
	return env
}

// open starts the query, after a crash as often as it takes.
func (s *session) open() error {
	q, err := exec.Open(s.ctx, s.prog, s.env())
	if err != nil {
		return err
	}
	s.query = q
	return nil
}

// errCrash is what an armed fault point returns; the store freezes at the same moment.
var errCrash = errors.New("simulated crash")

// armCrash makes the next passage of a point the end of this process, as far as the engine can tell.
func (s *session) armCrash(point string, nth int) {
	s.faults.Arm(point, nth, func() error {
		s.points[point] = true
		if c, ok := s.store.(*store.Crash); ok {
			c.Freeze()
		}
		return errCrash
	})
}

// reincarnate closes what is left, drops unsynced bytes and opens again.
func (s *session) reincarnate() error {
	if s.query != nil {
		_ = s.query.Close()
		s.query = nil
	}
	s.faults.Clear()
	if c, ok := s.store.(*store.Crash); ok {
		s.store = c.CloneAfterCrash(s.v.keep, s.v.lossSeed)
		s.v.lossSeed++
	}
	s.failure = nil
	if s.v.crashAt == "" || !s.v.restarts {
		return s.open()
	}
	s.armCrash(s.v.crashAt, 1) // the start itself may die, too
	err := s.open()
	if errors.Is(err, errCrash) || errors.Is(err, store.ErrFrozen) {
		s.faults.Clear()
		if c, ok := s.store.(*store.Crash); ok {
			s.store = c.CloneAfterCrash(s.v.keep, s.v.lossSeed)
		}
		err = s.open()
	}
	s.faults.Clear()
	return err
}

// step runs epochs until nothing is due, surviving armed crashes.
func (s *session) drain() error {
	if s.query == nil {
		if err := s.openSurviving(); err != nil {
			return err
		}
	}
	for !s.query.Finished() {
		ran, err := s.query.Step(s.ctx, true)
		switch {
		case errors.Is(err, errCrash) || (err != nil && errors.Is(err, store.ErrFrozen)):
			if err := s.reincarnate(); err != nil {
				return err
			}
		case err != nil:
			return err
		case !ran:
			return nil
		}
	}
	return nil
}

func (s *session) openSurviving() error {
	err := s.open()
	if errors.Is(err, errCrash) || errors.Is(err, store.ErrFrozen) {
		return s.reincarnate()
	}
	return err
}

// trigger runs what is due and describes it.
func (s *session) trigger() []string {
	if s.v.crashAt != "" {
		s.faults.Clear()
		s.armCrash(s.v.crashAt, 1)
	}
	from := len(s.events)
	if err := s.supplyInTurn(); err != nil {
		s.failure = err
		return describeError(err)
	}
	if s.v.crashAt != "" {
		s.faults.Clear()
	}
	return s.describe(s.events[from:])
}

// describe prints what the epochs of one trigger did: late rows, watermarks that moved, rows.
func (s *session) describe(events []progress.Event) []string {
	var out []string
	for _, e := range events {
		for _, l := range e.Late {
			text := fmt.Sprintf("%s %d", l.Reason, l.Rows)
			if l.Sample != "" {
				text += ": " + l.Sample
			}
			out = append(append(out, text), kindLines(l.Kinds)...)
		}
		for _, src := range e.Sources {
			if src.BadRows > 0 {
				out = append(out, fmt.Sprintf("bad %s %d", src.Description, src.BadRows))
				out = append(out, kindLines(src.BadKinds)...)
			}
		}
	}
	if s.query != nil {
		marks := s.query.Watermarks()
		names := make([]string, 0, len(marks))
		for n := range marks {
			names = append(names, n)
		}
		sort.Strings(names)
		for _, n := range names {
			w := marks[n]
			if text := w.String(); w != clock.Min && w != clock.Max && s.marks[n] != text {
				s.marks[n] = text
				out = append(out, "watermark "+n+" "+text)
			}
		}
	}
	for _, e := range events {
		out = append(out, s.rowsOf(e.BatchID)...)
	}
	return out
}

// rowsOf prints the rows that an epoch brought to the sinks, sorted by text.
func (s *session) rowsOf(epoch int64) []string {
	return s.shown(func(t *kept.Table) []kept.Row { return t.Rows(epoch) })
}

// shown prints rows of every sink, sorted by text; with several sinks each row has its sink's name.
func (s *session) shown(rows func(*kept.Table) []kept.Row) []string {
	var out []string
	names := s.sinkNames()
	for _, name := range names {
		for _, r := range rows(s.world.sink(name)) {
			text := fmt.Sprintf("%+d | %s", r.Weight, r.Text)
			if len(names) > 1 {
				text = name + ": " + text
			}
			out = append(out, text)
		}
	}
	sort.Strings(out)
	return out
}

func (s *session) sinkNames() []string {
	var names []string
	for _, p := range s.prog.Plan.Sinks {
		names = append(names, p.Name)
	}
	return names
}

// results prints the folded content of every sink.
func (s *session) results() []string {
	return s.shown(func(t *kept.Table) (rows []kept.Row) {
		for text, weight := range t.Fold() {
			rows = append(rows, kept.Row{Text: text, Weight: weight})
		}
		return rows
	})
}

func (s *session) lateLines() []string {
	var out []string
	for k, n := range s.dropped {
		out = append(out, fmt.Sprintf("%s %d", k, n))
	}
	sort.Strings(out)
	return out
}

func (s *session) close() {
	if s.query != nil {
		_ = s.query.Close()
		s.query = nil
	}
}

// describeError prints each fault as code and text, without positions of the machine.
func describeError(err error) []string {
	var list diag.List
	if errors.As(err, &list) {
		var out []string
		for _, e := range list {
			out = append(out, oneError(e))
		}
		return out
	}
	var e *diag.Error
	if errors.As(err, &e) {
		return []string{oneError(e)}
	}
	return strings.Split(err.Error(), "\n")
}

func oneError(e *diag.Error) string {
	text := fmt.Sprintf("error[%s]: %s", e.Code, e.Msg)
	if !e.Span.IsZero() {
		text = fmt.Sprintf("%d-%d: %s", e.Span.Start, e.Span.End, text)
	}
	return text
}

// kindLines are what mode log dropped, by reason.
func kindLines(kinds []progress.Kind) []string {
	var out []string
	for _, k := range kinds {
		out = append(out, fmt.Sprintf("  %s %d: %s", k.Code, k.Rows, k.First))
	}
	return out
}
