// Package golden runs .stest files: queries, the rows fed to them, and what they must say, trigger by trigger. One
// format serves from unit test to crash test; `streamsql test` runs it for users, `go test` runs it for us.
//
// # The file
//
// Line-oriented: a command with arguments, its input lines, `----`, the expected output, an empty line. `#` begins a
// comment. The commands:
//
//	sql                  the query (input); or sql file=PATH. Expected: nothing, or the error (its code and text)
//	set k=v …            settings, before sql
//	feed TABLE [partition=NAME]  rows to append to the table's input, one JSON document per line; without rows the
//	                     partition exists from then on
//	trigger              run epochs until nothing is due; prints late rows, watermarks that moved, rows
//	clock +30s           move the clock (it starts at 2026-01-01 00:00:00 UTC)
//	finish               the input ends: prints like trigger
//	restart              close and open again: prints "resumed after epoch N, M state rows"
//	crash at=POINT[:n]   die at the n-th passage of a fault point during the next trigger; then open again and continue
//	results              the sinks' content folded to rows with their multiplicity
//	late                 dropped rows so far, by operator and reason
//	state                groups per container
//	explain [what]       the plan; before feed
//	error                the error that ended the run, after a trigger that failed
//	axes -NAME …         leave out an axis of the matrix; the comment before it says why
//
// Every scanned table and every written table gets connector `test` in place of its own; schema, format, watermark
// and the options that do not belong to a connector stay.
//
// Rows print as `±w | col | …` (with the sink's name first when there are several), sorted by text within one trigger,
// NULL as NULL, strings bare unless they hold `|`, a quote or blanks at an edge.
//
// # The matrix
//
// Beside the plain run, in which the text must match, every file runs along axes that may not change the folded result:
// epochs cut otherwise, restarts after each epoch, a crash at each fault point, 2 and 4 lanes, morsels of 1 and 3 rows,
// local storage (crash-simulating) instead of memory, rows spread over partitions, partitions and tables in another
// order of arrival; then in seeded combinations. The axis partitions is left out by itself where the result may depend
// on it (traits.spreads says when).
package golden
