package op

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"streamsql/internal/clock"
	"streamsql/internal/rowkey"
	"streamsql/internal/sqltype"
	"streamsql/internal/store"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
	"streamsql/state"
)

// outcome is what a trial gave.
type outcome struct {
	epochs  [][]outRow
	dead    [][]tuple
	late    [][]outRow
	counted Counters // summed over lanes, operators and restarts
	groups  int64
	emits   int // batches
	err     error
}

// outRow is a row that left the operator.
type outRow struct {
	tuple
	text  string // of the values
	order zset.Order
	place string // in the input, with its watermark; "" where the batch names none
}

// trial is one run of an opTest.
type trial struct {
	test  *opTest
	v     variation
	r     *rand.Rand
	lanes []*trialLane
	enc   []*rowkey.Encoder // per port; nil until the first batch is routed
	st    *state.State
	store *store.Memory
	files []state.FileRef
	clock EpochClock
	marks []clock.EventTime // input watermark per port
	past  []*Counters       // of lanes before a restart
	seq   uint64            // batches so far
	legal bool              // nothing goes in that takes back what is not there
	sums  map[string]int64  // the output so far
	out   outcome
}

// trialLane is the operators of one lane.
type trialLane struct {
	before   [][]Operator // per port
	op       Operator
	counters []*Counters
	mark     clock.EventTime // output watermark
	waiting  []parcel        // sent to the lane, until the stage before it is done
}

// errRefused is the error of a receiver.
var errRefused = errors.New("the receiver refuses the batch")

// breach is a broken promise of the operator's contract.
func breach(format string, args ...any) error { return fmt.Errorf("contract: "+format, args...) }

// trial plays a variation. The error is a broken contract; one that the operator returned is in the outcome.
func (c *opTest) trial(v variation, epochs []epoch) (o outcome, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = breach("panic: %v\n%s", p, debug.Stack())
		}
	}()
	x := &trial{test: c, v: v, r: rand.New(rand.NewPCG(v.seed, 5)), store: store.NewMemory(), sums: map[string]int64{}}
	x.enc = make([]*rowkey.Encoder, len(c.ports))
	for range c.ports {
		x.marks = append(x.marks, clock.Min)
	}
	told, ends := v.tell(c, epochs, x.r)
	x.legal = v.story != shuffled && v.story != undone && legal(told)
	if err := x.open(max(v.lanes, 1)); err != nil {
		return x.out, err
	}
	for i := range told {
		err := x.epoch(i+1, told[i], ends[i])
		if x.out.err != nil || err != nil {
			return x.out, errors.Join(err, x.close())
		}
		if len(v.restarts) > 0 {
			if err := x.restart(v.restarts[i%len(v.restarts)]); err != nil {
				return x.out, err
			}
		}
	}
	x.out.groups = x.st.Rows()
	for _, n := range x.counters() {
		x.out.counted.Late += n.Late
		x.out.counted.PartlyLate += n.PartlyLate
		x.out.counted.NullTime += n.NullTime
		x.out.counted.RowErrors += n.RowErrors
	}
	return x.out, x.close()
}

// legal reports whether the rows of each port never take back what is not there.
func legal(told [][][]arrival) bool {
	sums := map[string]int64{}
	for _, rows := range told {
		for p := range rows {
			for _, a := range rows[p] {
				key := fmt.Sprint(p, a.values)
				if sums[key] += a.weight; sums[key] < 0 {
					return false
				}
			}
		}
	}
	return true
}

// open makes the operators of n lanes.
func (x *trial) open(n int) error {
	x.past = x.counters()
	x.st, x.lanes = state.New(n, nil), nil
	for i := range n {
		l := &trialLane{mark: clock.Min}
		x.lanes = append(x.lanes, l)
		for _, in := range x.test.ports {
			var chain []Operator
			if in.before != nil {
				var err error
				if chain, err = in.before(); err != nil {
					return err
				}
			}
			l.before = append(l.before, chain)
		}
		o, err := x.test.make()
		if err != nil {
			return err
		}
		l.op = o
		for _, o := range l.all() {
			c := &Counters{}
			l.counters = append(l.counters, c)
			if err := o.Open(&Setup{
				Lane: i, Lanes: n, State: x.st, Counters: c, Epoch: &x.clock, Connected: x.test.connected.With(Dead),
			}); err != nil {
				return err
			}
		}
	}
	return nil
}

// all is the lane's operators, the one under test last.
func (l *trialLane) all() []Operator { return append(slices.Concat(l.before...), l.op) }

// restart throws everything in memory away and resumes from the state files with n lanes.
func (x *trial) restart(n int) error {
	own := clock.Max
	for _, l := range x.lanes {
		own = min(own, l.mark)
	}
	if err := errors.Join(x.close(), x.open(n)); err != nil {
		return err
	}
	if _, err := x.st.Restore(context.Background(), x.store, x.files, nil); err != nil {
		return err
	}
	for _, l := range x.lanes {
		for p, chain := range l.before {
			resume(chain, x.marks[p:p+1], x.marks[p])
		}
		l.mark = own
		resume([]Operator{l.op}, x.marks, own)
	}
	x.tellGuards()
	return nil
}

// tellGuards does what flow does between epochs: those who judge rows for the operator learn what it has seen. Where
// it is one of them itself, it takes the place of an operator directly after it.
func (x *trial) tellGuards() {
	for _, l := range x.lanes {
		for _, o := range l.all() {
			if g, ok := o.(Guard); ok {
				g.Guard(slices.Min(x.marks))
			}
		}
	}
}

func resume(ops []Operator, in []clock.EventTime, out clock.EventTime) {
	for _, o := range ops {
		if r, ok := o.(Resumer); ok {
			r.Resume(in, out)
		}
	}
}

// close closes every operator.
func (x *trial) close() error {
	for _, l := range x.lanes {
		for _, o := range l.all() {
			if err := o.Close(); err != nil {
				return breach("Close: %w", err)
			}
		}
	}
	return nil
}

// counters are those of every lane, past ones included.
func (x *trial) counters() []*Counters {
	out := x.past
	for _, l := range x.lanes {
		out = append(out, l.counters...)
	}
	return out
}

// epoch feeds the rows of an epoch, advances and commits.
func (x *trial) epoch(number int, rows [][]arrival, end epoch) error {
	x.clock = EpochClock{Epoch: int64(number), Now: time.UnixMilli(int64(number))}
	x.out.epochs, x.out.dead, x.out.late = append(x.out.epochs, nil), append(x.out.dead, nil), append(x.out.late, nil)
	for _, d := range x.deliveries(rows) {
		x.seq++
		if err := x.deliver(x.lanes[int(x.seq)%len(x.lanes)], d); err != nil || x.out.err != nil {
			return err
		}
	}
	for p := range x.marks {
		switch {
		case end.final:
			x.marks[p] = clock.Max
		case end.marks != nil:
			x.marks[p] = max(x.marks[p], end.marks[p])
		}
	}
	for i := range x.lanes {
		if err := x.advance(i, number, end.final); err != nil || x.out.err != nil {
			return err
		}
	}
	x.tellGuards()
	x.sort()
	if err := x.account(); err != nil {
		return err
	}
	return x.commit(number)
}

// delivery is a batch for a port.
type delivery struct {
	port int
	rows []arrival
}

// deliveries cuts the rows of an epoch into batches and puts those of all ports into one order.
func (x *trial) deliveries(rows [][]arrival) []delivery {
	perPort := make([][]delivery, len(rows))
	for p := range rows {
		perPort[p] = x.cut(p, rows[p])
	}
	if x.v.feed == lastPortFirst {
		slices.Reverse(perPort)
	}
	if x.v.feed == portByPort || x.v.feed == lastPortFirst {
		return slices.Concat(perPort...)
	}
	var out []delivery
	for at := 0; ; at++ {
		var open []int
		for p := range perPort {
			if len(perPort[p]) > 0 {
				open = append(open, p)
			}
		}
		if len(open) == 0 {
			return out
		}
		p := open[at%len(open)]
		if x.v.feed == drawn {
			p = open[x.r.IntN(len(open))]
		}
		out = append(out, perPort[p][0])
		perPort[p] = perPort[p][1:]
	}
}

func (x *trial) cut(port int, rows []arrival) (out []delivery) {
	for len(rows) > 0 {
		n := x.v.rows
		switch n {
		case 0:
			n = len(rows)
		case -1:
			n = 1 + x.r.IntN(len(rows))
		}
		n = min(n, len(rows))
		if x.v.empties {
			out = append(out, delivery{port, nil})
		}
		out = append(out, delivery{port, rows[:n]})
		rows = rows[n:]
	}
	if x.v.empties {
		out = append(out, delivery{port, nil})
	}
	return out
}

// deliver hands a batch to the lane: through the operators before the exchange, if there is one.
func (x *trial) deliver(l *trialLane, d delivery) error {
	in := x.test.ports[d.port]
	b := x.v.looks.dress(d.port, in.schema, d.rows, x.r)
	b.Order = zset.Order{Seq: x.seq}
	if !in.routed {
		return x.process(l, d.port, b)
	}
	var routed error
	err := chain{l.before[d.port], outbox(func(port int, b *zset.Batch) error {
		if port == Dead {
			x.out.dead[len(x.out.dead)-1] = append(x.out.dead[len(x.out.dead)-1], tuples(b)...)
			return nil
		}
		routed = errors.Join(routed, x.route(d.port, b))
		return nil
	})}.Emit(Rows, b.Batch)
	b.spoil()
	x.out.err = err
	return routed
}

// parcel is a batch that waits after an exchange.
type parcel struct {
	port   int
	schema sqltype.Schema
	rows   []arrival
	seq    uint64
}

// route copies rows to the lanes that own their keys.
func (x *trial) route(port int, b *zset.Batch) error {
	keys := x.test.ports[port].keys
	if x.enc[port] == nil {
		x.enc[port] = rowkey.NewEncoder(typesOf(b.Schema, keys))
	}
	var encoded rowkey.Keys
	var cols []*vec.Vec
	for _, k := range keys {
		cols = append(cols, b.Cols[k])
	}
	x.enc[port].Encode(cols, b.N, &encoded)
	parts := make([][]arrival, len(x.lanes))
	for i, row := range tuples(b) {
		d := rowkey.Lane(rowkey.KeyGroup(encoded.Hash[i]), len(x.lanes))
		a := arrival{tuple: row}
		if b.Behind != nil {
			mark := int64(b.Behind[i])
			a.behind = &mark
		}
		parts[d] = append(parts[d], a)
	}
	for d, rows := range parts {
		if len(rows) > 0 {
			x.lanes[d].waiting = append(x.lanes[d].waiting, parcel{port, b.Schema, rows, x.seq})
		}
	}
	return nil
}

// process is one call of the operator under test, with a look at what it did to the batch.
func (x *trial) process(l *trialLane, port int, b lent) error {
	before := b.Copy()
	about := fmt.Sprint(b.Rows, b.Behind)
	out := &catcher{trial: x, order: b.Order}
	_, out.keeps = l.op.(Keeper)
	if x.test.rowwise && b.N == 1 {
		out.from = out.place(b.Batch, 0)
	}
	err := l.op.Process(port, b.Batch, out)
	if !unchanged(before, b.Batch) || fmt.Sprint(b.Rows, b.Behind) != about {
		return breach("a lent batch was changed from\n%s %s to\n%s %v %s", tuples(before), about, tuples(b.Batch), b.Rows,
			b.Behind)
	}
	b.spoil()
	return x.ended(out, err)
}

// unchanged compares a batch with the copy that was made of it.
func unchanged(a, b *zset.Batch) bool {
	for k := range a.Cols {
		if !vec.Equal(a.Cols[k], b.Cols[k]) {
			return false
		}
	}
	return a.N == b.N && slices.Equal(a.Weights, b.Weights)
}

// ended judges the end of a call.
func (x *trial) ended(out *catcher, err error) error {
	if out.breach != nil {
		return out.breach
	}
	if out.refused && !errors.Is(err, errRefused) {
		return breach("the receiver's error is lost: %v", err)
	}
	x.out.err = err
	return nil
}

// advance ends the epoch on a lane: the operators before the exchange, then the rows that came through it, then the
// operator under test.
func (x *trial) advance(lane, number int, final bool) error {
	l := x.lanes[lane]
	for p, chain := range l.before {
		t := Tick{Epoch: int64(number), Now: x.clock.Now, In: x.marks[p : p+1], Watermark: x.marks[p], Final: final}
		for _, o := range chain {
			out := &catcher{trial: x, silent: true}
			if _, err := o.Advance(t, out); err != nil || out.breach != nil {
				return errors.Join(err, out.breach)
			}
		}
	}
	for _, w := range l.waiting {
		b := x.afterExchange(w.port).dress(w.port, w.schema, w.rows, x.r)
		b.Order = zset.Order{Seq: w.seq}
		if err := x.process(l, w.port, b); err != nil || x.out.err != nil {
			return err
		}
	}
	l.waiting = nil
	keeper, keeps := l.op.(Keeper)
	touched := 0
	if keeps {
		touched = keeper.Touched()
	}
	t := Tick{Epoch: int64(number), Now: x.clock.Now, In: slices.Clone(x.marks), Watermark: slices.Min(x.marks),
		Final: final}
	out := &catcher{trial: x, order: zset.Order{Phase: 1, Lane: uint32(lane)}, advancing: true}
	mark, err := l.op.Advance(t, out)
	if e := x.ended(out, err); e != nil || err != nil {
		return e
	}
	// One more: a global aggregate has a row although nothing was touched.
	if keeps && out.rows > 2*(touched+1) {
		return breach("epoch %d: %d rows of %d keys that Advance was said to visit", number, out.rows, touched)
	}
	want := t.Watermark
	if x.test.watermark != nil {
		want = x.test.watermark(t)
	}
	if mark != want || mark < l.mark {
		return breach("epoch %d: output watermark %s after %s, want %s", number, mark, l.mark, want)
	}
	l.mark = mark
	return nil
}

// afterExchange is the looks that batches after an exchange may have: positions end there.
func (x *trial) afterExchange(port int) looks {
	l := x.v.looks &^ (placed | watermarked)
	if x.test.ports[port].flat {
		l &^= coding
	}
	return l
}

// commit makes the epoch's changes a state file.
func (x *trial) commit(number int) error {
	held := int64(0)
	for _, l := range x.lanes {
		held += l.counters[len(l.counters)-1].StateRows
	}
	if held != x.st.Rows() {
		return breach("the gauge says %d groups, the state holds %d", held, x.st.Rows())
	}
	c, err := x.st.Capture(int64(number))
	if err != nil || c == nil {
		return err
	}
	ref, err := c.Write(context.Background(), x.store, fmt.Sprintf("state/%d", number))
	x.files = append(x.files, ref)
	return err
}

// sort puts the rows of the epoch in the order in which a sink sees them.
func (x *trial) sort() {
	slices.SortStableFunc(x.out.epochs[len(x.out.epochs)-1], func(a, b outRow) int {
		return a.order.Compare(b.order)
	})
}

// account checks that the epoch takes nothing back that is not there.
func (x *trial) account() error {
	if !x.legal {
		return nil
	}
	for _, r := range x.out.epochs[len(x.out.epochs)-1] {
		key := r.text
		if x.sums[key] += r.weight; x.sums[key] < 0 {
			return breach("%s takes back what is not there", r)
		}
	}
	return nil
}

// catcher receives what an operator emits during one call, copying it.
type catcher struct {
	trial     *trial
	order     zset.Order
	rows      int // so far
	advancing bool
	silent    bool   // the operator has nothing to emit now
	keeps     bool   // it has state: it emits in Advance only
	from      string // the place of the only row at work, where what is made of it says where it is from
	refused   bool
	seq       uint64
	breach    error
}

// Emit implements Collector.
func (c *catcher) Emit(port int, b *zset.Batch) error {
	x := c.trial
	switch {
	case c.silent:
		c.breach = breach("emits while only time passes")
	case c.refused:
		c.breach = breach("emits after the receiver refused a batch")
	case b.N == 0:
		return nil
	case port == Dead:
		if x.out.emits++; x.out.emits == x.v.refuse {
			c.refused = true
			return errRefused
		}
		x.out.dead[len(x.out.dead)-1] = append(x.out.dead[len(x.out.dead)-1], tuples(b)...)
		return nil
	case c.keeps:
		c.breach = breach("an operator with state emits while rows come")
	case port == LateRows && !x.test.connected.Has(LateRows):
		c.breach = breach("emits late rows that nobody takes")
	default:
		c.breach = errors.Join(c.breach, sound(b, x.test.out))
	}
	if c.breach != nil {
		return c.breach
	}
	if x.out.emits++; x.out.emits == x.v.refuse {
		c.refused = true
		return errRefused
	}
	order := c.order
	if c.advancing {
		if b.Order.Seq < c.seq {
			c.breach = breach("emission %d after %d", b.Order.Seq, c.seq)
			return c.breach
		}
		c.seq = b.Order.Seq
		order.Seq = c.seq
	}
	to := &x.out.epochs[len(x.out.epochs)-1]
	if port == LateRows {
		to = &x.out.late[len(x.out.late)-1]
	}
	c.rows += b.N
	for i, t := range tuples(b) {
		if place := c.place(b, i); port == Rows && place != c.from && c.from != "" {
			c.breach = breach("a row says that it is %s, but it is %s", place, c.from)
			return c.breach
		}
		*to = append(*to, outRow{t, fmt.Sprint(t.values), order, c.place(b, i)})
	}
	return nil
}

// place is where row i says it comes from.
func (c *catcher) place(b *zset.Batch, i int) string {
	if b.Origin == nil {
		return ""
	}
	row := i
	if b.Rows != nil {
		row = int(b.Rows[i])
	}
	mark := clock.Min
	if b.Behind != nil {
		mark = b.Behind[i]
	}
	return strings.TrimSpace(fmt.Sprintf("from %s, behind %s", b.Origin.Offset(row), mark))
}
