package state

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"streamsql/internal/diag"
	"streamsql/internal/sqltype"
	"streamsql/internal/store"
	"streamsql/internal/vec"
)

// ContainerInfo is what state files say about a container.
type ContainerInfo struct {
	ID      string
	Kind    string // "table" or "panes"
	Version int
	Key     []sqltype.Type
	Values  []Column
	Rows    int64 // groups held
	Bytes   int64 // of its sections in the files, older versions of rows included
	Panes   int   // panes with rows
}

// FileInfo is what one state file says about itself.
type FileInfo struct {
	FileRef
	Containers []string
	Rows       int64 // tombstones included
	Sections   int
}

// ReadHeader verifies a file as far as its sections and describes it. Of ref only the name is needed.
func ReadHeader(ctx context.Context, st store.Store, ref FileRef) (FileInfo, error) {
	f, err := openFile(ctx, st, ref)
	if err != nil {
		return FileInfo{}, err
	}
	defer f.close()
	info := FileInfo{FileRef: ref, Sections: len(f.sections)}
	info.Bytes, info.First, info.Last = f.r.Size(), f.header.First, f.header.Last
	for _, e := range f.header.Containers {
		info.Containers = append(info.Containers, e.ID)
	}
	for _, s := range f.sections {
		if s.Kind == sectionRows {
			info.Rows += s.Rows
		}
	}
	return info, nil
}

// Verify reads every byte of the files and checks it, down to the rows.
func Verify(ctx context.Context, st store.Store, files []FileRef) error {
	for _, ref := range byAge(files) {
		if err := verifyFile(ctx, st, ref); err != nil {
			return err
		}
	}
	return nil
}

func verifyFile(ctx context.Context, st store.Store, ref FileRef) error {
	f, err := openFile(ctx, st, ref)
	if err != nil {
		return err
	}
	defer f.close()
	for i := range f.sections {
		if err := ctx.Err(); err != nil {
			return err
		}
		s := &f.sections[i]
		if s.Kind == sectionDrops {
			if _, err := f.drops(i); err != nil {
				return err
			}
			continue
		}
		if err := f.block(i, newBlock(newShape(f.schemas[s.Container]))); err != nil {
			return err
		}
	}
	return nil
}

// Inspect describes every container of the files that a commit names, by id.
func Inspect(ctx context.Context, st store.Store, files []FileRef) ([]ContainerInfo, error) {
	m, err := openMerger(ctx, st, files, true)
	if err != nil {
		return nil, err
	}
	defer m.close()
	entries, err := m.containers()
	if err != nil {
		return nil, err
	}
	out := make([]ContainerInfo, len(entries))
	for i := range entries {
		d, _ := entries[i].schema() // verified when the file was opened
		info := &out[i]
		*info = ContainerInfo{ID: d.ID(), Kind: d.kind.name, Version: d.Version, Key: d.Key, Values: d.Values}
		panes := map[int64]bool{}
		err := m.each(ctx, &entries[i], func(b *block) error {
			info.Rows += int64(b.n)
			for _, p := range b.pane {
				panes[p] = true
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		info.Panes = len(panes)
		info.Bytes = m.bytesOf(d.ID())
	}
	return out, nil
}

// each visits the living rows of a container.
func (m *merger) each(ctx context.Context, e *schemaEntry, fn func(*block) error) error {
	g, err := m.container(ctx, e)
	if err != nil {
		return err
	}
	return g.run(fn, nil)
}

func (m *merger) bytesOf(id string) int64 {
	n := int64(0)
	for _, f := range m.files {
		number, ok := f.find(id)
		for _, s := range f.sections {
			if ok && s.Container == number {
				n += s.Bytes
			}
		}
	}
	return n
}

// Block is decoded rows of one container. Borrowed: valid until the function it was passed to returns.
type Block struct {
	N      int
	Pane   []int64    // per row; nil for tables
	Keys   []*vec.Vec // typed
	Values []*vec.Vec
	Names  []string // of Values
}

// Rows passes every row of a container to fn, key group by key group; memory holds one key group at a time.
func Rows(ctx context.Context, st store.Store, files []FileRef, container string, fn func(*Block) error) error {
	m, e, err := openContainer(ctx, st, files, container)
	if err != nil {
		return err
	}
	defer m.close()
	return m.decoded(ctx, e, fn)
}

// openContainer opens files and finds a container in them.
func openContainer(ctx context.Context, st store.Store, files []FileRef, container string) (*merger, *schemaEntry,
	error) {
	m, err := openMerger(ctx, st, files, true)
	if err != nil {
		return nil, nil, err
	}
	e, err := m.named(container)
	if err != nil {
		m.close()
		return nil, nil, err
	}
	return m, e, nil
}

// decoded is each with the rows decoded, for people.
func (m *merger) decoded(ctx context.Context, e *schemaEntry, fn func(*Block) error) error {
	var out *Block
	return m.each(ctx, e, func(b *block) error {
		if out == nil {
			out = b.shape.newDecoded()
		}
		b.decode(out)
		return fn(out)
	})
}

func (m *merger) named(container string) (*schemaEntry, error) {
	entries, err := m.containers()
	if err != nil {
		return nil, err
	}
	names := ""
	for i := range entries {
		if entries[i].ID == container {
			return &entries[i], nil
		}
		names += " " + entries[i].ID
	}
	return nil, diag.New(diag.StateUnknown, "the state has no container %q", container).WithHint("it has:%s", names)
}

func (s *shape) newDecoded() *Block {
	b := &Block{Keys: make([]*vec.Vec, len(s.schema.Key)), Values: make([]*vec.Vec, len(s.schema.Values))}
	for i := range b.Keys {
		b.Keys[i] = &vec.Vec{}
	}
	for i := range b.Values {
		b.Values[i] = &vec.Vec{}
		b.Names = append(b.Names, s.schema.Values[i].Name)
	}
	return b
}

// decode makes the typed columns of the block.
func (b *block) decode(out *Block) {
	out.N, out.Pane = b.n, nil
	if b.shape.schema.kind.byTime {
		out.Pane = b.pane
	}
	b.keys.N = b.n
	b.shape.enc.Decode(&b.keys, out.Keys)
	for i, v := range out.Values {
		c := &b.cols[i]
		v.Reset(b.shape.schema.Values[i].Type, b.n)
		switch v.Type.Phys() {
		case sqltype.PhysBytes:
			copy(v.Off, c.off)
			v.Bytes = append(v.Bytes, c.text...)
		case sqltype.PhysBool:
			for r, x := range c.fixed {
				if x != 0 {
					v.Bits().Set(r)
				}
			}
		case sqltype.PhysNone:
			v.Valid = make(vec.Bitmap, vec.Words(b.n))
		default:
			copy(v.Fixed, c.fixed)
		}
	}
}

// Export writes a container as a plain Arrow IPC file: pane (panes only), the keys under the names given (key1 … keyN
// where there are none), then the value columns under theirs. Strings among the values are binary: some accumulators
// keep bytes of their own there.
func Export(ctx context.Context, st store.Store, files []FileRef, container string, keys []string, w io.Writer) error {
	m, e, err := openContainer(ctx, st, files, container)
	if err != nil {
		return err
	}
	defer m.close()
	d, err := e.schema()
	if err != nil {
		return err
	}
	schema := exportSchema(d, KeyNames(keys, len(d.Key)))
	fw, err := ipc.NewFileWriter(&tracked{w: w}, ipc.WithSchema(schema))
	if err != nil {
		return err
	}
	err = m.decoded(ctx, e, func(out *Block) error {
		rec := out.record(schema)
		defer rec.Release()
		return fw.Write(rec)
	})
	if err != nil {
		return err
	}
	return fw.Close()
}

// tracked gives a plain writer the one use of Seek that Arrow makes: to ask where it is.
type tracked struct {
	w  io.Writer
	at int64
}

func (t *tracked) Write(b []byte) (int, error) {
	n, err := t.w.Write(b)
	t.at += int64(n)
	return n, err
}

func (t *tracked) Seek(offset int64, whence int) (int64, error) {
	if offset != 0 || whence != io.SeekCurrent {
		return 0, errors.ErrUnsupported
	}
	return t.at, nil
}

// paneArrow is the type of a pane's event time: that of TIMESTAMP.
var paneArrow = &arrow.TimestampType{Unit: arrow.Microsecond}

// KeyNames are n names: those given when there are as many, key1 … keyN otherwise. One that is empty or occurs twice,
// as that of an expression may, gives way to its number.
func KeyNames(given []string, n int) []string {
	out, used := make([]string, n), map[string]bool{"": true, "pane": true}
	for i := range out {
		out[i] = fmt.Sprintf("key%d", i+1)
		if len(given) == n && !used[given[i]] {
			out[i] = given[i]
		}
		used[out[i]] = true
	}
	return out
}

func exportSchema(d schema, names []string) *arrow.Schema {
	var fields []arrow.Field
	if d.kind.byTime {
		fields = append(fields, arrow.Field{Name: "pane", Type: paneArrow})
	}
	for i, t := range d.Key {
		fields = append(fields, arrow.Field{
			Name: names[i], Type: exportArrow(t, arrow.BinaryTypes.String), Nullable: !t.NotNull,
		})
	}
	for _, c := range d.Values {
		fields = append(fields, arrow.Field{
			Name: c.Name, Type: exportArrow(c.Type, arrow.BinaryTypes.Binary), Nullable: true,
		})
	}
	return arrow.NewSchema(fields, nil)
}

// exportArrow is the Arrow type that says what a SQL type means: as zset's for batches, but text as the caller says,
// and intervals as the integers that the state holds.
func exportArrow(t sqltype.Type, text arrow.DataType) arrow.DataType {
	switch t.Kind {
	case sqltype.Boolean:
		return arrow.FixedWidthTypes.Boolean
	case sqltype.Date:
		return arrow.FixedWidthTypes.Date32
	case sqltype.Timestamp:
		return &arrow.TimestampType{Unit: arrow.Microsecond}
	case sqltype.TimestampLTZ:
		return &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}
	case sqltype.Decimal:
		return &arrow.Decimal128Type{Precision: t.P, Scale: t.S}
	case sqltype.Char, sqltype.Varchar:
		return text
	case sqltype.Null:
		return arrow.Null
	}
	return storedArrow(t)
}

// record is the block as an Arrow record of an exported file.
func (b *Block) record(schema *arrow.Schema) arrow.Record {
	var cols []arrow.Array
	if b.Pane != nil {
		cols = append(cols, arrayOf(paneArrow, b.N, vec.AsBytes(b.Pane)))
	}
	for _, v := range append(append([]*vec.Vec(nil), b.Keys...), b.Values...) {
		cols = append(cols, exported(v, schema.Field(len(cols)).Type))
	}
	return array.NewRecord(schema, cols, int64(b.N))
}

// exported is a column as an Arrow array; it shares memory, but for narrow decimals, which Arrow has in 128 bits only.
func exported(v *vec.Vec, t arrow.DataType) arrow.Array {
	phys := v.Type.Phys()
	if phys == sqltype.PhysNone {
		return array.NewNull(v.Len)
	}
	valid, nulls := []byte(nil), 0
	if v.Valid != nil {
		valid, nulls = vec.AsBytes(v.Valid), v.Len-vec.Count(v.Valid, v.Len)
	}
	bufs := []*memory.Buffer{memory.NewBufferBytes(valid)}
	if valid == nil {
		bufs[0] = nil
	}
	switch {
	case phys == sqltype.PhysBytes:
		bufs = append(bufs, memory.NewBufferBytes(vec.AsBytes(v.Off)), memory.NewBufferBytes(v.Bytes))
	case v.Type.Kind == sqltype.Decimal && phys == sqltype.PhysI64:
		wide := make([]vec.I128, v.Len)
		for i, x := range vec.Of[int64](v) {
			wide[i] = vec.I128Of(x)
		}
		bufs = append(bufs, memory.NewBufferBytes(vec.AsBytes(wide)))
	default:
		bufs = append(bufs, memory.NewBufferBytes(v.Fixed))
	}
	return array.MakeFromData(array.NewData(t, v.Len, bufs, nil, nulls, 0))
}
