package console

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"syscall"
	"testing"

	"streamsql/internal/diag"
	"streamsql/internal/option"
	"streamsql/internal/sqltype"
	"streamsql/internal/testmain"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
	"streamsql/sinks"
)

func TestMain(m *testing.M) { testmain.Run(m) }

var ctx = context.Background()

var schema = sqltype.Schema{{Name: "n", Type: sqltype.BigIntType}, {Name: "s", Type: sqltype.StringType}}

type change struct {
	w int64
	n any
	s any
}

func batch(changes ...change) *zset.Batch {
	b := &zset.Batch{Schema: schema, N: len(changes)}
	var ns, ss []any
	updating := false
	for _, c := range changes {
		ns, ss = append(ns, c.n), append(ss, c.s)
		b.Weights = append(b.Weights, c.w)
		updating = updating || c.w != 1
	}
	if !updating {
		b.Weights = nil
	}
	b.Cols = []*vec.Vec{vec.Make(sqltype.BigIntType, ns...), vec.Make(sqltype.StringType, ss...)}
	return b
}

// show runs one epoch per batch and ends well.
func show(t *testing.T, s sinks.Sink, epochs ...*zset.Batch) {
	t.Helper()
	_, err := s.Fence(ctx, "q", 1)
	must(t, err)
	enc := s.Encoder(0)
	for n, b := range epochs {
		data, err := enc.Encode(nil, b)
		must(t, err)
		tx, err := s.Begin(ctx, int64(n), nil)
		must(t, err)
		must(t, tx.Write(ctx, sinks.Block{Data: data}))
		must(t, tx.Stage(ctx))
		must(t, tx.Commit(ctx, sinks.Marker{Epoch: int64(n)}))
	}
	must(t, s.Close())
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestOutputs(t *testing.T) {
	added := []*zset.Batch{batch(change{1, 1, "a"}, change{1, 2, nil}),
		batch(change{1, nil, "x,\"y\""}, change{1, 1, "a"})}
	changed := []*zset.Batch{
		batch(change{1, 1, "a"}, change{1, 1, "b"}),
		batch(change{-1, 1, "a"}, change{1, 2, "a"}, change{2, 9, ""}),
		batch(change{0, 5, "never"}, change{-1, 9, ""}),
	}
	for name, c := range map[string]struct {
		kind              string
		updating, bounded bool
		in                []*zset.Batch
		want              string
	}{
		"rows as JSON": {KindJSONL, false, true, added, `
{"n":1,"s":"a"}
{"n":2,"s":null}
{"n":null,"s":"x,\"y\""}
{"n":1,"s":"a"}
`},
		"changes as JSON": {KindJSONL, true, false, changed, `
{"_op":"+I","n":1,"s":"a"}
{"_op":"+I","n":1,"s":"b"}
{"_op":"-D","n":1,"s":"a"}
{"_op":"+I","n":2,"s":"a"}
{"_op":"+I","n":9,"s":""}
{"_op":"+I","n":9,"s":""}
{"_op":"-D","n":9,"s":""}
`},
		"what remains as JSON": {KindJSONL, true, true, changed, `
{"n":1,"s":"b"}
{"n":2,"s":"a"}
{"n":9,"s":""}
`},
		"changelog": {KindChangelog, false, true, added[:1], `
{"_op":"+I","_epoch":7,"n":1,"s":"a"}
{"_op":"+I","_epoch":7,"n":2,"s":null}
`},
		"changelog of bounded changes": {KindChangelog, true, true, changed[1:2], `
{"_op":"-D","_epoch":7,"n":1,"s":"a"}
{"_op":"+I","_epoch":7,"n":2,"s":"a"}
{"_op":"+I","_epoch":7,"n":9,"s":""}
{"_op":"+I","_epoch":7,"n":9,"s":""}
`},
		"rows as CSV": {KindCSV, false, true, added, "\nn,s\n1,a\n2,\n,\"x,\"\"y\"\"\"\n1,a\n"},
		"changes as CSV": {KindCSV, true, false, changed[1:2],
			"\n_op,n,s\n-D,1,a\n+I,2,a\n+I,9,\"\"\n+I,9,\"\"\n"},
		"what remains as CSV": {KindCSV, true, true, changed, "\nn,s\n1,b\n2,a\n9,\"\"\n"},
		"no rows as CSV":      {KindCSV, false, true, nil, "\nn,s\n"},
		"no rows as JSON":     {KindJSONL, true, true, nil, "\n"},
		"nothing":             {KindNone, true, true, changed, "\n"},
		"rows as a table": {KindTable, false, true, added,
			"\n+------+-------+\n|    n | s     |\n+------+-------+\n" +
				"|    1 | a     |\n|    2 | NULL  |\n| NULL | x,\"y\" |\n|    1 | a     |\n+------+-------+\n"},
		"what remains, boxed": {KindTable, true, true, changed,
			"\n+---+---+\n| n | s |\n+---+---+\n| 1 | b |\n| 2 | a |\n| 9 |   |\n+---+---+\n"},
		"changing table, live": {KindTable, true, false, changed[:2],
			"\n+---+---+\n| n | s |\n+---+---+\n| 1 | a |\n| 1 | b |\n+---+---+\n" +
				"+---+---+\n| n | s |\n+---+---+\n| 1 | b |\n| 2 | a |\n| 9 |   |\n| 9 |   |\n+---+---+\n"},
		"growing table, live": {KindTable, false, false,
			[]*zset.Batch{batch(change{1, 1, "a"}), batch(change{1, 2, "b"})},
			"\n+---+---+\n| n | s |\n+---+---+\n| 1 | a |\n+---+---+\n" +
				"+---+---+\n| n | s |\n+---+---+\n| 2 | b |\n+---+---+\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			s, err := New(&out, Options{Kind: c.kind, Schema: schema, Updating: c.updating, Bounded: c.bounded,
				Epoch: func() int64 { return 7 }})
			must(t, err)
			show(t, s, c.in...)
			if got, want := out.String(), strings.TrimPrefix(c.want, "\n"); got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
		})
	}
}

func TestPrint(t *testing.T) {
	values, _ := option.Check(Declaration.Options, map[string]string{optIdentifier: "out"})
	bare, _ := option.Check(Declaration.Options, nil)
	for name, c := range map[string]struct {
		values option.Values
		prefix string
	}{"bare": {bare, ""}, "named": {values, "out> "}} {
		var out bytes.Buffer
		s, err := newPrint(&output{w: &out}, sinks.Spec{Schema: schema, Values: c.values})
		must(t, err)
		show(t, s, batch(change{2, 7, "apple"}), batch(change{-1, nil, "apple"}))
		want := strings.ReplaceAll("+I[7, apple]\n+I[7, apple]\n-D[null, apple]\n", "+I", c.prefix+"+I")
		want = strings.ReplaceAll(want, "-D", c.prefix+"-D")
		if out.String() != want {
			t.Errorf("%s: got\n%s", name, out.String())
		}
	}
}

// Nothing of an epoch is shown before it is committed; after one that failed there is no final result.
func TestEpochsAreShownWhole(t *testing.T) {
	var out bytes.Buffer
	s, err := New(&out, Options{Kind: KindJSONL, Schema: schema, Updating: true})
	must(t, err)
	tx, err := s.Begin(ctx, 0, nil)
	must(t, err)
	must(t, tx.Write(ctx, sinks.Block{Data: []byte("x\n")}))
	must(t, tx.Stage(ctx))
	if out.Len() > 0 {
		t.Errorf("%q was shown before the commit", &out)
	}
	must(t, tx.Abort(ctx))
	must(t, s.Close())

	s, err = New(&out, Options{Kind: KindTable, Schema: schema, Updating: true, Bounded: true})
	must(t, err)
	_, err = s.Begin(ctx, 0, nil)
	must(t, err)
	must(t, s.Close())

	dropped, err := New(&out, Options{Kind: KindTable, Schema: schema, Bounded: true})
	must(t, err)
	dropped.(*Sink).Drop()
	show(t, dropped)

	neverStarted, err := New(&out, Options{Kind: KindCSV, Schema: schema})
	must(t, err)
	must(t, neverStarted.Close())
	if out.Len() > 0 {
		t.Errorf("%q was shown after a failure", &out)
	}
	if f, ok := s.(sinks.Forgetful); !ok || !f.Forgets() {
		t.Error("it must say that it forgets")
	}
}

// A value cannot move the cursor, change colours or break the box.
func TestControlBytesAreVisible(t *testing.T) {
	for in, want := range map[string]string{
		"plain é 漢":     "plain é 漢",
		"\x1b[31mred":   `\x1b[31mred`,
		"a\nb\tc\rd":    `a\nb\tc\rd`,
		"\x00\x1f\x7f":  `\x00\x1f\x7f`,
		"\u009b2J":      `\x9b2J`,
		"\xff":          `\xff`,
		"\u202egnp.exe": `\u202egnp.exe`,
	} {
		if got := string(visible(nil, []byte(in))); got != want {
			t.Errorf("%q is shown as %q, want %q", in, got, want)
		}
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, syscall.EPIPE }

func TestReaderGone(t *testing.T) {
	s, err := New(brokenPipe{}, Options{Kind: KindJSONL, Schema: schema})
	must(t, err)
	tx, err := s.Begin(ctx, 0, nil)
	must(t, err)
	err = tx.Write(ctx, sinks.Block{Data: []byte("x\n")})
	if !errors.Is(err, ErrPipe) || diag.CodeOf(err) != diag.SinkFailed {
		t.Errorf("error %v", err)
	}
	if _, err := New(nil, Options{Kind: "xml"}); diag.CodeOf(err) != diag.Usage {
		t.Errorf("kind xml gives %v", err)
	}
}

// A long list leaves in several boxes; a fold forgets what was taken back.
func TestMemoryIsBounded(t *testing.T) {
	var out bytes.Buffer
	s, err := New(&out, Options{Kind: KindTable, Schema: schema, Bounded: true})
	must(t, err)
	row := batch(change{1, 1, "a"})
	epochs := make([]*zset.Batch, maxList+1)
	for i := range epochs {
		epochs[i] = row
	}
	show(t, s, epochs...)
	if n := strings.Count(out.String(), "| n | s |"); n != 2 {
		t.Errorf("%d boxes, want 2", n)
	}
	f := newFold(plainLines)
	for i := range 10_000 {
		f.change([]byte{byte(i), byte(i >> 8)}, 1)
		f.change([]byte{byte(i), byte(i >> 8)}, -1)
		f.add(nil)
	}
	if len(f.rows) > 200 || len(f.at) > 0 {
		t.Errorf("%d entries, %d known rows", len(f.rows), len(f.at))
	}
}
