package kernel

import "streamsql/internal/diag"

// What one text function may make. Two limits, because only one of them may decide about a row: whether a row fails
// must follow from the row alone, so that a replay which cuts its batches elsewhere drops the same rows.
const (
	// maxText bounds a single text, as long as the longest record that a source reads by default. A function whose
	// result grows looks at it while it writes: after the fact it would be too late, since 400 KB with every byte
	// replaced by 400 KB are 160 GB.
	maxText = 16 << 20

	// maxBatchText bounds the texts of one batch. Beyond it the batch is cut and run in pieces; see RowError.TooWide.
	// It is far below the 2 GiB that offsets can address.
	maxBatchText = 8 * maxText
)

// WideRows is the number of rows that a batch can have without TooWide, however long their texts.
const WideRows = maxBatchText / maxText

// grown reports whether the text that begins at start has passed the limit.
func grown(dst []byte, start int) bool { return len(dst)-start > maxText }

func tooLong(row int) *RowError {
	return fail(row, diag.StringTooLong, "the result is longer than 16 MiB")
}

// tooWide asks for the batch to be cut.
func tooWide(row int) *RowError {
	return &RowError{Row: row, Code: diag.StringTooLong, Msg: "the texts of one batch are longer than 128 MiB",
		TooWide: true}
}
