package state

import (
	"bytes"
	"testing"

	"github.com/apache/arrow/go/v15/arrow/ipc"
)

// exportedRows reads an exported file as any Arrow program would.
func exportedRows(t *testing.T, data []byte) int64 {
	t.Helper()
	r, err := ipc.NewFileReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	n := int64(0)
	for i := range r.NumRecords() {
		rec, err := r.Record(i)
		if err != nil {
			t.Fatal(err)
		}
		n += rec.NumRows()
		if _, err := rec.MarshalJSON(); err != nil {
			t.Fatal(err)
		}
	}
	return n
}
