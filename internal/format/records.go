package format

// Records are the records of a chunk that is not made of lines, as slices into Bytes or into the chunk. All columns
// have one entry per record; those that a connector does not have stay nil.
type Records struct {
	Bytes   []byte   // memory for what had to be unpacked; reused
	Value   [][]byte // nil is a tombstone
	Key     [][]byte
	Offset  []int64 // position in the partition, as its users count
	Time    []int64 // epoch milliseconds; −1 where there is none
	Headers [][]byte
}

// Begin empties r and keeps its memory.
func (r *Records) Begin() {
	r.Bytes, r.Value, r.Key = r.Bytes[:0], r.Value[:0], r.Key[:0]
	r.Offset, r.Time, r.Headers = r.Offset[:0], r.Time[:0], r.Headers[:0]
}

// RecordDecoder is a Decoder that also takes records which are not framed by line feeds: one record, one value.
type RecordDecoder interface {
	Decoder
	// DecodeRecords is Decode for records: into.Starts and the positions of into.Bad are ordinals of records. A tombstone
	// counts as blank.
	DecodeRecords(r *Records, into *Rows)
}
