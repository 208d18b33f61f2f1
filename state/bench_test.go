package state

import (
	"fmt"
	"testing"

	"streamsql/internal/rowkey"
	"streamsql/internal/sqltype"
	"streamsql/internal/store"
	"streamsql/internal/vec"
)

var benchDecl = Decl{
	Operator: "agg-1", Name: "groups", Version: 1, Key: []sqltype.Type{sqltype.BigIntType.Required()},
	Values: []Column{{"rows", sqltype.BigIntType}, {"sum", sqltype.BigIntType}},
}

// filled is a table of n groups.
func filled(s *State, lane, lanes, n int) *Table {
	t := s.Table(lane, benchDecl)
	const batch = 8192
	enc := rowkey.NewEncoder(benchDecl.Key)
	col := vec.New(benchDecl.Key[0], batch)
	var k rowkey.Keys
	var gids [batch]uint32
	for at := 0; at < n; {
		nums, kept := vec.Of[int64](col), 0
		for ; kept < batch && at < n; at++ {
			nums[kept] = int64(at) * 1009
			kept++
		}
		enc.Encode([]*vec.Vec{col}, kept, &k)
		t.Upsert(&k, gids[:kept])
		t.Touch(gids[:kept])
		for i, g := range gids[:kept] {
			t.Col(0).I64()[g], t.Col(1).I64()[g] = 1, int64(i)
		}
	}
	return t
}

// BenchmarkCapture: 100 touched groups out of ever more.
func BenchmarkCapture(b *testing.B) {
	for _, n := range []int{1e4, 1e5, 1e6, 1e7} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := New(1, nil)
			t := filled(s, 0, 1, n)
			t.settle()
			gids := make([]uint32, 100)
			for i := range gids {
				gids[i] = uint32(i * (n / 100))
			}
			b.ReportAllocs()
			for b.Loop() {
				t.Touch(gids)
				if _, err := s.Capture(1); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkCaptureAll is the first epoch of a large load: every group is touched.
func BenchmarkCaptureAll(b *testing.B) {
	s := New(1, nil)
	t := filled(s, 0, 1, 1e6)
	gids := t.Gids(nil)
	for b.Loop() {
		t.Touch(gids)
		c, err := s.Capture(1)
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(c.Bytes()))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1e6, "ns/row")
}

// BenchmarkRestore: 10 M groups of 24 bytes on two lanes.
func BenchmarkRestore(b *testing.B) {
	for _, n := range []int{1e6, 1e7} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			st := store.NewMemory()
			s := New(1, nil)
			filled(s, 0, 1, n)
			c, err := s.Capture(1)
			if err != nil {
				b.Fatal(err)
			}
			ref, err := c.Write(ctx, st, "state/1")
			if err != nil {
				b.Fatal(err)
			}
			s, c = nil, nil
			b.SetBytes(ref.Bytes)
			for b.Loop() {
				r := New(2, nil)
				r.Table(0, benchDecl)
				r.Table(1, benchDecl)
				if got, err := r.Restore(ctx, st, []FileRef{ref}, nil); err != nil || got.Rows != int64(n) {
					b.Fatal(got, err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/row")
		})
	}
}

// BenchmarkMerge: eight files of 100 K groups each, half of them in every file.
func BenchmarkMerge(b *testing.B) {
	st := store.NewMemory()
	s := New(1, nil)
	t := filled(s, 0, 1, 400_000)
	t.settle()
	var files []FileRef
	for e := range int64(8) {
		gids := make([]uint32, 0, 100_000)
		for g := range uint32(50_000) {
			gids = append(gids, g, 50_000+g+uint32(e)*40_000)
		}
		t.Touch(gids)
		c, err := s.Capture(e + 1)
		if err != nil {
			b.Fatal(err)
		}
		ref, err := c.Write(ctx, st, fmt.Sprint("state/", e))
		if err != nil {
			b.Fatal(err)
		}
		files = append(files, ref)
	}
	i := 0
	for b.Loop() {
		i++
		if _, err := (&Compactor{Store: st}).Merge(ctx, files, fmt.Sprint("state/merged", i)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/800_000, "ns/row")
}
