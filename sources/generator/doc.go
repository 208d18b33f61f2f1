// Package generator is what the sources that make up their rows have in common: a table of one or several partitions,
// each a sequence of rows that are a function of their number. The connectors in sources/datagen and sources/nexmark
// say how many rows there are, at what pace they come to exist, and what is in them.
//
//	Spec ──▶ Source ──Open, Replay──▶ feed: spans of row numbers, as far as they are due ──▶ chunks
//	  └────▶ Rows ──▶ decoders: a span becomes columns, on the goroutines that decode
//
// # Which rows, and when
//
// What a row holds depends on its number alone (and, in a table that is Timed, on the anchor below), never on how rows
// are cut into chunks, on the machine or on the moment. So a position is a number per partition, a replay makes the
// same rows again, and a query that is resumed continues as if it had never stopped.
//
// When a row exists depends on the clock: at a pace of r rows per second the n-th row since the feed was opened is due
// after n/r seconds. Time in which the query did not run is not made up for. Due rows are given in bursts (burst), so
// that a fast pace does not become a chunk per row; the first burst, or the first row, is there at once.
//
// A run that ends with what exists at its start (Scan.Ends) does not wait: a table with an end exists as a whole, and
// of one without end it takes the rows of one second.
//
// # Positions
//
//	{"rows":{"0":1200,"1":1180},"anchor":{"row":0,"us":1767225600000000,"rate":10000},"of":"5f0c1c2a9b3d4e6f"}
//
// rows counts, by partition, the rows before the position. of names the options that decide what rows hold: a logged
// range must not be repeated with others. anchor is there in a Timed table only, where rows carry the time at which
// they are due: row n the time us + (n−row)/rate. It is fixed when a feed is opened and kept for the replay of what
// that feed gave. Part of the format since v1.
package generator
