package flow

import (
	"context"
	"runtime/debug"
	"sync"
	"time"

	"streamsql/exec/op"
	"streamsql/internal/clock"
	"streamsql/internal/diag"
	"streamsql/internal/fault"
	"streamsql/internal/invariants"
	"streamsql/internal/zset"
	"streamsql/sinks"
)

func debugStack() []byte { return debug.Stack() }

// Feed is one table's part of an epoch.
type Feed struct {
	Reader *Reader
	Node   int // the scan node
	Cut    Cut
	// Idle are the partitions that do not hold the table's watermark back in this epoch. Rests says that the table does
	// not hold back those that it is read together with: all its partitions are idle, or its input has ended.
	Idle  []string
	Rests bool
	// MaxAhead is how far beyond the epoch's clock a row may move the watermark; 0 for no limit.
	MaxAhead time.Duration
}

// Epoch is what RunEpoch is asked to do.
type Epoch struct {
	Number int64
	Clock  op.EpochClock
	Feeds  []Feed
	Final  bool
	Logged sinks.Logged // the epoch's range is in the log; nil: it is already
	Faults *fault.Set
	// Allow is asked before a stage takes what exchanges hold for it, with no lane at work; an error ends the epoch. nil
	// allows everything.
	Allow func() error
}

// Result is what an epoch did, before anything is committed.
type Result struct {
	Outputs []Output
	Bad     map[string]int64    // unreadable records per table
	Ahead   map[string]int64    // rows per table that were too far ahead of the clock to move the watermark
	Kinds   map[string]op.Kinds // those that mode log dropped, by table and reason
}

// smallEpoch is the number of rows below which the lanes run one after the other on the calling goroutine: waking
// another core costs more than the work.
const smallEpoch = 4096

// RunEpoch feeds the morsels, advances stage by stage and returns the sinks' open transactions. After an error the
// graph must be closed; the caller aborts nothing, since nothing was staged: transactions in Result are returned also
// then.
func (g *Graph) RunEpoch(ctx context.Context, e Epoch) (Result, error) {
	// Operators hold a part of the failed epoch's rows. One more epoch would commit them, and the retry would count
	// them twice.
	if g.broken != nil {
		return Result{}, g.broken
	}
	if e.Logged == nil {
		e.Logged = func(context.Context) error { return nil }
	}
	res := Result{Bad: map[string]int64{}, Ahead: map[string]int64{}, Kinds: map[string]op.Kinds{}}
	for _, o := range g.outputs {
		if o != nil {
			o.begin(ctx, &e)
		}
	}
	err := g.run(ctx, e, &res)
	if err == nil {
		g.keepFloors()
		g.tellGuards()
	}
	for _, o := range g.outputs {
		if o != nil {
			res.Outputs = append(res.Outputs, o.end())
		}
	}
	g.broken = err
	return res, err
}

func (g *Graph) run(ctx context.Context, e Epoch, res *Result) error {
	morsels, rows := sequence(e)
	if err := g.feed(ctx, e, morsels, rows); err != nil {
		return err
	}
	// Only after every lane is done: a morsel that the readers refill while a lane still reads its columns is a
	// race. Exchanges and blocks hold copies. After an error none is recycled; the graph is closed anyway.
	for i := range morsels {
		m := morsels[i].m
		table := g.spec.Nodes[m.scan].Scan.Table
		res.Bad[table] += m.Bad
		res.Ahead[table] += m.Ahead
		if len(m.Kinds) > 0 {
			kinds := res.Kinds[table]
			kinds.Merge(m.Kinds)
			res.Kinds[table] = kinds
		}
		morsels[i].reader.Recycle(m)
	}
	if err := e.Faults.Point(fault.FlowAdvance); err != nil {
		return err
	}
	// Only after all rows of the epoch: a watermark that moved between morsels would make rows late by how lanes
	// overtake each other, and a replay would drop others.
	for _, f := range e.Feeds {
		g.advanceScan(f, e.Final)
	}
	g.spreadRest()
	for stage := range g.stages {
		if stage > 0 {
			if err := g.receive(e, stage); err != nil {
				return err
			}
		}
		if err := g.advance(e, stage); err != nil {
			return err
		}
	}
	return nil
}

// numbered is a morsel with its place in the epoch.
type numbered struct {
	m      *Morsel
	reader *Reader
	limit  clock.EventTime
}

// sequence numbers the morsels of all tables, table after table.
func sequence(e Epoch) (out []numbered, records int64) {
	// Not by arrival: which table's bytes came first is chance, and a replay of the same ranges must give the same
	// numbers. Feeds are in the order of the plan, morsels of one in that of the log.
	for _, f := range e.Feeds {
		limit := clock.Max
		if f.MaxAhead > 0 {
			limit = clock.Of(e.Clock.Now.Add(f.MaxAhead))
		}
		for _, m := range f.Cut.Morsels {
			m.seq = uint64(len(out))
			out = append(out, numbered{m, f.Reader, limit})
		}
		records += f.Cut.Records
	}
	return out, records
}

// feed runs stage 0 over the morsels: lanes take them in order.
func (g *Graph) feed(ctx context.Context, e Epoch, morsels []numbered, records int64) error {
	var mu sync.Mutex
	next := 0
	take := func() *Morsel {
		mu.Lock()
		defer mu.Unlock()
		if next == len(morsels) {
			return nil
		}
		n := morsels[next]
		next++
		// Waited for with the lock held, on purpose. A lane that overtook the morsel before it would enter its own
		// first, with a base that misses the other's rows, and which rows are late would depend on the speed
		// of the decoding workers.
		<-n.m.done
		n.reader.enter(n.m, n.limit)
		return n.m
	}
	small := len(morsels) <= 1 || records <= smallEpoch
	g.turns.begin(place{}, !small)
	if small {
		// The first lane will take all morsels. It would wait for a place that the others never reach.
		for lane := 1; lane < g.spec.Lanes; lane++ {
			g.turns.leave(lane)
		}
	}
	err := g.lanes(small, func(lane int) error {
		// Also after an error or a panic: lanes with later morsels may be waiting for this one.
		defer g.turns.leave(lane)
		for {
			if err := ctx.Err(); err != nil {
				return err
			}
			m := take()
			if m == nil {
				return nil
			}
			g.turns.reach(lane, place{seq: m.seq})
			if err := e.Faults.Point(fault.FlowMorsel); err != nil {
				return err
			}
			if err := g.morsel(lane, m); err != nil {
				return err
			}
			// Not only with the next morsel: the lane may have to wait for it, or there may be none.
			g.turns.reach(lane, place{seq: m.seq + 1})
		}
	})
	if err != nil {
		return err
	}
	return g.flush()
}

// flush writes what the sinks' lanes still hold once all of them have left.
func (g *Graph) flush() error {
	for _, o := range g.outputs {
		if o != nil {
			if err := o.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// morsel pushes one morsel through stage 0 of a lane.
func (g *Graph) morsel(lane int, m *Morsel) error {
	// Not reported earlier: the rows before this chunk may belong to epochs that can still be committed.
	if m.err != nil {
		return m.err
	}
	n := g.nodes[m.scan][lane]
	g.current[lane] = n
	n.order = zset.Order{Seq: m.seq}
	n.counters.RowsIn += int64(m.Chunk.Records)
	if attach := g.spec.Nodes[m.scan].Scan.Attach; attach != nil {
		attach(m)
	}
	for _, dead := range m.Dead {
		if err := n.Emit(op.Dead, dead); err != nil {
			return err
		}
	}
	return n.Emit(op.Rows, m.Rows)
}

// advanceScan moves a table's watermark: the least over its partitions that are not idle, +∞ at the declared end of the
// input. When all are idle it stays.
func (g *Graph) advanceScan(f Feed, final bool) {
	w := clock.Min
	if g.spec.Nodes[f.Node].Scan.Watermarked {
		w = f.Reader.least(f.Idle)
	}
	f.Reader.leave()
	g.rest.now[f.Node] = f.Rests
	if f.Cut.Ended && final {
		w = clock.Max
	}
	// A partition that is seen for the first time has the least watermark there is. The table's must not go back:
	// windows that were closed by it have been emitted.
	g.marks[f.Node] = max(g.marks[f.Node], w)
	for _, n := range g.nodes[f.Node] {
		n.mark = g.marks[f.Node]
	}
}

// receive hands each lane what the exchanges into the stage hold for it.
func (g *Graph) receive(e Epoch, stage int) error {
	rows := 0
	for _, in := range g.inbound {
		if in.stage == stage {
			rows += in.rows()
		}
	}
	if rows == 0 {
		return nil
	}
	// Now that they hold most: both sides of a join, or all it puts out, wait here. A few rows are not worth counting.
	if e.Allow != nil && rows > smallEpoch {
		if err := e.Allow(); err != nil {
			return err
		}
	}
	err := g.lanes(rows <= smallEpoch, func(lane int) error {
		for _, in := range g.inbound {
			if in.stage != stage {
				continue
			}
			n := g.nodes[in.to][lane]
			for _, p := range in.receive(lane) {
				if err := (direct{n, p.port}).push(p.batch); err != nil {
					return err
				}
			}
		}
		return nil
	})
	// Not by the lanes: each reads what all the others sent, and the batches go back to their senders' free lists.
	for _, in := range g.inbound {
		if in.stage == stage {
			in.clear()
		}
	}
	return err
}

// advance ends the epoch for the operators of a stage.
func (g *Graph) advance(e Epoch, stage int) error {
	var nodes []int
	for i, lanes := range g.nodes {
		if lanes != nil && g.stageOf[i] == stage && lanes[0].op != nil {
			nodes = append(nodes, i)
		}
	}
	if err := g.advanceNodes(e, stage, nodes); err != nil {
		return err
	}
	for _, i := range nodes {
		// The least over the lanes: a lane of the next stage gets rows from all of this one, also from the slowest.
		w := clock.Max
		for _, n := range g.nodes[i] {
			w = min(w, n.mark)
		}
		g.marks[i] = max(g.marks[i], w)
	}
	return g.flush()
}

// advanceNodes advances nodes of one stage, in topological order on each lane.
func (g *Graph) advanceNodes(e Epoch, stage int, nodes []int) error {
	apart := g.spec.Lanes > 1 && g.heavy(stage)
	g.turns.begin(start(stage), apart)
	if apart {
		return g.lanes(false, func(lane int) error {
			// Also after an error or a panic: the others would wait for this lane's turn for ever.
			defer g.turns.leave(lane)
			for _, i := range nodes {
				if err := g.advanceNode(e, g.nodes[i][lane]); err != nil {
					return err
				}
			}
			return nil
		})
	}
	// Node by node, not lane by lane: what a lane emits from a later node has to be held until the last lane is done
	// with the earlier ones.
	for _, i := range nodes {
		err := g.lanes(true, func(lane int) error { return g.advanceNode(e, g.nodes[i][lane]) })
		if err != nil {
			return err
		}
	}
	for lane := range g.spec.Lanes {
		g.turns.leave(lane)
	}
	return nil
}

// heavy reports whether advancing the stage may do much: an operator has many keys to visit. How many rows of state it
// holds says nothing: a join with millions of rows and three touched keys must not wake the lanes.
func (g *Graph) heavy(stage int) bool {
	for i, lanes := range g.nodes {
		if g.stageOf[i] != stage {
			continue
		}
		for _, n := range lanes {
			if k, ok := n.op.(op.Keeper); ok && k.Touched() > smallEpoch {
				return true
			}
		}
	}
	return false
}

// advanceNode ends the epoch for one operator on one lane.
func (g *Graph) advanceNode(e Epoch, n *node) error {
	g.current[n.lane] = n
	spec := &g.spec.Nodes[n.index]
	t := op.Tick{Epoch: e.Number, Now: e.Clock.Now, Final: e.Final, In: make([]clock.EventTime, len(spec.Inputs))}
	for _, edge := range spec.Inputs {
		// Within the stage the rows came from this lane only, whose mark has moved already; g.marks follows after the
		// barrier.
		if g.stageOf[edge.From] == n.stage {
			t.In[edge.Port] = g.nodes[edge.From][n.lane].mark
		} else {
			t.In[edge.Port] = g.marks[edge.From]
		}
	}
	t.Watermark = g.lift(n.index, t.In)
	// What is emitted now comes after the rows of every morsel, whichever lane was faster: a sink must see the same
	// order in a repeated epoch. The node is part of it: two emitters of a stage follow each other on each lane, and
	// after an exchange their emissions would otherwise mix by number.
	n.phase, n.last = 1+uint32(n.stage)<<16+uint32(n.index), 0
	g.turns.reach(n.lane, place{phase: n.phase})
	w, err := n.op.Advance(t, n)
	if err == nil {
		err = g.serveWays(n.lane)
	}
	// Also when the node had nothing to emit: the lanes before this one would otherwise hold their rows.
	g.turns.reach(n.lane, place{phase: n.phase + 1})
	n.phase = 0
	if err != nil {
		return err
	}
	if invariants.On {
		_, keeps := n.op.(op.Keeper)
		invariants.Check(keeps || n.counters.StateRows == 0, "an operator that holds rows of state is not an op.Keeper")
	}
	if w < n.mark {
		return diag.New(diag.Internal, "operator %s: watermark went back from %s to %s", spec.ID, n.mark, w)
	}
	n.mark = w
	return nil
}

// lanes runs fn for every lane and returns the first error by lane; alone runs them one after the other here.
func (g *Graph) lanes(alone bool, fn func(lane int) error) error {
	run := func(lane int) error { return g.guard(lane, fn) }
	if alone || g.spec.Lanes == 1 {
		for lane := range g.spec.Lanes {
			if err := run(lane); err != nil {
				return err
			}
		}
		return nil
	}
	errs := make([]error, g.spec.Lanes)
	var wg sync.WaitGroup
	for lane := 1; lane < g.spec.Lanes; lane++ {
		wg.Go(func() { errs[lane] = run(lane) })
	}
	errs[0] = run(0)
	// Although one may have failed already: the caller closes the operators that the others are still running.
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
