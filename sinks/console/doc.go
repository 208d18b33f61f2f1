// Package console writes rows for people and pipes: the result of a bare SELECT on stdout (New), and the connector
// `print` (PrintTo).
//
//	jsonl      one JSON object per row; a row that is taken back carries `_op`, and so do all rows of an updating query
//	changelog  the same with `_op` and `_epoch` first, for any query
//	csv        a header, then RFC 4180; NULL is empty, an empty string is ""
//	table      boxes; an updating result is folded into its present rows, and redrawn in place on a terminal (Screen)
//	none       nothing: rows are counted by the engine
//	print      +I[7, apple] as Flink's print connector, -D[…] for a row taken back; NULL is null
//
// Over bounded input an updating result is printed once, at the end, as the rows that remain (except as a changelog):
// folding keeps one entry per distinct row in memory. They are in the order in which they came to stay.
//
// A terminal cannot remember what it was shown: delivery is at least once, and the sink says so (Forgets). Changes of
// an updating query leave at the end of an epoch, together; the rows of an append-only query leave as they come.
package console
