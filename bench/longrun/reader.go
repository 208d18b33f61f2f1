package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// reader takes published parts away and notes how late they were.
type reader struct {
	dir  string
	late []time.Duration
	rows int64
}

// look reads and removes every part that is visible.
func (r *reader) look() error {
	items, err := os.ReadDir(r.dir)
	if err != nil {
		return err
	}
	now := time.Now()
	for _, item := range items {
		if !strings.HasPrefix(item.Name(), "part-") {
			continue
		}
		name := filepath.Join(r.dir, item.Name())
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		r.rows += int64(bytes.Count(data, []byte("\n")))
		if end, ok := newestWindow(data); ok && now.Sub(end) < time.Minute { // windows of the past have no latency
			r.late = append(r.late, now.Sub(end))
		}
		if err := os.Remove(name); err != nil {
			return err
		}
	}
	return nil
}

// newestWindow is the greatest window_end of a part.
func newestWindow(data []byte) (newest time.Time, ok bool) {
	const key = `"window_end":"`
	for line := range bytes.Lines(data) {
		at := bytes.Index(line, []byte(key))
		if at < 0 {
			continue
		}
		text := string(line[at+len(key):])
		text = strings.Replace(text[:strings.IndexByte(text, '"')], "T", " ", 1)
		end, err := time.Parse("2006-01-02 15:04:05.999", text)
		if err == nil && end.After(newest) {
			newest, ok = end, true
		}
	}
	return newest, ok
}

// take gives the middle and the worst latency, and the rows, since the last call.
func (r *reader) take() (middle, worst time.Duration, rows int64) {
	slices.Sort(r.late)
	if n := len(r.late); n > 0 {
		middle, worst = r.late[n/2], r.late[n-1]
	}
	rows = r.rows
	r.late, r.rows = r.late[:0], 0
	return middle, worst, rows
}
