package zset

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/ipc"

	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

var everyType = sqltype.Schema{
	{Name: "b", Type: sqltype.BooleanType},
	{Name: "i8", Type: sqltype.TinyIntType},
	{Name: "i16", Type: sqltype.SmallIntType},
	{Name: "i32", Type: sqltype.IntType},
	{Name: "i64", Type: sqltype.BigIntType.Required()},
	{Name: "f", Type: sqltype.FloatType},
	{Name: "d", Type: sqltype.DoubleType},
	{Name: "d64", Type: sqltype.DecimalType(10, 2)},
	{Name: "d128", Type: sqltype.DecimalType(30, 5)},
	{Name: "s", Type: sqltype.StringType},
	{Name: "date", Type: sqltype.DateType},
	{Name: "ts", Type: sqltype.TimestampType(3)},
	{Name: "ltz", Type: sqltype.TimestampLTZType(3)}, {Name: "m", Type: sqltype.Type{Kind: sqltype.IntervalMonths}},
	{Name: "us", Type: sqltype.Type{Kind: sqltype.IntervalMicros}}, {Name: "null", Type: sqltype.NullType},
}

// batch makes n rows over everyType, every fifth value NULL where allowed.
func batch(n int, weighted bool) *Batch {
	b := &Batch{Schema: everyType, N: n}
	for c, f := range everyType {
		values := make([]any, n)
		for i := range values {
			switch p := f.Type.Phys(); {
			case p == sqltype.PhysNone, i%5 == 3 && !f.Type.NotNull:
			case p == sqltype.PhysBool:
				values[i] = i%3 == 0
			case p == sqltype.PhysBytes:
				values[i] = fmt.Sprint("row ", i)[:i%6]
			case p == sqltype.PhysI128:
				values[i] = vec.I128{uint64(i), uint64(i%3 - 1)}
			default:
				values[i] = int64(i%100*(c+1)%128 - 60)
			}
		}
		b.Cols = append(b.Cols, vec.Make(f.Type, values...))
	}
	if weighted {
		b.Weights = make([]int64, n)
		for i := range b.Weights {
			b.Weights[i] = int64(i%3 - 1)
		}
	}
	return b
}

func check(t *testing.T, got, want *Batch) {
	t.Helper()
	if got.N != want.N || (got.Weights == nil) != (want.Weights == nil) {
		t.Fatalf("%d rows, weights %v; want %d rows", got.N, got.Weights, want.N)
	}
	for i := range want.Cols {
		if !vec.Equal(got.Cols[i], want.Cols[i]) {
			t.Fatalf("column %s differs", want.Schema[i].Name)
		}
	}
	for i := range want.Weights {
		if got.Weights[i] != want.Weights[i] {
			t.Fatalf("weight %d is %d", i, got.Weights[i])
		}
	}
}

func TestRecordRoundTrip(t *testing.T) {
	for _, n := range []int{0, 1, 63, 64, 65, 200} {
		for _, weighted := range []bool{false, true} {
			t.Run(fmt.Sprint(n, weighted), func(t *testing.T) {
				want := batch(n, weighted)
				rec := Record(want)
				got, err := FromRecord(rec, everyType)
				if err != nil {
					t.Fatal(err)
				}
				check(t, got, want)
				for _, back := range throughIPC(t, rec) {
					if got, err = FromRecord(back, everyType); err != nil {
						t.Fatal(err)
					}
					check(t, got, want)
				}
			})
		}
	}
}

func throughIPC(t *testing.T, rec arrow.Record) []arrow.Record {
	t.Helper()
	var buf bytes.Buffer
	w := ipc.NewWriter(&buf, ipc.WithSchema(rec.Schema()))
	if err := w.Write(rec); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := ipc.NewReader(&buf)
	if err != nil {
		t.Fatal(err)
	}
	var out []arrow.Record
	for r.Next() {
		r.Record().Retain()
		out = append(out, r.Record())
	}
	if len(out) != 1 {
		t.Fatalf("%d records", len(out))
	}
	return out
}

func TestFromSlicedRecord(t *testing.T) {
	want := batch(150, true)
	for _, cut := range [][2]int64{{0, 10}, {1, 66}, {64, 150}, {70, 70}, {149, 150}} {
		got, err := FromRecord(Record(want).NewSlice(cut[0], cut[1]), everyType)
		if err != nil {
			t.Fatal(err)
		}
		n := int(cut[1] - cut[0])
		part := &Batch{Schema: everyType, N: n, Weights: want.Weights[cut[0]:cut[1]]}
		for _, v := range want.Cols {
			part.Cols = append(part.Cols, vec.Slice(v, int(cut[0]), int(cut[1])))
		}
		check(t, got, part)
	}
}

func TestRecordOfOtherShapes(t *testing.T) {
	s := sqltype.Schema{{Name: "s", Type: sqltype.StringType}, {Name: "c", Type: sqltype.IntType}}
	b := &Batch{Schema: s, N: 3, Cols: []*vec.Vec{
		vec.NewDict(sqltype.StringType, []string{"a", "b"}, 1, -1, 0), vec.NewConst(sqltype.IntType, 3, 7)}}
	got, err := FromRecord(Record(b), s)
	if err != nil {
		t.Fatal(err)
	}
	check(t, got, b)
}

func TestFromRecordRefuses(t *testing.T) {
	one := sqltype.Schema{{Name: "x", Type: sqltype.IntType}}
	rec := Record(&Batch{Schema: one, N: 1, Cols: []*vec.Vec{vec.Make(sqltype.IntType, 1)}})
	for _, s := range []sqltype.Schema{{}, {{Name: "x", Type: sqltype.BigIntType}}, {one[0], one[0]}} {
		if _, err := FromRecord(rec, s); err == nil {
			t.Errorf("taken as %v", s)
		}
	}
	wide := sqltype.Schema{{Name: "d", Type: sqltype.DecimalType(18, 0)}}
	v := &vec.Vec{Type: sqltype.DecimalType(38, 0), Len: 1, Fixed: vec.AsBytes([]vec.I128{{0, 1}})}
	rec = Record(&Batch{Schema: sqltype.Schema{{Name: "d", Type: v.Type}}, N: 1, Cols: []*vec.Vec{v}})
	if _, err := FromRecord(rec, wide); err == nil {
		t.Error("decimal of another precision taken")
	}
}
