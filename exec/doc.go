// Package exec is a running query: it recovers, triggers epochs, and commits them.
//
// # One trigger, room by room
//
//	 1  trigger.go   something is due: rows wait, the input ended, the interval has passed; the clock is read once
//	 2  epoch.go     cut: what each table gives to the epoch, under the limits
//	 3  epoch.go     offsets/N is created, exclusively: the range is fixed, a second writer fails here
//	 4  flow         chunks → columns (decoded ahead of the operators)
//	 5  flow, op     scan: watermark per partition, rows behind it
//	 6  flow, op     calc → tumble → local pre-aggregation → exchange
//	 7  flow, op     aggregate: state containers change in memory
//	 8  flow, op     Advance, stage by stage: windows fire
//	 9  commit.go    the touched rows become a state file, while the sinks stage
//	10  commit.go    every sink makes its epoch visible, atomically with its marker
//	11  commit.go    commits/N: the epoch is done
//	12  commit.go    progress, source feedback, retention, compaction
//
// A crash in rooms 1–2 costs nothing; in 3–8 the epoch is replayed over the same ranges with the same clock; in 9 there
// are orphans that nobody names; in 10 the sinks recognise the replay and discard it; after 11 the epoch is done.
//
// open.go decides at start which of these happened, and makes sure that nobody else goes on meanwhile; judge.go compares
// the sinks with the log, oldplan.go repeats an epoch under the plan that a sink's rows were made by.
//
// An epoch is a pure function of (state at N−1, logged ranges, logged clock, plan). Nothing below this package reads a
// clock or draws a random number.
package exec
