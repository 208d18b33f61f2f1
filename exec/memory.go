package exec

import (
	"bytes"

	"streamsql/internal/rowkey"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/sources"
	"streamsql/state"
)

// memory is a source's durable map (sources.Memory): a state container, captured and restored like any other, each
// entry on the lane that owns its key. Sources read it in Open and Replay only, when no epoch runs, so that it needs no
// copy for their goroutines: 50,000 files would be held twice.
type memory struct {
	enc   *rowkey.Encoder
	lanes []*state.Table
	key   *vec.Vec
	keys  rowkey.Keys
	gid   [1]uint32
}

func newMemory(st *state.State, lanes int, table string) *memory {
	key := []sqltype.Type{sqltype.StringType.Required()}
	m := &memory{enc: rowkey.NewEncoder(key), key: vec.New(key[0], 1)}
	for lane := range lanes {
		m.lanes = append(m.lanes, st.Table(lane, state.Decl{
			Operator: "source-" + table, Name: "seen", Version: 1, Key: key,
			Values: []state.Column{{Name: "value", Type: sqltype.StringType}},
		}))
	}
	return m
}

// find encodes a key and gives its lane's table and its group there, which may be NoGroup.
func (m *memory) find(key string) *state.Table {
	m.key.Reset(m.key.Type, 1)
	m.key.Bytes = append(m.key.Bytes, key...)
	m.key.Off[1] = int32(len(key))
	m.enc.Encode([]*vec.Vec{m.key}, 1, &m.keys)
	table := m.lanes[rowkey.Lane(rowkey.KeyGroup(m.keys.Hash[0]), len(m.lanes))]
	table.Find(&m.keys, m.gid[:])
	return table
}

// apply makes changes part of the epoch under way.
func (m *memory) apply(memos []sources.Memo) {
	for _, memo := range memos {
		table := m.find(memo.Key)
		if memo.Value == nil {
			if m.gid[0] != state.NoGroup {
				table.Touch(m.gid[:])
				table.Delete(m.gid[:])
			}
			continue
		}
		table.Upsert(&m.keys, m.gid[:])
		table.Touch(m.gid[:])
		table.Col(0).Set(m.gid[0], memo.Value)
	}
}

// Get implements sources.Memory.
func (m *memory) Get(key string) ([]byte, bool) {
	table := m.find(key)
	if m.gid[0] == state.NoGroup {
		return nil, false
	}
	return bytes.Clone(table.Col(0).Get(m.gid[0])), true
}

// Range implements sources.Memory. A value is valid within the call.
func (m *memory) Range(fn func(key string, value []byte) bool) {
	for _, table := range m.lanes {
		value := table.Col(0)
		for _, gid := range table.Gids(nil) {
			table.KeysOf([]uint32{gid}, &m.keys)
			m.enc.Decode(&m.keys, []*vec.Vec{m.key})
			if !fn(string(m.key.Str(0)), value.Get(gid)) {
				return
			}
		}
	}
}
