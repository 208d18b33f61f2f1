package main

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// table is the samples of a run.
type table struct {
	idle    bool
	samples []sample
}

func (t *table) head(w io.Writer) {
	_, _ = fmt.Fprintf(w, "%7s %9s %7s %13s %12s %10s %12s %11s %11s\n", "seconds", "RSS MB", "cores",
		"latency ms", "worst ms", "rows out", "state files", "state KB", "sink files")
}

func (t *table) add(w io.Writer, s sample) {
	t.samples = append(t.samples, s)
	_, _ = fmt.Fprintf(w, "%7.0f %9.1f %7.3f %13d %12d %10d %12d %11d %11d\n",
		s.at.Seconds(), float64(s.rss)/1e6, s.cores, s.latency.Milliseconds(), s.worst.Milliseconds(),
		s.rows, s.stateFiles, s.stateBytes/1000, s.sinkFiles)
}

// figure is what is judged. It is flat when it grew by no more than `share` of itself, or by no more than `slack`.
type figure struct {
	name  string
	unit  string
	share float64
	slack float64
	of    func(sample) float64
}

var figures = []figure{
	{"RSS", "MB", 0.15, 8, func(s sample) float64 { return float64(s.rss) / 1e6 }},
	{"CPU", "cores", 0.25, 0.02, func(s sample) float64 { return s.cores }},
	{"latency", "ms", 0.25, 40, func(s sample) float64 { return float64(s.latency) / float64(time.Millisecond) }},
}

// kept is how long checkpoint files are kept at least: until then their number grows by design.
const kept = 10 * time.Minute

// stateFiles judges the number of checkpoint files from the moment on at which old ones go.
func (t *table) stateFiles(w io.Writer) (flat bool) {
	var after []sample
	for _, s := range t.samples {
		if s.at > kept+30*time.Second {
			after = append(after, s)
		}
	}
	if len(after) < 2 {
		_, _ = fmt.Fprintf(w, "state files: not judged; the run ended before any was %s old\n", kept)
		return true
	}
	first, last := after[0].stateFiles, after[len(after)-1].stateFiles
	word := "flat"
	if flat = last-first <= first/20+30; !flat {
		word = "GROWS"
	}
	_, _ = fmt.Fprintf(w, "%-12s %10d %10d %9.0f%%   %s after %s\n", "state files", first, last,
		100*float64(last-first)/max(float64(first), 1), word, kept)
	return flat
}

// verdict compares the median of the last quarter of the time judged with that of the first.
func (t *table) verdict(w io.Writer) (flat bool) {
	judged := t.samples[len(t.samples)/10:]
	if len(judged) < 8 {
		_, _ = fmt.Fprintf(w, "\n%d samples are too few for a verdict; it takes 9\n", len(t.samples))
		return true
	}
	flat = true
	quarter := len(judged) / 4
	_, _ = fmt.Fprintf(w, "\n%-12s %10s %10s %10s   %s\n", "", "first", "last", "growth", "verdict")
	for _, f := range figures {
		if t.idle && f.name == "latency" {
			continue
		}
		first, last := f.median(judged[:quarter]), f.median(judged[len(judged)-quarter:])
		word := "flat"
		if last-first > f.slack && last-first > f.share*first {
			word, flat = "GROWS", false
		}
		_, _ = fmt.Fprintf(w, "%-12s %10.3f %10.3f %9.0f%%   %s %s\n",
			f.name, first, last, 100*(last-first)/max(first, 1e-9), word, f.unit)
	}
	return t.stateFiles(w) && flat
}

func (f figure) median(samples []sample) float64 {
	values := make([]float64, len(samples))
	for i, s := range samples {
		values[i] = f.of(s)
	}
	slices.Sort(values)
	return values[len(values)/2]
}
