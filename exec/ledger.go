package exec

import (
	"bytes"

	"streamsql/internal/rowkey"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/sources"
	"streamsql/state"
)

// ledger is a source's durable map (sources.Ledger): a state container, captured and restored like any other, each
// entry on the lane that owns its key. Sources read it in Open and Replay only, when no epoch runs, so that it needs no
// copy for their goroutines: 50,000 files would be held twice.
type ledger struct {
	enc   *rowkey.Encoder
	lanes []*state.Table
	key   *vec.Vec
	keys  rowkey.Keys
	gid   [1]uint32
}

func newLedger(st *state.State, lanes int, table string) *ledger {
	key := []sqltype.Type{sqltype.StringType.Required()}
	l := &ledger{enc: rowkey.NewEncoder(key), key: vec.New(key[0], 1)}
	for lane := range lanes {
		l.lanes = append(l.lanes, st.Table(lane, state.Decl{
			Operator: "source-" + table, Name: "seen", Version: 1, Key: key,
			Values: []state.Column{{Name: "value", Type: sqltype.StringType}},
		}))
	}
	return l
}

// find encodes a key and gives its lane's table and its group there, which may be NoGroup.
func (l *ledger) find(key string) *state.Table {
	l.key.Reset(l.key.Type, 1)
	l.key.Bytes = append(l.key.Bytes, key...)
	l.key.Off[1] = int32(len(key))
	l.enc.Encode([]*vec.Vec{l.key}, 1, &l.keys)
	table := l.lanes[rowkey.Lane(rowkey.KeyGroup(l.keys.Hash[0]), len(l.lanes))]
	table.Find(&l.keys, l.gid[:])
	return table
}

// apply makes changes part of the epoch under way.
func (l *ledger) apply(memos []sources.Memo) {
	for _, memo := range memos {
		table := l.find(memo.Key)
		if memo.Value == nil {
			if l.gid[0] != state.NoGroup {
				table.Touch(l.gid[:])
				table.Delete(l.gid[:])
			}
			continue
		}
		table.Upsert(&l.keys, l.gid[:])
		table.Touch(l.gid[:])
		table.Col(0).Set(l.gid[0], memo.Value)
	}
}

// Get implements sources.Ledger.
func (l *ledger) Get(key string) ([]byte, bool) {
	table := l.find(key)
	if l.gid[0] == state.NoGroup {
		return nil, false
	}
	return bytes.Clone(table.Col(0).Get(l.gid[0])), true
}

// Range implements sources.Ledger. A value is valid within the call.
func (l *ledger) Range(fn func(key string, value []byte) bool) {
	for _, table := range l.lanes {
		value := table.Col(0)
		for _, gid := range table.Gids(nil) {
			table.KeysOf([]uint32{gid}, &l.keys)
			l.enc.Decode(&l.keys, []*vec.Vec{l.key})
			if !fn(string(l.key.Str(0)), value.Get(gid)) {
				return
			}
		}
	}
}
