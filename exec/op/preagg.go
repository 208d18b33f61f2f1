package op

import (
	"time"

	"streamsql/exec/agg"
	"streamsql/exec/window"
	"streamsql/internal/clock"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
	"streamsql/state"
)

// GroupSpec is what a pre-aggregate and the aggregate after it have in common.
type GroupSpec struct {
	Node   string         // operator id: names the state
	In     sqltype.Schema // the rows that are aggregated
	EndCol int            // window end among them; −1 without a window
	Shared *window.Spec   // the windows overlap and EndCol is the slice of a row; nil: it is its window
	Keys   []int
	Aggs   []Agg
}

// set makes the accumulators. Without a window the rows of a group are counted, and where windows share slices, too: it
// goes when they do.
func (g GroupSpec) set() (*agg.Set, error) {
	return newSet(g.Aggs, g.In, g.EndCol < 0 || g.Shared != nil)
}

// PreAggregated is the schema between a pre-aggregate and its aggregate: keys, window end (where windows share slices
// that of the slice, and the opening), state columns. The exchange between them routes by the columns 0 … len(Keys)−1.
func (g GroupSpec) PreAggregated() (sqltype.Schema, error) {
	set, err := g.set()
	if err != nil {
		return nil, err
	}
	var out sqltype.Schema
	for _, k := range g.Keys {
		out = append(out, g.In[k])
	}
	if g.EndCol >= 0 {
		out = append(out, g.In[g.EndCol])
	}
	if g.Shared != nil {
		out = append(out, sqltype.Field{Name: "opening", Type: sqltype.TimestampType(3)})
	}
	for _, c := range set.Columns() {
		out = append(out, sqltype.Field{Name: c.Name, Type: c.Type})
	}
	return out, nil
}

// PreAggregate shrinks each morsel to one row per (window, key): what the accumulators hold of it. It is cut by
// morsels, which follow from the log, never by lanes; and accumulators do not depend on how rows are cut, so a plan
// with it and one without give the same bytes.
//
//	input       any mode the accumulators take
//	output      append, one row per group of a batch in the order of first occurrence; watermark W
//	state       none: scratch memory of one batch
//	late rows   not judged here
//	cost        a hash look-up and the accumulators per row, in memory that stays in cache
type PreAggregate struct {
	spec   GroupSpec
	schema sqltype.Schema
	set    *agg.Set
	byKey  scratch   // for morsels within one window: the keys alone
	byPair scratch   // the keys and the window end
	open   *openings // nil: a slice is a window

	split   splitter
	keyCols []*vec.Vec
	first   []int32 // row of each group's first occurrence
	groups  []vec.Vec
	opening vec.Vec
	states  []vec.Vec
	out     zset.Batch
}

// scratch is a table for the groups of one batch.
type scratch struct {
	find  grouper
	table *state.Table
}

func newScratch(node string, key []sqltype.Type, values []state.Column) scratch {
	return scratch{newGrouper(key), state.NewScratch(state.Decl{Operator: node, Name: "morsel", Version: 1, Key: key,
		Values: values})}
}

// NewPreAggregate makes the operator.
func NewPreAggregate(spec GroupSpec) (*PreAggregate, error) {
	set, err := spec.set()
	if err != nil {
		return nil, err
	}
	schema, err := spec.PreAggregated()
	if err != nil {
		return nil, err
	}
	p := &PreAggregate{spec: spec, schema: schema, set: set}
	if p.open, err = newOpenings(spec.Shared); err != nil {
		return nil, err
	}
	types := typesOf(spec.In, spec.Keys)
	p.byKey = newScratch(spec.Node, types, set.Columns())
	p.keyCols = make([]*vec.Vec, len(types), len(types)+1)
	if spec.EndCol >= 0 {
		types = append(types, spec.In[spec.EndCol].Type)
		p.byPair = newScratch(spec.Node, types, set.Columns())
	}
	p.groups, p.states = make([]vec.Vec, len(types)), make([]vec.Vec, len(set.Columns()))
	p.out = zset.Batch{Schema: schema, Cols: make([]*vec.Vec, len(schema))}
	return p, nil
}

// Open implements Operator.
func (p *PreAggregate) Open(*Setup) error { return nil }

// Process implements Operator.
func (p *PreAggregate) Process(_ int, b *zset.Batch, out Collector) error {
	if b.N == 0 {
		return nil
	}
	if p.open == nil {
		return p.process(b, allOpen, out)
	}
	return p.open.each(b, p.spec.EndCol, func(b *zset.Batch, opening int64) error { return p.process(b, opening, out) })
}

// process sends the groups of rows that have the same opening.
func (p *PreAggregate) process(b *zset.Batch, opening int64, out Collector) error {
	p.keyCols = p.keyCols[:0]
	for _, k := range p.spec.Keys {
		p.keyCols = append(p.keyCols, b.Cols[k])
	}
	s := &p.byKey
	cols := p.keyCols
	if p.spec.EndCol >= 0 {
		end := b.Cols[p.spec.EndCol]
		p.keyCols = append(p.keyCols, end)
		if !p.split.single(vec.Of[int64](end)[:b.N]) {
			s, cols = &p.byPair, p.keyCols
		}
	}
	s.table.Reset()
	gids := s.find.find(s.table, cols, b.N)
	p.set.Bind(s.table, 0)
	p.set.Update(gids, b.Cols, b.Weights)
	p.fill(s.table, gids, opening)
	err := out.Emit(Rows, &p.out)
	zset.Scribble(p.groups)
	return err
}

// fill makes p.out the groups of the table. Ids are given in the order of first occurrence, without gaps.
func (p *PreAggregate) fill(t *state.Table, gids []uint32, opening int64) {
	p.first = p.first[:0]
	for i, g := range gids {
		if int(g) == len(p.first) {
			p.first = append(p.first, int32(i))
		}
	}
	n := len(p.first)
	cols := p.out.Cols[:0]
	for i, c := range p.keyCols {
		vec.Take(&p.groups[i], c, p.first)
		cols = append(cols, &p.groups[i])
	}
	if p.open != nil {
		p.opening.Reset(sqltype.TimestampType(3), n)
		fill(vec.Of[int64](&p.opening), opening)
		cols = append(cols, &p.opening)
	}
	for i := range p.states {
		v := &p.states[i]
		exportColumn(v, t.Col(i), n)
		cols = append(cols, v)
	}
	p.out.N, p.out.Cols = n, cols
}

// exportColumn makes v a view of the first n groups of a state column; only bytes are copied.
func exportColumn(v *vec.Vec, c *state.Col, n int) {
	t := c.Type
	if t.Phys() == sqltype.PhysBytes {
		v.Reset(t, n)
		for g := range n {
			v.Bytes = append(v.Bytes, c.Get(uint32(g))...)
			v.Off[g+1] = int32(len(v.Bytes))
		}
		return
	}
	*v = vec.Vec{Type: t, Len: n}
	switch t.Phys() {
	case sqltype.PhysI8:
		v.Fixed = vec.AsBytes(c.I8()[:n])
	case sqltype.PhysI64:
		v.Fixed = vec.AsBytes(c.I64()[:n])
	case sqltype.PhysF64:
		v.Fixed = vec.AsBytes(c.F64()[:n])
	default:
		v.Fixed = vec.AsBytes(c.I128()[:n])
	}
}

// Advance implements Operator.
func (p *PreAggregate) Advance(t Tick, _ Collector) (clock.EventTime, error) { return t.Watermark, nil }

// NextDue implements Operator.
func (p *PreAggregate) NextDue() (time.Time, bool) { return time.Time{}, false }

// Close implements Operator.
func (p *PreAggregate) Close() error { return nil }
