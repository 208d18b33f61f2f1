package exec

import (
	"sync"

	"streamsql/internal/rowkey"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/sources"
	"streamsql/state"
)

// memory is a source's durable map (sources.Memory): a state container of lane 0, captured like any other, with a mirror
// for reading from the source's goroutine.
type memory struct {
	enc   *rowkey.Encoder
	table *state.Table
	key   *vec.Vec
	keys  rowkey.Keys
	gid   [1]uint32

	mu  sync.Mutex
	now map[string][]byte
}

func newMemory(st *state.State, table string) *memory {
	key := []sqltype.Type{sqltype.StringType.Required()}
	return &memory{
		enc: rowkey.NewEncoder(key),
		table: st.Table(0, state.Decl{
			Operator: "source-" + table, Name: "seen", Version: 1, Key: key, Values: []state.Column{{Name: "value", Type: sqltype.StringType}},
		}),
		key: vec.New(key[0], 1),
		now: map[string][]byte{},
	}
}

// load fills the mirror after a restore.
func (m *memory) load() {
	m.mu.Lock()
	defer m.mu.Unlock()
	value := m.table.Col(0)
	m.table.Each(func(gid uint32) {
		m.table.KeysOf([]uint32{gid}, &m.keys)
		m.enc.Decode(&m.keys, []*vec.Vec{m.key})
		m.now[string(m.key.Str(0))] = append([]byte(nil), value.Get(gid)...)
	})
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
		if memo.Value == nil {
			delete(m.now, memo.Key)
			m.table.Find(&m.keys, m.gid[:])
			if m.gid[0] != state.NoGroup {
				m.table.Touch(m.gid[:])
				m.table.Delete(m.gid[:])
			}
			continue
		}
		m.table.Upsert(&m.keys, m.gid[:])
		m.table.Touch(m.gid[:])
		m.table.Col(0).Set(m.gid[0], memo.Value)
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
