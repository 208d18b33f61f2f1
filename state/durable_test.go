package state

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"streamsql/internal/diag"
	"streamsql/internal/fault"
	"streamsql/internal/rowkey"
	"streamsql/internal/store"
	"streamsql/internal/vec"
)

var ctx = context.Background()

// world is a small query: a table per layout, one whose last key column plays no part in placement, panes, and a table
// that lane 0 has alone. It mirrors what the containers should hold.
type world struct {
	decls  map[string]Decl
	lanes  int
	state  *State
	tables map[string][]*Table
	panes  []*Panes
	alone  *Table

	model     map[string]map[int64]row
	paneModel map[int64]map[int64]row
	store     store.Store
	files     []FileRef
	epoch     int64
}

func worldDecls() map[string]Decl {
	out := maps.Clone(decls)
	extra := decls["var"]
	extra.Operator, extra.Extra = "agg-4", 1
	out["extra"] = extra
	return out
}

var (
	paneDecl  = Decl{Operator: "window-1", Name: "panes", Version: 1, Key: decls["var"].Key, Values: values}
	aloneDecl = Decl{Operator: "source-bids", Name: "seen", Version: 1, Key: decls["var"].Key, Values: values}
)

func newWorld(st store.Store, lanes int) *world { return worldOf(st, lanes, worldDecls()) }

// smallWorld has fewer containers, for tests that open it thousands of times.
func smallWorld(st store.Store, lanes int) *world {
	return worldOf(st, lanes, map[string]Decl{"var": decls["var"]})
}

func worldOf(st store.Store, lanes int, tables map[string]Decl) *world {
	w := &world{
		decls: tables, lanes: lanes, state: New(lanes, nil), tables: map[string][]*Table{}, store: st,
		model: map[string]map[int64]row{"alone": {}}, paneModel: map[int64]map[int64]row{},
	}
	for name, d := range tables {
		w.model[name] = map[int64]row{}
		for lane := range lanes {
			w.tables[name] = append(w.tables[name], w.state.Table(lane, d))
		}
	}
	for lane := range lanes {
		w.panes = append(w.panes, w.state.Panes(lane, paneDecl))
	}
	w.alone = w.state.Table(0, aloneDecl)
	return w
}

// laneOf places a key as the exchange does.
func laneOf(d Decl, num int64, lanes int) int {
	placed := d.Key[:len(d.Key)-d.Extra]
	var k rowkey.Keys
	rowkey.NewEncoder(placed).Encode(keyColumns(d, []int64{num})[:len(placed)], 1, &k)
	return rowkey.Lane(rowkey.KeyGroup(k.Hash[0]), lanes)
}

func change(t *Table, num int64, r row) {
	gids := upsertRows(t, []int64{num})
	t.Touch(gids)
	put(t, gids[0], r)
}

func remove(t *Table, num int64) {
	gids := make([]uint32, 1)
	t.Find(keysOf(t.decl, []int64{num}), gids)
	if gids[0] != NoGroup {
		t.Delete(gids)
	}
}

// step changes some of everything.
func (w *world) step(r *rand.Rand, changes int) {
	text := func() row { return row{r.Int64N(1000) - 500, strings.Repeat("x", r.IntN(30))} }
	for range changes {
		for _, name := range slices.Sorted(maps.Keys(w.tables)) {
			tables, num := w.tables[name], r.Int64N(60)
			t := tables[laneOf(tables[0].decl, num, w.lanes)]
			if r.IntN(4) == 0 {
				remove(t, num)
				delete(w.model[name], num)
				continue
			}
			w.model[name][num] = text()
			change(t, num, w.model[name][num])
		}
		num, at := r.Int64N(20), r.Int64N(8)*10
		p := w.panes[laneOf(paneDecl, num, w.lanes)]
		switch r.IntN(8) {
		case 0:
			for _, p := range w.panes {
				p.Drop(at)
			}
			delete(w.paneModel, at)
		case 1:
			if t, ok := p.Peek(at); ok {
				remove(t, num)
				delete(w.paneModel[at], num)
			}
		default:
			if w.paneModel[at] == nil {
				w.paneModel[at] = map[int64]row{}
			}
			w.paneModel[at][num] = text()
			change(p.At(at), num, w.paneModel[at][num])
		}
		w.model["alone"][num] = text()
		change(w.alone, num, w.model["alone"][num])
	}
}

func (w *world) commit(t *testing.T) {
	t.Helper()
	w.epoch++
	c, err := w.state.Capture(w.epoch)
	if err != nil {
		t.Fatal(err)
	}
	if c == nil {
		return
	}
	ref, err := c.Write(ctx, w.store, fmt.Sprintf("state/%d.delta", w.epoch))
	if err != nil {
		t.Fatal(err)
	}
	w.files = append(w.files, ref)
}

// want is the model as text → row.
func (w *world) want() map[string]row {
	out := map[string]row{}
	for name, m := range w.model {
		d := aloneDecl
		if t := w.tables[name]; t != nil {
			d = t[0].decl
		}
		for k, r := range modelText(d, m) {
			out[name+" "+k] = r
		}
	}
	for at, m := range w.paneModel {
		for k, r := range modelText(paneDecl, m) {
			out[fmt.Sprint("pane ", at, " ", k)] = r
		}
	}
	return out
}

func (w *world) got(t *testing.T) map[string]row {
	t.Helper()
	out := map[string]row{}
	add := func(prefix string, lane int, table *Table) {
		for k, r := range content(table) {
			if _, twice := out[prefix+k]; twice {
				t.Fatalf("%s%s is on two lanes", prefix, k)
			}
			out[prefix+k] = r
		}
	}
	for name, tables := range w.tables {
		for lane, table := range tables {
			add(name+" ", lane, table)
			checkLane(t, table, lane, w.lanes)
		}
	}
	for lane, p := range w.panes {
		p.each(func(x pane) { add(fmt.Sprint("pane ", x.time, " "), lane, x.table) })
	}
	add("alone ", 0, w.alone)
	return out
}

// checkLane proves that every group is on the lane to which an exchange would send its rows.
func checkLane(t *testing.T, table *Table, lane, lanes int) {
	t.Helper()
	var k rowkey.Keys
	table.KeysOf(table.Gids(nil), &k)
	for _, h := range newShape(schema{table.decl, tableKind}).placement(&k) {
		if rowkey.Lane(rowkey.KeyGroup(h), lanes) != lane {
			t.Fatalf("a group of %s is on lane %d of %d, its rows are not", table.decl.ID(), lane, lanes)
		}
	}
}

func (w *world) check(t *testing.T, when string) {
	t.Helper()
	if got, want := w.got(t), w.want(); !maps.Equal(got, want) {
		for k, r := range want {
			if got[k] != r {
				t.Errorf("%s: %s is %v, want %v", when, k, got[k], r)
			}
		}
		for k, r := range got {
			if _, ok := want[k]; !ok {
				t.Errorf("%s: %s is %v, should not exist", when, k, r)
			}
		}
		t.FailNow()
	}
}

// reopened is what a restart on so many lanes sees.
func (w *world) reopened(t *testing.T, lanes int, files []FileRef) *world {
	t.Helper()
	n := worldOf(w.store, lanes, w.decls)
	got, err := n.state.Restore(ctx, w.store, files, nil)
	if err != nil {
		t.Fatal(err)
	}
	if int(got.Rows) != len(w.want()) || got.Files != len(files) {
		t.Fatalf("restored %+v, want %d rows", got, len(w.want()))
	}
	n.model, n.paneModel, n.files, n.epoch = w.model, w.paneModel, w.files, w.epoch
	return n
}

// Random epochs, restarts on other numbers of lanes, and merges: the content is always that of the model.
func TestEpochsRestartsAndMerges(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	w := newWorld(store.NewMemory(), 2)
	merged := 0
	for round := range 90 {
		w.step(r, []int{0, 1, 5, 40}[r.IntN(4)])
		w.commit(t)
		w.check(t, fmt.Sprint("round ", round))
		c := Compactor{Store: w.store}
		if inputs, ok := c.Plan(w.files); ok && r.IntN(2) == 0 {
			merged++
			w.merge(t, &c, inputs, fmt.Sprintf("state/%d.merged", round))
		}
		if r.IntN(4) == 0 {
			w = w.reopened(t, []int{1, 2, 3, 4, 7}[r.IntN(5)], w.files)
			w.check(t, fmt.Sprint("restart after round ", round))
		}
	}
	if merged < 5 {
		t.Fatalf("only %d merges", merged)
	}
	all := &Compactor{Store: w.store}
	inputs := slices.Clone(w.files)
	inputs[0].First = 0
	ref, err := all.Merge(ctx, inputs, "state/all.merged")
	if err != nil {
		t.Fatal(err)
	}
	w.reopened(t, 2, []FileRef{ref}).check(t, "one file")
	rows := int64(0)
	infos, err := Inspect(ctx, w.store, []FileRef{ref})
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range infos {
		rows += i.Rows
	}
	if info, err := ReadHeader(ctx, w.store, FileRef{Name: ref.Name}); err != nil || info.Rows != rows ||
		int(rows) != len(w.want()) {
		t.Fatalf("a merge with the oldest file keeps tombstones: %d rows, %d alive (%v)", info.Rows, rows, err)
	}
}

func (w *world) merge(t *testing.T, c *Compactor, inputs []FileRef, name string) {
	t.Helper()
	out, err := c.Merge(ctx, inputs, name)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(w.files, func(f FileRef) bool { return f.Name == inputs[0].Name })
	w.files = slices.Replace(slices.Clone(w.files), at, at+len(inputs), out)
	if out.Class != inputs[0].Class+1 || out.Last != inputs[len(inputs)-1].Last {
		t.Fatalf("merged file %+v of %+v", out, inputs)
	}
}

func TestNothingTouchedNoFile(t *testing.T) {
	w := newWorld(store.NewMemory(), 2)
	if c, err := w.state.Capture(1); c != nil || err != nil {
		t.Fatalf("capture of nothing: %v %v", c, err)
	}
	w.step(rand.New(rand.NewPCG(1, 1)), 10)
	if c, err := w.state.Capture(2); c == nil || err != nil {
		t.Fatalf("capture of something: %v %v", c, err)
	}
	if c, err := w.state.Capture(3); c != nil || err != nil {
		t.Fatalf("touched sets survive a capture: %v %v", c, err)
	}
}

// Two runs of the same epochs write the same bytes: positions in the index, which are secret, reach no file.
func TestFilesAreDeterministic(t *testing.T) {
	file := func() []byte {
		s := New(1, nil)
		table := s.Table(0, decls["var"])
		for i := range int64(3000) {
			change(table, i*31%3000, row{i, fmt.Sprint(i)})
		}
		c, err := s.Capture(7)
		if err != nil {
			t.Fatal(err)
		}
		return c.data
	}
	a := file()
	old := secret
	secret = 0x123456789abcdef1
	defer func() { secret = old }()
	if !bytes.Equal(a, file()) {
		t.Fatal("files differ")
	}
}

// smallFile is a file with every kind of section.
func smallFile(t testing.TB) (*world, []byte) {
	t.Helper()
	w := smallWorld(store.NewMemory(), 2)
	r := rand.New(rand.NewPCG(9, 9))
	w.step(r, 6)
	c, err := w.state.Capture(1)
	if err != nil {
		t.Fatal(err)
	}
	ref, err := c.Write(ctx, w.store, "state/1.delta")
	if err != nil {
		t.Fatal(err)
	}
	w.files, w.epoch = []FileRef{ref}, 1
	for _, p := range w.panes {
		for _, at := range p.Times() {
			p.Drop(at)
			delete(w.paneModel, at)
		}
	}
	w.step(r, 2)
	w.epoch++
	c, err = w.state.Capture(w.epoch)
	if err != nil {
		t.Fatal(err)
	}
	ref, err = c.Write(ctx, w.store, "state/2.delta")
	if err != nil {
		t.Fatal(err)
	}
	w.files = append(w.files, ref)
	return w, c.data
}

func restoreBytes(data []byte, ref FileRef) error {
	st := store.NewMemory()
	if err := st.Create(ctx, ref.Name, data, nil); err != nil {
		return err
	}
	_, err := smallWorld(st, 2).state.Restore(ctx, st, []FileRef{ref}, nil)
	return err
}

// Every flipped byte and every truncation is found, also when only the name of the file is known.
func TestEveryByteIsChecked(t *testing.T) {
	w, data := smallFile(t)
	ref := w.files[1]
	blind := FileRef{Name: ref.Name}
	if err := restoreBytes(data, ref); err != nil {
		t.Fatal(err)
	}
	for i := range data {
		bad := bytes.Clone(data)
		bad[i] ^= 1 << (i % 8)
		checkDamage(t, restoreBytes(bad, blind), fmt.Sprintf("byte %d flipped", i))
	}
	for n := range data {
		checkDamage(t, restoreBytes(data[:n], blind), fmt.Sprintf("cut at %d", n))
	}
	checkDamage(t, restoreBytes(append(bytes.Clone(data), 0), ref), "a byte more")
	checkDamage(t, restoreBytes(w.other(t), ref), "another valid file")
}

// other is a valid file of the same length as may be, that is not the recorded one.
func (w *world) other(t *testing.T) []byte {
	data, err := w.store.Get(ctx, w.files[0].Name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func checkDamage(t *testing.T, err error, what string) {
	t.Helper()
	if diag.ExitOf(err) != diag.ExitState {
		t.Fatalf("%s: %v", what, err)
	}
	if !strings.Contains(err.Error(), "state/2.delta") {
		t.Fatalf("%s: the file is not named: %v", what, err)
	}
}

func TestDamageNamesTheSection(t *testing.T) {
	w, data := smallFile(t)
	f, err := openFile(ctx, w.store, w.files[1])
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range f.sections {
		bad := bytes.Clone(data)
		bad[s.At] ^= 1
		err := restoreBytes(bad, w.files[1])
		if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("section %d", i)) ||
			!strings.Contains(err.Error(), f.schemas[s.Container].ID()) {
			t.Fatalf("section %d: %v", i, err)
		}
	}
}

func TestMissingFile(t *testing.T) {
	w, _ := smallFile(t)
	_ = w.store.Delete(ctx, "state/2.delta")
	_, err := smallWorld(w.store, 1).state.Restore(ctx, w.store, w.files, nil)
	if !errors.Is(err, diag.New(diag.StateMissing, "")) || !strings.Contains(err.Error(), "state/2.delta") {
		t.Fatal(err)
	}
}

func TestOtherVersion(t *testing.T) {
	_, data := smallFile(t)
	copy(data[len(magicStart):], "9")
	if err := restoreBytes(data, FileRef{Name: "state/2.delta"}); !errors.Is(err, diag.New(diag.StateVersion, "")) {
		t.Fatal(err)
	}
}

func TestQueryThatDoesNotFit(t *testing.T) {
	st := store.NewMemory()
	s := New(1, nil)
	change(s.Table(0, decls["w8"]), 1, row{1, "a"})
	c, _ := s.Capture(1)
	ref, err := c.Write(ctx, st, "state/1")
	if err != nil {
		t.Fatal(err)
	}
	other := decls["w8"]
	other.Values = other.Values[1:]
	for name, claim := range map[string]func(*State){
		"no container": func(s *State) {}, "other columns": func(s *State) { s.Table(0, other) },
		"other kind": func(s *State) { s.Panes(0, decls["w8"]) },
	} {
		s := New(1, nil)
		claim(s)
		if _, err := s.Restore(ctx, st, []FileRef{ref}, nil); !errors.Is(err, diag.New(diag.StateMismatch, "")) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFaultPoints(t *testing.T) {
	w, _ := smallFile(t)
	boom := errors.New("boom")
	faults := &fault.Set{}
	faults.Arm(fault.RestoreHalf, 1, func() error { return boom })
	if _, err := smallWorld(w.store, 1).state.Restore(ctx, w.store, w.files, faults); !errors.Is(err, boom) {
		t.Fatalf("restore: %v", err)
	}
	for _, point := range []string{fault.CompactHalf, fault.CompactWritten} {
		faults := &fault.Set{}
		faults.Arm(point, 1, func() error { return boom })
		c := Compactor{Store: w.store, Faults: faults}
		if _, err := c.Merge(ctx, w.files, "state/"+point); !errors.Is(err, boom) {
			t.Fatalf("%s: %v", point, err)
		}
		if _, err := w.store.Get(ctx, "state/"+point); (err == nil) != (point == fault.CompactWritten) {
			t.Fatalf("%s: file visible: %v", point, err)
		}
	}
	w.reopened(t, 2, w.files).check(t, "after failed merges")
}

func TestPlan(t *testing.T) {
	files := func(classes ...int) []FileRef {
		var out []FileRef
		for i, c := range classes {
			out = append(out, FileRef{Name: fmt.Sprint(i), Class: c, First: int64(i) + 5, Last: int64(i) + 5})
		}
		return out
	}
	times := func(n, class int) []int { return slices.Repeat([]int{class}, n) }
	for _, c := range []struct {
		classes []int
		first   string
		epoch   int64
	}{
		{nil, "", 0},
		{times(7, 0), "", 0},
		{times(8, 0), "0", 0},
		{append(times(1, 2), times(9, 0)...), "1", 6},
		{append(times(8, 1), times(3, 0)...), "0", 0},
		{append(times(8, 1), times(8, 0)...), "8", 13},
		{append(append(times(4, 0), 1), times(4, 0)...), "", 0},
	} {
		p := Compactor{}
		got, ok := p.Plan(files(c.classes...))
		if ok != (c.first != "") || ok && (got[0].Name != c.first || got[0].First != c.epoch || len(got) != FanIn) {
			t.Errorf("%v: %v %v", c.classes, got, ok)
		}
	}
}

func TestInspectRowsExport(t *testing.T) {
	w, _ := smallFile(t)
	infos, err := Inspect(ctx, w.store, w.files)
	if err != nil {
		t.Fatal(err)
	}
	if err := Verify(ctx, w.store, w.files); err != nil {
		t.Fatal(err)
	}
	total := int64(0)
	for _, info := range infos {
		total += info.Rows
		got := map[string]row{}
		err := Rows(ctx, w.store, w.files, info.ID, func(b *Block) error {
			for i := range b.N {
				got[keyText(b.Keys, i)] = row{b.Values[0].Value(i).(int64), b.Values[2].Value(i).(string)}
				if b.Values[1].Value(i) != (b.Values[0].Value(i).(int64)&1 != 0) ||
					b.Values[3].Value(i) != vec.I128Of(b.Values[0].Value(i).(int64)) {
					t.Errorf("%s: columns disagree", info.ID)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if info.Kind == "table" && len(got) != int(info.Rows) {
			t.Errorf("%s: %d rows, want %d", info.ID, len(got), info.Rows)
		}
		var out bytes.Buffer
		if err := Export(ctx, w.store, w.files, info.ID, nil, &out); err != nil {
			t.Fatal(err)
		}
		if n := exportedRows(t, out.Bytes()); n != info.Rows {
			t.Errorf("%s: %d rows exported, want %d", info.ID, n, info.Rows)
		}
	}
	if int(total) != len(w.want()) {
		t.Errorf("%d rows, want %d", total, len(w.want()))
	}
	err = Rows(ctx, w.store, w.files, "agg-9/groups", nil)
	if !errors.Is(err, diag.New(diag.StateUnknown, "")) || !strings.Contains(err.Error(), "agg-3/groups") {
		t.Errorf("unknown container: %v", err)
	}
}

func FuzzOpen(f *testing.F) {
	_, data := smallFile(f)
	f.Add(data)
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, data []byte) {
		err := restoreBytes(data, FileRef{Name: "state/2.delta"})
		if err != nil && diag.ExitOf(err) != diag.ExitState {
			t.Fatal(err)
		}
	})
}
