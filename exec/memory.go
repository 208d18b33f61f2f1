package exec

import (
	"sync"

	"streamsql/internal/rowkey"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/sources"
	"streamsql/state"
)

// memory is a source's durable map (sources.Memory): a state container, captured and restored like any other (each entry
// on the lane that owns its key), with a mirror for reading from the source's goroutine.
type memory struct {
	enc   *rowkey.Encoder
	lanes []*state.Table
	key   *vec.Vec
	keys  rowkey.Keys
	gid   [1]uint32

	mu  sync.Mutex
	now map[string][]byte
}

func newMemory(st *state.State, lanes int, table string) *memory {
	key := []sqltype.Type{sqltype.StringType.Required()}
	m := &memory{enc: rowkey.NewEncoder(key), key: vec.New(key[0], 1), now: map[string][]byte{}}
	for lane := range lanes {
		m.lanes = append(m.lanes, st.Table(lane, state.Decl{
			Operator: "source-" + table, Name: "seen", Version: 1, Key: key, Values: []state.Column{{Name: "value", Type: sqltype.StringType}},
		}))
	}
	return m
}

// load fills the mirror after a restore.
func (m *memory) load() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, table := range m.lanes {
		value := table.Col(0)
		table.Each(func(gid uint32) {
			table.KeysOf([]uint32{gid}, &m.keys)
			m.enc.Decode(&m.keys, []*vec.Vec{m.key})
			m.now[string(m.key.Str(0))] = append([]byte(nil), value.Get(gid)...)
		})
	}
}

// apply makes changes part of the epoch under way.
func (m *memory) apply(memos []sources.Memo) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, memo := range memos {
		m.key.Reset(m.key.Type, 1)
		m.key.Bytes = append(m.key.Bytes, memo.Key...)
		m.key.Off[1] = int32(len(memo.Key))
		m.enc.Encode([]*vec.Vec{m.key}, 1, &m.keys)
		table := m.lanes[rowkey.Lane(rowkey.KeyGroup(m.keys.Hash[0]), len(m.lanes))]
		if memo.Value == nil {
			delete(m.now, memo.Key)
			table.Find(&m.keys, m.gid[:])
			if m.gid[0] != state.NoGroup {
				table.Touch(m.gid[:])
				table.Delete(m.gid[:])
			}
			continue
		}
		table.Upsert(&m.keys, m.gid[:])
		table.Touch(m.gid[:])
		table.Col(0).Set(m.gid[0], memo.Value)
		m.now[memo.Key] = memo.Value
	}
}

// Get implements sources.Memory.
func (m *memory) Get(key string) ([]byte, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.now[key]
	return v, ok
}

// Range implements sources.Memory.
func (m *memory) Range(fn func(key string, value []byte) bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for k, v := range m.now {
		if !fn(k, v) {
			return
		}
	}
}
