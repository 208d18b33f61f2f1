// Command gen writes bids as JSON lines; see package bench/gen for what they are like.
//
//	gen --bids 4600000 --out bench/data/bids.jsonl
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"streamsql/bench/gen"
)

func main() {
	bids := flag.Int64("bids", 4_600_000, "number of bids (46 of 50 events)")
	out := flag.String("out", "-", "file to write, - for standard output; written aside and renamed")
	seed := flag.Uint64("seed", 0, "another seed, other bids")
	rate := flag.Int64("rate", 10_000, "events per second of event time")
	disorder := flag.Duration("disorder", 0, "bids come up to this much after later ones")
	late := flag.Int64("late", 0, "make one bid in this many late by 20 to 40 s")
	flag.Parse()
	g := gen.New(gen.Config{Seed: *seed, Rate: *rate, Disorder: *disorder, Late: *late})
	if err := write(g, *bids, *out); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func write(g *gen.Generator, bids int64, path string) error {
	if path == "-" {
		return copyBids(os.Stdout, g, bids)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".gen-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }() // gone already when it was renamed
	began := time.Now()
	if err := copyBids(f, g, bids); err != nil {
		return err
	}
	if err := f.Chmod(0o644); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%d bids in %.1f s\n", bids, time.Since(began).Seconds())
	return os.Rename(f.Name(), path)
}

func copyBids(w io.Writer, g *gen.Generator, bids int64) error {
	const step = 5000
	var buf []byte
	for done := int64(0); done < bids; done += step {
		buf = g.Append(buf[:0], min(step, bids-done))
		if _, err := w.Write(buf); err != nil {
			return err
		}
	}
	return nil
}
