// Package exec is a running query: it recovers, triggers epochs, and commits them.
//
// # One epoch, step by step
//
//	 1  run.go       something is due: rows wait, the input ended, the interval has passed; the clock is read once
//	 2  epoch.go     cut: what each table gives to the epoch, under the limits
//	 3  epoch.go     offsets/N is created, exclusively: the range is fixed, a second writer fails here
//	 4  flow         chunks → columns (decoded ahead of the operators)
//	 5  flow, op     scan: watermark per partition, rows behind it
//	 6  flow, op     calc → window → late → local pre-aggregation → exchange
//	 7  flow, op     aggregate: state containers change in memory
//	 8  flow, op     Advance, stage by stage: windows fire
//	 9  commit.go    the touched rows become a state file, while the sinks stage
//	10  commit.go    every sink makes its epoch visible, atomically with its marker
//	11  commit.go    commits/N: the epoch is done
//	12  after.go     progress, source feedback, retention, compaction
//
// A crash in steps 1–2 costs nothing; in 3–8 the epoch is replayed over the same ranges with the same clock; in 9 it
// leaves files that no record names; in 10 the sinks recognise the replay and discard it; after 11 the epoch is done.
//
// # One start, step by step
//
// A start decides which of these happened, and makes sure that nobody else continues meanwhile.
//
//	1  connect.go   connectors and operators are made; nothing is read
//	2  fence.go     look: the sinks are asked for their newest markers, then the logs are read, then the lock is taken
//	3  fence.go     the term: a file created exclusively; from here on whoever has an older one can commit no epoch
//	4  fence.go     every sink is fenced against older terms; then our own term is verified
//	5  fence.go     the logs are read again
//	6  judge.go     the marker of each fenced sink is compared with the logs: it fits, or the sink holds the open epoch,
//	                or the start is refused
//	7  oldplan.go   a sink holds the open epoch by another plan: that plan repeats it, then all of this begins again
//	8  restore.go   containers, watermarks and positions of the last commit
//	9  feed.go      readers start: over the logged range of the open epoch, else from the last position on
//
// The first Step repeats the open epoch (replay.go), and live feeds follow it.
//
// The order is the contract with a live owner, and each step relies on the one before it:
//
//   - Whatever refuses a start is found twice: in 2 by looking only, so that a start on a stale copy, beside a foreign
//     sink, or with a query that does not fit stops nobody; then in 6, by what the former owner had written until then.
//   - Markers before logs in 2: offsets/N exists before any marker of N, so the progress of a live owner between the
//     two looks never makes the logs seem older than the sinks. In 4 and 5 it is sinks before logs for the same reason.
//   - The term before the fences: a sink accepts a term once, and two starts at the same moment must not get the same.
//   - The fences before the verdict: until then the former owner may commit, and a verdict would be out of date at
//     once.
//
// An epoch is a pure function of (state at N−1, logged ranges, logged clock, plan). Nothing below this package reads a
// clock or draws a random number.
package exec
