// Package decode turns the chunks of one table into rows: the bytes of a source become columns, the columns become
// finished rows with their watermark, and what is not a row goes where the table's policy sends it.
//
//	sources.Chunk ──format.Decoder──▶ columns ──op.Scan──▶ computed columns, watermark per row ──▶ flow.Morsel
//	                     │                        │
//	                     └──────── bad records ───┴──▶ fail: an error with file, line and an excerpt
//	                                                   log:  counted, the first of each kind is named
//	                                                   dlq:  a dead letter
//
// Everything here runs ahead of the epoch, on the goroutines of flow.Reader, each with a Decoder of its own. It is a
// function of the chunk alone: a replay of the same bytes gives the same rows, the same dead letters and the same
// positions in them. What depends on the epoch (the watermark of the morsels before this one, the time of a dead
// letter) Attach adds in the lane.
//
// Two policies meet here. A record that is not a row is judged by the table's 'error-handling.mode'; a row whose
// computed columns fail is judged by the mode in op.ScanSpec, which is the query's.
//
//	decoder.go  Decoder: a chunk becomes a morsel's rows
//	bad.go      the policy for bad records, and what people are told of one
//	place.go    where a record is: file, line and offset, or partition and offset
package decode
