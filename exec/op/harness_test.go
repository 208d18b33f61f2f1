package op

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"streamsql/internal/clock"
	"streamsql/internal/diag"
	"streamsql/internal/sqltype"
)

// An opTest is one operator, what arrives on its ports and what must leave it. run plays it as declared, and then
// again along variations (variation_test.go) that must not change the outcome:
//
//	rows of an epoch cut into batches of 1, 2, 3, 7, all and any number, with empty batches between them
//	ports fed one after the other, in either order, in turn, and interleaved at random
//	one to three lanes, where keys are routed as an exchange does
//	a restart after every epoch: capture, restore into fresh operators, also of another number of lanes
//	batches in every dress: weights, validity and watermarks present or absent, anything under NULL, dictionary columns,
//	slices of longer columns, rows with and without a place in the input
//	streams that say the same: each row inserted, taken back and inserted again; a row that replaces another one
//	(−old directly before +new); rows in another order; epochs merged and halved
//	columns that are NULL, all of them or here and there
//	a receiver that refuses a batch
//
// Every trial watches the contract of operators, too: what was lent is neither kept (it is spoiled after each call) nor
// changed; what is emitted fits its schema; the watermark never goes back; nothing is taken back that was not there;
// the gauge of groups is what the state holds; operators with state emit in Advance only, and no more than they have
// touched; after an error nothing is emitted, and Close still works.
//
// A new operator has a table of these tests. Most fields have a zero value that asks for less; a test states the
// properties its operator has (ordered, rowwise, retracts, …), and gets the trials that follow from them. Where the
// outcome is written down only for rows without NULL, trials with NULLs are compared with each other; where there is a
// model, with that.
type opTest struct {
	name   string // of the test, unless it is the only one
	ports  []port
	make   func() (Operator, error)
	out    sqltype.Schema
	epochs []epoch

	// model computes what leaves in each epoch. It replaces want, and judges trials with NULLs as well.
	model func([]epoch) [][]tuple

	// What the operator promises beyond sums of weights per epoch.
	ordered  bool // rows leave in the order of want, for every cut and number of lanes
	rowwise  bool // each row gives its own output: its place, weight and watermark are those of the row
	retracts bool // takes rows back
	// What its outcome depends on, where it does.
	byOrder bool // the order of rows within an epoch
	byEpoch bool // which epoch a row belongs to, beyond the watermark at its end

	// undoes means that an epoch which takes everything back leaves no row and no state.
	undoes bool
	// connected are the ports besides Rows whose batches are taken. Dead always is.
	connected Ports
	// watermark is the output watermark after a tick; nil means the least of the inputs.
	watermark func(Tick) clock.EventTime

	counted Counters // Late, NullTime and RowErrors at the end
	groups  int64    // in state at the end

	// fails is the code with which the run ends; says are parts of its text.
	fails diag.Code
	says  []string
}

// port is one input.
type port struct {
	schema sqltype.Schema
	// before are operators on the lane that has the morsel, ahead of the exchange.
	before func() ([]Operator, error)
	// routed means that an exchange by keys (columns of what before emits) leads to the operator; otherwise lanes get
	// batches in turn.
	routed bool
	keys   []int
	flat   bool  // what before emits has no dictionaries
	never  []int // columns that hold no NULL by contract, whatever their type says
}

// epoch is what arrives until the operators advance.
type epoch struct {
	rows   [][]tuple           // per port, in the order of arrival
	behind [][]clock.EventTime // per port and row; nil: no row carries a watermark
	marks  []clock.EventTime   // input watermark per port after the rows; nil: as before
	final  bool                // every input has ended
	want   []tuple
	dead   []tuple // dead letters
	late   []tuple // what leaves by LateRows, if that is connected
}

// one is an epoch of a single port.
func one(mark clock.EventTime, rows, want []tuple) epoch {
	return epoch{rows: [][]tuple{rows}, marks: []clock.EventTime{mark}, want: want}
}

// run checks the test.
func (c opTest) run(t *testing.T) {
	t.Helper()
	t.Run(c.name, func(t *testing.T) {
		t.Helper()
		if err := c.check(); err != nil {
			t.Error(err)
		}
	})
}

// check returns the first thing that is wrong.
func (c *opTest) check() error {
	epochs := slices.Clone(c.epochs)
	if c.model != nil {
		for i, want := range c.model(epochs) {
			epochs[i].want = want
		}
	}
	if _, err := c.trial(variation{}, nil); err != nil {
		return fmt.Errorf("without any epoch: %w", err)
	}
	base := variation{name: "as declared", rows: 1, looks: placed}
	single, err := c.trial(base, epochs)
	if err != nil {
		return fmt.Errorf("%s: %w", base, err)
	}
	if err := c.declared(single, epochs); err != nil {
		return fmt.Errorf("%s: %w", base, err)
	}
	for _, v := range c.variations() {
		if err := c.vary(v, epochs, single); err != nil {
			return fmt.Errorf("%s: %w", v, err)
		}
	}
	if c.fails != "" {
		return nil
	}
	if err := c.refused(epochs); err != nil {
		return err
	}
	return c.nulls()
}

// declared compares a trial with what the test declares.
func (c *opTest) declared(o outcome, epochs []epoch) error {
	if c.fails != "" {
		return c.failed(o)
	}
	if o.err != nil {
		return o.err
	}
	for i, e := range epochs {
		if err := same(withoutPlace(o.epochs[i]), bare(e.want), c.ordered, false); err != nil {
			return fmt.Errorf("epoch %d: %w", i+1, err)
		}
		if err := same(bare(o.dead[i]), bare(e.dead), false, false); err != nil {
			return fmt.Errorf("epoch %d, dead letters: %w", i+1, err)
		}
		if err := same(withoutPlace(o.late[i]), bare(e.late), false, false); err != nil && c.model == nil {
			return fmt.Errorf("epoch %d, late rows: %w", i+1, err)
		}
	}
	n, w := o.counted, c.counted
	if dropped(n) != dropped(w) {
		return fmt.Errorf("%s; want %s", dropped(n), dropped(w))
	}
	if o.groups != c.groups {
		return fmt.Errorf("%d groups left in state, want %d", o.groups, c.groups)
	}
	return nil
}

// dropped is what the counters say of rows that were not used, or not for all.
func dropped(c Counters) string {
	return fmt.Sprintf("%d late, %d partly late, %d without time, %d row errors", c.Late, c.PartlyLate, c.NullTime,
		c.RowErrors)
}

// failed checks the error of a test that declares one.
func (c *opTest) failed(o outcome) error {
	if o.err == nil {
		return fmt.Errorf("ends without error, want %s", c.fails)
	}
	if diag.CodeOf(o.err) != c.fails {
		return fmt.Errorf("ends with %w, want %s", o.err, c.fails)
	}
	for _, part := range c.says {
		if !strings.Contains(o.err.Error(), part) {
			return fmt.Errorf("the error lacks %q: %w", part, o.err)
		}
	}
	return nil
}

// vary plays a variation and compares it with the declared outcome.
func (c *opTest) vary(v variation, epochs []epoch, single outcome) error {
	o, err := c.trial(v, epochs)
	if err != nil {
		return err
	}
	if c.fails != "" && v.retells() {
		return nil // what other rows fail with is not declared
	}
	if v.story == undone {
		return emptied(o)
	}
	return c.agree(v, o, single)
}

// agree compares two trials of the same rows.
func (c *opTest) agree(v variation, o, single outcome) error {
	if o.err != nil || single.err != nil {
		if diag.CodeOf(o.err) != diag.CodeOf(single.err) || diag.CodeOf(o.err) == diag.Internal {
			return fmt.Errorf("ends with %s, batches of one row with %s", fate(o.err), fate(single.err))
		}
		return nil
	}
	if v.story == merged || v.story == halved {
		return same(slices.Concat(o.epochs...), slices.Concat(single.epochs...), false, true)
	}
	for i := range single.epochs {
		got, want := o.epochs[i], single.epochs[i]
		gotLate, wantLate := o.late[i], single.late[i]
		if !c.rowwise || v.looks&placed == 0 {
			got, want, gotLate, wantLate = withoutPlace(got), withoutPlace(want), withoutPlace(gotLate), withoutPlace(wantLate)
		}
		ordered := c.ordered && !v.retells() && v.feed == portByPort
		if err := same(got, want, ordered, v.retells()); err != nil {
			return fmt.Errorf("epoch %d: %w", i+1, err)
		}
		if err := same(gotLate, wantLate, false, v.retells()); err != nil {
			return fmt.Errorf("epoch %d, late rows: %w", i+1, err)
		}
		if !v.retells() && v.looks&placed != 0 {
			if err := same(bare(o.dead[i]), bare(single.dead[i]), false, false); err != nil {
				return fmt.Errorf("epoch %d, dead letters: %w", i+1, err)
			}
		}
	}
	n, w := o.counted, single.counted
	if !v.retells() && dropped(n) != dropped(w) {
		return fmt.Errorf("%s; batches of one row: %s", dropped(n), dropped(w))
	}
	if o.groups != single.groups {
		return fmt.Errorf("%d groups left in state, want %d", o.groups, single.groups)
	}
	return nil
}

func fate(err error) string {
	if err == nil {
		return "success"
	}
	return err.Error()
}

// emptied checks a trial at whose end everything was taken back.
func emptied(o outcome) error {
	if o.err != nil {
		return o.err
	}
	if err := same(slices.Concat(o.epochs...), nil, false, true); err != nil {
		return err
	}
	if o.groups != 0 {
		return fmt.Errorf("%d groups left in state after everything was taken back", o.groups)
	}
	return nil
}

// refused lets the receiver refuse one batch after another: the operator must return its error at once.
func (c *opTest) refused(epochs []epoch) error {
	all, err := c.trial(variation{}, epochs)
	if err != nil {
		return err
	}
	for at := 1; at <= min(all.emits, 4); at++ {
		v := variation{name: fmt.Sprint("batch ", at, " is refused"), refuse: at}
		o, err := c.trial(v, epochs)
		if err == nil && !errors.Is(o.err, errRefused) {
			err = fmt.Errorf("the error of the receiver became: %s", fate(o.err))
		}
		if err != nil {
			return fmt.Errorf("%s: %w", v, err)
		}
	}
	return nil
}

// nulls replaces values by NULL, one column after the other and here and there, and compares some of the variations
// with batches of one row, and those with the model.
func (c *opTest) nulls() error {
	type choice struct {
		name string
		null func(port, col int) bool
	}
	var choices []choice
	for p, in := range c.ports {
		for k, f := range in.schema {
			if !f.Type.NotNull && !slices.Contains(in.never, k) {
				choices = append(choices, choice{fmt.Sprintf("port %d, %s is NULL", p, f.Name),
					func(port, col int) bool { return port == p && col == k }})
			}
		}
	}
	for seed := range uint64(3) {
		r := rand.New(rand.NewPCG(seed, 7))
		choices = append(choices, choice{fmt.Sprintf("NULLs drawn from seed %d", seed),
			func(int, int) bool { return r.IntN(4) == 0 }})
	}
	for _, x := range choices {
		if err := c.withNulls(c.nulled(x.null)); err != nil {
			return fmt.Errorf("%s: %w", x.name, err)
		}
	}
	return nil
}

// nulled is the epochs with some values replaced by NULL: the same ones wherever a row occurs, so that what is taken
// back is what was given.
func (c *opTest) nulled(null func(port, col int) bool) []epoch {
	known := map[string][]any{}
	out := slices.Clone(c.epochs)
	for i := range out {
		out[i].rows = make([][]tuple, len(c.ports))
		for p, in := range c.ports {
			for _, row := range portRows(c.epochs[i], p) {
				key := fmt.Sprint(p, row.values)
				values, ok := known[key]
				if !ok {
					values = slices.Clone(row.values)
					for k := range values {
						if null(p, k) && !in.schema[k].Type.NotNull && !slices.Contains(in.never, k) {
							values[k] = nil
						}
					}
					known[key] = values
				}
				out[i].rows[p] = append(out[i].rows[p], tuple{row.weight, values})
			}
		}
	}
	return out
}

func (c *opTest) withNulls(epochs []epoch) error {
	single, err := c.trial(variation{rows: 1, looks: placed}, epochs)
	if err != nil {
		return err
	}
	if c.model != nil && single.err == nil {
		for i, want := range c.model(epochs) {
			if err := same(withoutPlace(single.epochs[i]), bare(want), c.ordered, false); err != nil {
				return fmt.Errorf("epoch %d, against the model: %w", i+1, err)
			}
		}
	}
	for _, v := range []variation{
		{name: "whole epochs", looks: placed},
		{name: "3 lanes", rows: 3, lanes: 3, restarts: []int{2, 3}},
		{name: "dictionaries and slices", rows: 7, looks: everyLook},
	} {
		o, err := c.trial(v, epochs)
		if err == nil {
			err = c.agree(v, o, single)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", v, err)
		}
	}
	return nil
}

// same compares rows: in order, as a multiset, or (summed) by the sum of the weights of each row. Rows must agree in
// their place and watermark, too, where those are given.
func same(got, want []outRow, ordered, summed bool) error {
	g, w := texts(got, summed), texts(want, summed)
	if !ordered || summed {
		slices.Sort(g)
		slices.Sort(w)
	}
	for i := range max(len(g), len(w)) {
		a, b := "nothing", "nothing"
		if i < len(g) {
			a = g[i]
		}
		if i < len(w) {
			b = w[i]
		}
		if a != b {
			return fmt.Errorf("row %d of %d is %s\nwant (of %d): %s", i+1, len(g), a, len(w), b)
		}
	}
	return nil
}

// texts prints rows; summed adds up the weights of equal ones first.
func texts(rows []outRow, summed bool) []string {
	var out []string
	if !summed {
		for _, r := range rows {
			out = append(out, strings.TrimSpace(fmt.Sprintf("%+d %s %s", r.weight, r.text, r.place)))
		}
		return out
	}
	sums := map[string]int64{}
	for _, r := range rows {
		sums[r.text] += r.weight
	}
	for text, n := range sums {
		if n != 0 {
			out = append(out, fmt.Sprintf("%+d %s", n, text))
		}
	}
	return out
}

// bare is rows of which neither place nor watermark is known.
func bare(rows []tuple) []outRow {
	out := make([]outRow, len(rows))
	for i, r := range rows {
		out[i] = outRow{tuple: r, text: fmt.Sprint(r.values)}
	}
	return out
}

func withoutPlace(rows []outRow) []outRow {
	out := slices.Clone(rows)
	for i := range out {
		out[i].place = ""
	}
	return out
}

// portRows are the rows of an epoch on a port.
func portRows(e epoch, port int) []tuple {
	if port >= len(e.rows) {
		return nil
	}
	return e.rows[port]
}
