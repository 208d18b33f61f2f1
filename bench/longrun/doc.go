// Command longrun shows whether a query that runs forever keeps the figures it began with. It writes files into a
// watched directory at a steady rate, runs the built binary on them with a windowed query into a file sink, takes the
// published parts away as a reader would, and samples the process every few seconds:
//
//	RSS       resident memory, from /proc
//	CPU       cores used since the last sample (user + system)
//	latency   from the end of a window to the moment a reader sees the window's rows; it holds the wait for the row that
//	          passes the window's end, the poll of the directory, the epoch, and the reader's own poll of 20 ms
//	state     files of the checkpoint, and their bytes
//	sink      files that the sink keeps for itself
//
// At the end it prints a table and, for each figure, how much it has grown from the first to the last quarter of the
// time judged. The first tenth of the run is not judged: memory fills up to its working set in it. Checkpoint files are
// kept for ten minutes, so their number is judged from then on. The exit code is 1 when a figure grew by more than its
// allowance.
//
//	go run ./bench/longrun                                    15 minutes, 50,000 rows/s, 10 files/s, a sample per 10 s
//	go run ./bench/longrun -duration 3m -sample 5s
//	go run ./bench/longrun -seen 50000 -rate 0 -duration 2m   idle polling beside 50,000 files that were read
//
// It needs Linux, for /proc.
package main
