package op

import (
	"bytes"
	"time"

	"streamsql/exec/agg"
	"streamsql/internal/clock"
	"streamsql/internal/invariants"
	"streamsql/internal/rowkey"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
	"streamsql/state"
)

// GroupAggregateSpec describes a GroupAggregate. EndCol of the GroupSpec is −1.
type GroupAggregateSpec struct {
	GroupSpec
	Merged bool           // the input is PreAggregated
	Out    sqltype.Schema // keys, aggregates
}

// GroupAggregate groups without a window: its results change.
//
//	input       append; retracting where every accumulator takes rows back
//	output      retract: per epoch and changed group its old row with −1, its new row with +1; none when nothing
//	            changed. No watermark: time ends here
//	state       groups: keyed by the keys, accumulators and the number of rows; a group without rows goes. Without
//	            keys there is one group, which exists from the first epoch on
//	late rows   not judged here
//	cost        a hash look-up and the accumulators per row; per touched group its results twice
type GroupAggregate struct {
	spec   GroupAggregateSpec
	set    *agg.Set
	find   grouper
	table  *state.Table
	setup  *Setup
	global bool // no keys, and this lane owns the one group

	keys    rowkey.Keys
	keyCols []*vec.Vec

	touched []uint32  // groups of this epoch in the order of their first touch
	existed []bool    // whether it had a row before the epoch
	old     []vec.Vec // its results before the epoch, one Vec per aggregate

	order canonical
	part  changes
	gone  []uint32
	tmp   vec.Vec
}

// NewGroupAggregate makes the operator.
func NewGroupAggregate(spec GroupAggregateSpec) (*GroupAggregate, error) {
	set, err := spec.set()
	if err != nil {
		return nil, err
	}
	g := &GroupAggregate{spec: spec, set: set, find: newGrouper(typesOf(spec.In, spec.Keys))}
	g.keyCols = make([]*vec.Vec, len(spec.Keys))
	g.old = make([]vec.Vec, len(spec.Aggs))
	g.part.init(spec.Out, len(spec.Keys))
	g.forget()
	return g, nil
}

// forget drops the old results of an epoch.
func (g *GroupAggregate) forget() {
	g.touched, g.existed = g.touched[:0], g.existed[:0]
	for i := range g.old {
		g.old[i].Reset(g.spec.Out[len(g.spec.Keys)+i].Type, 0)
	}
}

// Open implements Operator.
func (g *GroupAggregate) Open(s *Setup) error {
	g.setup = s
	g.global = len(g.spec.Keys) == 0 && s.Lane == 0
	g.table = s.State.Table(s.Lane, state.Decl{
		Operator: g.spec.Node, Name: "groups", Version: 1, Key: typesOf(g.spec.In, g.spec.Keys),
		Values: g.set.Columns(),
	})
	return nil
}

// Touched implements Keeper.
func (g *GroupAggregate) Touched() int { return len(g.touched) }

// Process implements Operator.
func (g *GroupAggregate) Process(_ int, b *zset.Batch, _ Collector) error {
	if b.N == 0 {
		return nil
	}
	for i, k := range g.spec.Keys {
		if g.spec.Merged {
			k = i
		}
		g.keyCols[i] = b.Cols[k]
	}
	gids, err := g.touch(b.N)
	if err != nil {
		return err
	}
	if g.spec.Merged {
		g.set.Merge(gids, b.Cols[len(g.spec.Keys):])
	} else {
		g.set.Update(gids, b.Cols, b.Weights)
	}
	return nil
}

// touch finds or makes the groups of n rows whose keys are in keyCols, and keeps the results of those that the epoch
// has not touched before.
func (g *GroupAggregate) touch(n int) (gids []uint32, err error) {
	before := g.table.Len()
	gids = g.find.find(g.table, g.keyCols, n)
	g.set.Bind(g.table, 0)
	fresh := g.table.Touch(gids)
	if len(fresh) == 0 {
		return gids, nil
	}
	rows := g.set.Rows()
	for _, id := range fresh {
		// The global group may have had a row without any input: it is new only when the table was empty.
		g.existed = append(g.existed, rows[id] > 0 || (g.global && before > 0))
	}
	g.touched = append(g.touched, fresh...)
	for i, a := range g.spec.Aggs {
		if e := g.set.Emit(i, fresh, &g.tmp); e != nil {
			return nil, groupFault(e, a, nil, nil, "", g.setup.Epoch)
		}
		vec.Append(&g.old[i], &g.tmp)
	}
	return gids, nil
}

// Advance implements Operator.
func (g *GroupAggregate) Advance(t Tick, out Collector) (clock.EventTime, error) {
	if g.global && g.table.Len() == 0 {
		if _, err := g.touch(1); err != nil {
			return 0, err
		}
	}
	g.set.Bind(g.table, 0)
	order := g.order.sort(g.table, g.touched)
	for from := 0; from < len(order); from += maxEmit / 2 {
		if err := g.emit(order[from:min(from+maxEmit/2, len(order))], out); err != nil {
			return 0, err
		}
	}
	g.removeEmpty()
	g.forget()
	g.setup.Counters.StateRows = int64(g.table.Len())
	g.setup.Counters.StateBytes = g.table.Bytes()
	if t.Final {
		return clock.Max, nil
	}
	return clock.Min, nil
}

// emit sends the changes of some touched groups.
func (g *GroupAggregate) emit(order []hashed, out Collector) error {
	p := &g.part
	p.begin(order, g.touched)
	rows := g.set.Rows()
	for _, id := range p.gids {
		p.exists = append(p.exists, rows[id] > 0 || g.global)
	}
	for _, h := range order {
		p.existed = append(p.existed, g.existed[h.index])
	}
	g.table.KeysOf(p.gids, &g.keys)
	k := len(g.spec.Keys)
	g.find.enc.Decode(&g.keys, p.keyCols)
	for i, a := range g.spec.Aggs {
		if e := g.set.Emit(i, p.gids, &g.tmp); e != nil {
			return groupFault(e, a, g.spec.Out[:k], p.keyCols, "", g.setup.Epoch)
		}
		p.compare(i, &g.old[i], &g.tmp)
	}
	b := p.finish()
	if b.N == 0 {
		return nil
	}
	b.Order = zset.Order{} // one emission an epoch: its batches follow each other within the lane
	checkNet(g.find.enc, b.Cols[:k], b)
	err := out.Emit(Rows, b)
	zset.Scribble(p.cols)
	return err
}

// removeEmpty deletes the groups that have no rows left.
func (g *GroupAggregate) removeEmpty() {
	if g.global {
		return
	}
	g.gone = g.gone[:0]
	rows := g.set.Rows()
	for _, id := range g.touched {
		if rows[id] <= 0 {
			invariants.Check(rows[id] == 0, "a group from which more rows were taken than it had")
			g.gone = append(g.gone, id)
		}
	}
	if len(g.gone) > 0 {
		g.table.Delete(g.gone)
	}
}

// NextDue implements Operator.
func (g *GroupAggregate) NextDue() (time.Time, bool) { return time.Time{}, false }

// Close implements Operator.
func (g *GroupAggregate) Close() error { return nil }

// changes builds the −old +new rows of a part of the touched groups. Buffers are reused.
type changes struct {
	keyCols []*vec.Vec
	values  []vec.Vec // per aggregate: the old results, then the new ones
	oldPart vec.Vec
	gids    []uint32
	at      []int32 // position of each group among the touched ones
	existed []bool
	exists  []bool
	differs []bool

	keySel, valueSel []int32
	cols             []vec.Vec
	weights          []int64
	out              zset.Batch
}

func (p *changes) init(out sqltype.Schema, keys int) {
	p.cols = make([]vec.Vec, len(out))
	p.values = make([]vec.Vec, len(out)-keys)
	p.out = zset.Batch{Schema: out, Cols: make([]*vec.Vec, len(out))}
	for i := range out {
		p.out.Cols[i] = &p.cols[i]
	}
	for i := range keys {
		p.keyCols = append(p.keyCols, &vec.Vec{Type: out[i].Type})
	}
}

func (p *changes) begin(order []hashed, touched []uint32) {
	p.gids, p.at, p.existed, p.exists = p.gids[:0], p.at[:0], p.existed[:0], p.exists[:0]
	for _, h := range order {
		p.gids = append(p.gids, touched[h.index])
		p.at = append(p.at, int32(h.index))
	}
	p.differs = vec.Resize(p.differs, len(order))
	clear(p.differs)
}

// compare notes the groups whose result of aggregate i has changed; old is of all touched groups, now of this part.
func (p *changes) compare(i int, old, now *vec.Vec) {
	vec.Take(&p.oldPart, old, p.at)
	markDifferent(p.differs, &p.oldPart, now)
	v := &p.values[i]
	v.Reset(now.Type, 0)
	vec.Append(v, &p.oldPart)
	vec.Append(v, now)
}

// finish makes the batch of changes, each group's retraction before its insertion.
func (p *changes) finish() *zset.Batch {
	n := len(p.gids)
	p.keySel, p.valueSel, p.weights = p.keySel[:0], p.valueSel[:0], p.weights[:0]
	for i := range n {
		if p.existed[i] == p.exists[i] && !p.differs[i] {
			continue
		}
		if p.existed[i] {
			p.keySel, p.valueSel, p.weights = append(p.keySel, int32(i)), append(p.valueSel, int32(i)),
				append(p.weights, -1)
		}
		if p.exists[i] {
			p.keySel, p.valueSel, p.weights = append(p.keySel, int32(i)), append(p.valueSel, int32(n+i)),
				append(p.weights, 1)
		}
	}
	p.out.N, p.out.Weights = len(p.weights), p.weights
	for i := range p.cols {
		if i < len(p.keyCols) {
			vec.Take(&p.cols[i], p.keyCols[i], p.keySel)
		} else {
			vec.Take(&p.cols[i], &p.values[i-len(p.keyCols)], p.valueSel)
		}
	}
	return &p.out
}

// markDifferent sets differs[i] where row i of a and b, flat and of one type, are not the same.
func markDifferent(differs []bool, a, b *vec.Vec) {
	if a.Valid != nil || b.Valid != nil {
		for i := range differs {
			if a.Valid.Get(i) != b.Valid.Get(i) {
				differs[i] = true
			}
		}
	}
	same := func(i int) bool { return !a.Valid.Get(i) && !b.Valid.Get(i) }
	switch a.Type.Phys() {
	case sqltype.PhysBool:
		x, y := a.Bits(), b.Bits()
		for i := range differs {
			if x.Get(i) != y.Get(i) && !same(i) {
				differs[i] = true
			}
		}
	case sqltype.PhysI8:
		unequal(differs, vec.Of[int8](a), vec.Of[int8](b), same)
	case sqltype.PhysI16:
		unequal(differs, vec.Of[int16](a), vec.Of[int16](b), same)
	case sqltype.PhysI32, sqltype.PhysF32: // floats by their bits: NaN has one form here
		unequal(differs, vec.Of[int32](a), vec.Of[int32](b), same)
	case sqltype.PhysI64, sqltype.PhysF64:
		unequal(differs, vec.Of[int64](a), vec.Of[int64](b), same)
	case sqltype.PhysI128:
		unequal(differs, vec.Of[vec.I128](a), vec.Of[vec.I128](b), same)
	case sqltype.PhysBytes:
		for i := range differs {
			if !same(i) && !bytes.Equal(a.Str(i), b.Str(i)) {
				differs[i] = true
			}
		}
	}
}

// unequal compares values; rows that are NULL on both sides hold arbitrary ones and are looked at only on a difference.
func unequal[T comparable](differs []bool, a, b []T, bothNull func(int) bool) {
	a, b = a[:len(differs)], b[:len(differs)]
	for i := range differs {
		if a[i] != b[i] && !bothNull(i) {
			differs[i] = true
		}
	}
}
