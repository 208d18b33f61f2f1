package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// writer puts files of rows into the watched directory, each whole at once.
type writer struct {
	dir     string
	keys    int
	written int // files
	rows    int64
	buf     []byte
}

// history writes n files of one row each, older than anything that follows.
func (w *writer) history(n int) error {
	at := time.Now().Add(-time.Hour)
	for i := range n {
		w.buf = append(w.row(w.buf[:0], at, int64(i)), '\n')
		if err := os.WriteFile(filepath.Join(w.dir, fmt.Sprintf("old-%08d.jsonl", i)), w.buf, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// upTo writes the files that are due: file i holds the rows of its share of a second and is due at that share's end.
func (w *writer) upTo(now, begun time.Time, c config) error {
	if c.rate == 0 {
		return nil
	}
	share := time.Second / time.Duration(c.files)
	for due := begun.Add(time.Duration(w.written+1) * share); !due.After(now); due = due.Add(share) {
		n := int64(c.rate / c.files)
		w.buf = w.buf[:0]
		for i := range n {
			at := due.Add(-share + share*time.Duration(i)/time.Duration(n))
			w.buf = append(w.row(w.buf, at, w.rows+i), '\n')
		}
		w.rows += n
		name := fmt.Sprintf("rows-%08d.jsonl", w.written)
		w.written++
		hidden := filepath.Join(w.dir, "."+name)
		if err := os.WriteFile(hidden, w.buf, 0o644); err != nil {
			return err
		}
		if err := os.Rename(hidden, filepath.Join(w.dir, name)); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) row(dst []byte, at time.Time, n int64) []byte {
	dst = at.UTC().AppendFormat(append(dst, `{"ts":"`...), "2006-01-02 15:04:05.000")
	dst = strconv.AppendInt(append(dst, `","k":"key-`...), n*7919%int64(w.keys), 10)
	dst = strconv.AppendInt(append(dst, `","v":`...), n%1000, 10)
	return append(dst, `,"note":"a text nobody asks for"}`...)
}
