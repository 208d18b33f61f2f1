package wal

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"streamsql/internal/diag"
	"streamsql/internal/store"
)

// remove, put and edit do what a meddling person would.
func remove(t *testing.T, st store.Store, names ...string) {
	t.Helper()
	for _, n := range names {
		must(t, st.Delete(ctx, n))
	}
}

func put(t *testing.T, st store.Store, name, data string) {
	t.Helper()
	must(t, st.Replace(ctx, name, []byte(data)))
}

func content(t *testing.T, st store.Store, name string) string {
	t.Helper()
	data, err := st.Get(ctx, name)
	must(t, err)
	return string(data)
}

// TestRefusals goes through the lines of Recovery: what the rules cannot have produced is refused, naming the files.
func TestRefusals(t *testing.T) {
	other := store.NewMemory()
	l, err := Open(ctx, other, nil)
	must(t, err)
	_, err = l.AcquireTerm(ctx, Claim{Now: start})
	must(t, err)
	must(t, run(l, other, 0))
	must(t, run(l, other, 1))
	must(t, run(l, other, 2))
	must(t, run(l, other, 3))

	cases := []struct {
		name   string
		harm   func(t *testing.T, st store.Store)
		code   diag.Code
		naming []string
	}{
		{"two ahead", func(t *testing.T, st store.Store) { remove(t, st, "commits/3") }, diag.LogMissing,
			[]string{"commits/3", "offsets/4"}},
		{"three ahead", func(t *testing.T, st store.Store) { remove(t, st, "commits/3", "commits/2") }, diag.LogMissing,
			[]string{"commits/2 to commits/3", "offsets/4"}},
		{"no commits", func(t *testing.T, st store.Store) {
			remove(t, st, "commits/0", "commits/1", "commits/2", "commits/3")
		}, diag.LogMissing, []string{"commits/0 to commits/3"}},
		{"no offsets", func(t *testing.T, st store.Store) {
			remove(t, st, "offsets/0", "offsets/1", "offsets/2", "offsets/3", "offsets/4")
		}, diag.LogMissing, []string{"offsets/0 to offsets/3", "commits/3"}},
		{"newest offsets gone", func(t *testing.T, st store.Store) { remove(t, st, "offsets/3", "offsets/4") },
			diag.LogMissing,
			[]string{"offsets/3", "commits/3"}},
		{"gap in offsets", func(t *testing.T, st store.Store) { remove(t, st, "offsets/2") }, diag.LogMissing,
			[]string{"offsets/2"}},
		{"gap in commits", func(t *testing.T, st store.Store) { remove(t, st, "commits/1") }, diag.LogMissing,
			[]string{"commits/1"}},
		{"start of the open epoch gone", func(t *testing.T, st store.Store) {
			remove(t, st, "offsets/0", "offsets/1", "offsets/2", "offsets/3")
		}, diag.LogMissing, []string{"offsets/3"}},
		{"metadata gone", func(t *testing.T, st store.Store) { remove(t, st, "metadata") }, diag.LogMissing,
			[]string{"metadata"}},
		{"metadata gone beside a text only", func(t *testing.T, st store.Store) {
			for _, dir := range []string{"offsets/", "commits/", "metadata", "state/"} {
				infos, err := st.List(ctx, dir)
				must(t, err)
				for _, i := range infos {
					remove(t, st, i.Name)
				}
			}
		}, diag.LogMissing, []string{"metadata"}},
		{"logs gone beside state", func(t *testing.T, st store.Store) {
			for i := range 4 {
				remove(t, st, fmt.Sprintf("offsets/%d", i), fmt.Sprintf("commits/%d", i))
			}
			remove(t, st, "offsets/4")
		}, diag.LogMissing, []string{"offsets/", "state/0"}},
		{"metadata empty", func(t *testing.T, st store.Store) { put(t, st, "metadata", "") }, diag.LogDamaged,
			[]string{"metadata"}},
		{"metadata odd", func(t *testing.T, st store.Store) { put(t, st, "metadata", `{"id":"7"}`) }, diag.LogDamaged,
			[]string{"metadata", "7"}},
		{"metadata of another query", func(t *testing.T, st store.Store) {
			put(t, st, "metadata", content(t, other, "metadata"))
		}, diag.LogForeign, []string{testID}},
		{"offsets of another query", func(t *testing.T, st store.Store) {
			put(t, st, "offsets/3", content(t, other, "offsets/3"))
		}, diag.LogForeign, []string{"offsets/3", testID}},
		{"commit of another query", func(t *testing.T, st store.Store) {
			put(t, st, "commits/3", content(t, other, "commits/3"))
		}, diag.LogForeign, []string{"commits/3", testID}},
		{"offsets of another epoch", func(t *testing.T, st store.Store) {
			put(t, st, "offsets/4", content(t, st, "offsets/2"))
		}, diag.LogForeign, []string{"offsets/4", "epoch 2"}},
		{"commit of another epoch", func(t *testing.T, st store.Store) {
			put(t, st, "commits/3", content(t, st, "commits/2"))
		}, diag.LogForeign, []string{"commits/3", "epoch 2"}},
		{"offsets empty", func(t *testing.T, st store.Store) { put(t, st, "offsets/4", "") }, diag.LogDamaged,
			[]string{"offsets/4", "empty"}},
		{"commit empty", func(t *testing.T, st store.Store) { put(t, st, "commits/3", "") }, diag.LogDamaged,
			[]string{"commits/3", "empty"}},
		{"offsets of a later format", func(t *testing.T, st store.Store) { put(t, st, "offsets/4", "v2\n{}") },
			diag.LogVersion, []string{"offsets/4", "v2"}},
		{"commit of a later format", func(t *testing.T, st store.Store) { put(t, st, "commits/3", "v17\n{}") },
			diag.LogVersion, []string{"commits/3", "v17"}},
		{"offsets without version", func(t *testing.T, st store.Store) { put(t, st, "offsets/4", "{}") },
			diag.LogDamaged,
			[]string{"offsets/4"}},
		{"written by Spark", func(t *testing.T, st store.Store) {
			put(t, st, "offsets/4", "v1\n{\"batchWatermarkMs\":0,\"batchTimestampMs\":1,\"conf\":{}}\n{\"0\":1}")
		}, diag.LogDamaged, []string{"offsets/4", "checksum"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			st := store.NewMemory()
			must(t, grow(t, st, 4, true).Close())
			c.harm(t, st)
			_, err := Open(ctx, st, nil)
			wantCode(t, err, c.code, c.naming...)
			if diag.ExitOf(err) != diag.ExitState {
				t.Errorf("exit %d", diag.ExitOf(err))
			}
			var e *diag.Error
			if !errors.As(err, &e) || e.Hint == "" {
				t.Errorf("no way out: %v", err)
			}
			if _, err := ReadStatus(ctx, st); diag.CodeOf(err) != c.code {
				t.Errorf("status: %v", err)
			}
		})
	}
}

// TestForgivableLosses are files whose loss changes nothing that matters.
func TestForgivableLosses(t *testing.T) {
	cases := []struct {
		name  string
		harm  func(t *testing.T, st store.Store)
		kind  Kind
		epoch int64
	}{
		{"nothing", func(*testing.T, store.Store) {}, Replay, 4},
		{"oldest records", func(t *testing.T, st store.Store) { remove(t, st, "offsets/0", "commits/0") }, Replay, 4},
		{"oldest offsets", func(t *testing.T, st store.Store) { remove(t, st, "offsets/0") }, Replay, 4},
		{"open epoch", func(t *testing.T, st store.Store) { remove(t, st, "offsets/4") }, Continue, 4},
		{"newest commit", func(t *testing.T, st store.Store) { remove(t, st, "offsets/4", "commits/3") }, Replay, 3},
		{"term", func(t *testing.T, st store.Store) { remove(t, st, "terms/1") }, Replay, 4},
		{"damaged term", func(t *testing.T, st store.Store) { put(t, st, "terms/1", "\x00") }, Replay, 4},
		{"foreign files", func(t *testing.T, st store.Store) {
			for _, n := range []string{"offsets/007", "offsets/4.crc", "offsets/x", "commits/-1", "commits/9/9",
				"terms/t", "query/x"} {
				put(t, st, n, "?")
			}
		}, Replay, 4},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			st := store.NewMemory()
			must(t, grow(t, st, 4, true).Close())
			c.harm(t, st)
			l := own(t, st)
			if r := l.Recovery(); r.Kind != c.kind || r.Epoch != c.epoch {
				t.Errorf("%+v", r)
			}
			if l.Term().Number != 2 {
				t.Errorf("term %d: a term was used twice", l.Term().Number)
			}
		})
	}
}

// TestEachFileInTurn damages every file in every way: it is refused by a code of its own that names a file, or the
// decision is one that the undamaged part of the store allows.
func TestEachFileInTurn(t *testing.T) {
	build := func() *store.Memory {
		st := store.NewMemory()
		l := grow(t, st, 2, false)
		must(t, l.WriteQuery(ctx, 2, "SELECT 2 FROM bids", []byte(`{"plan":2}`)))
		must(t, run(l, st, 2))
		must(t, l.WriteOffsets(ctx, offsetRecord(3)))
		must(t, l.Close())
		return st
	}
	whole := build()
	list, err := whole.List(ctx, "")
	must(t, err)
	type harm struct {
		what string
		do   func([]byte) []byte // nil result: delete
	}
	for _, info := range list {
		if strings.HasPrefix(info.Name, stateDir) {
			continue // checked by whoever restores them
		}
		harms := []harm{{"deleted", func([]byte) []byte { return nil }}}
		for _, n := range []int64{0, 1, 2, info.Size / 2, info.Size - 1} {
			harms = append(harms, harm{fmt.Sprintf("cut to %d", n), func(b []byte) []byte { return b[:n] }})
		}
		harms = append(harms, harm{"grown", func(b []byte) []byte { return append(b, '\n') }})
		for at := range info.Size {
			for _, bits := range []byte{0x01, 0x20, 0x80} {
				harms = append(harms, harm{fmt.Sprintf("byte %d ^ %02x", at, bits), func(b []byte) []byte {
					b[at] ^= bits
					return b
				}})
			}
		}
		for _, h := range harms {
			st := build()
			data, err := st.Get(ctx, info.Name)
			must(t, err)
			if data = h.do(bytes.Clone(data)); data == nil {
				remove(t, st, info.Name)
			} else {
				put(t, st, info.Name, string(data))
			}
			judge(t, st, info.Name, h.what)
		}
	}
}

// judge looks at a store of which one file was damaged.
func judge(t *testing.T, st store.Store, name, what string) {
	t.Helper()
	l, err := Open(ctx, st, nil)
	if err == nil {
		_, err = l.AcquireTerm(ctx, claim())
	}
	if err == nil {
		_, err = l.QueryAt(ctx, l.Recovery().Epoch-1)
	}
	if err == nil && l.Recovery().Kind == Replay {
		_, err = l.QueryAt(ctx, l.Recovery().Epoch)
	}
	if err != nil {
		if code := diag.CodeOf(err); code == diag.Internal || diag.ExitOf(err) != diag.ExitState ||
			!strings.Contains(err.Error(), strings.TrimSuffix(strings.TrimSuffix(name, sqlExt), jsonExt)) {
			t.Errorf("%s %s: refused badly: %v", name, what, err)
		}
		return
	}
	r := l.Recovery()
	switch {
	case r.Kind == Replay && r.Epoch == 3 && r.Commit.Epoch == 2: // as if nothing had happened
	case r.Kind == Continue && r.Epoch == 3 && name == "offsets/3" && what == "deleted": // nothing of 3 had left memory
	default:
		t.Errorf("%s %s: decided %+v", name, what, r)
	}
	if l.ID() != testID {
		t.Errorf("%s %s: the query is now %s", name, what, l.ID())
	}
	if l.Term().Number != 2 {
		t.Errorf("%s %s: term %d", name, what, l.Term().Number)
	}
}
