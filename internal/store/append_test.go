package store

import (
	"bytes"
	"context"
	"errors"
	"testing"
)

// TestAppend: an object grows under its name, readers see what was written, and no crash takes away what was synced.
func TestAppend(t *testing.T) {
	ctx := context.Background()
	local, err := OpenLocal(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, st := range map[string]Store{"memory": NewMemory(), "local": local, "crash": NewCrash()} {
		t.Run(name, func(t *testing.T) {
			w, err := Append(ctx, st, "sources/t/1")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := Append(ctx, st, "sources/t/1"); !errors.Is(err, ErrExist) {
				t.Fatalf("a second one: %v", err)
			}
			for _, part := range []string{"one ", "two"} {
				if _, err := w.Write([]byte(part)); err != nil {
					t.Fatal(err)
				}
			}
			if err := errors.Join(w.Sync(), w.Close()); err != nil {
				t.Fatal(err)
			}
			if got, err := st.Get(ctx, "sources/t/1"); err != nil || string(got) != "one two" {
				t.Fatalf("%q, %v", got, err)
			}
		})
	}
}

func TestAppendSurvivesACrash(t *testing.T) {
	ctx := context.Background()
	for seed := range uint64(50) {
		st := NewCrash()
		w, err := Append(ctx, st, "sources/t/1")
		if err != nil {
			t.Fatal(err)
		}
		synced := bytes.Repeat([]byte("x"), 5000)
		_, err = w.Write(synced)
		if err = errors.Join(err, w.Sync()); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(synced); err != nil {
			t.Fatal(err)
		}
		got, err := st.CloneAfterCrash(int(seed*2), seed).Get(ctx, "sources/t/1")
		if err != nil || !bytes.HasPrefix(got, synced) {
			t.Fatalf("seed %d: %d bytes, %v", seed, len(got), err)
		}
	}
}

type noAppend struct{ Store }

func TestAppendWhereNothingGrows(t *testing.T) {
	if _, err := Append(context.Background(), noAppend{NewMemory()}, "x"); !errors.Is(err, ErrNoAppend) {
		t.Fatal(err)
	}
}
