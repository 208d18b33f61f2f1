package main

import (
	"bufio"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// ticks is USER_HZ, which Linux fixes at 100 for everything that /proc shows.
const ticks = 100

// probe looks at the process and its folders.
type probe struct {
	pid         int
	state, sink string
	lastCPU     float64
	lastAt      time.Time
}

// sample is one look.
type sample struct {
	at             time.Duration
	rss            int64   // bytes
	cores          float64 // since the last look
	latency, worst time.Duration
	rows           int64 // that the reader got since the last look
	stateFiles     int
	stateBytes     int64
	sinkFiles      int
}

func (p *probe) begin() (err error) {
	p.lastAt = time.Now()
	p.lastCPU, err = p.cpu()
	return err
}

func (p *probe) sample(at time.Duration) (s sample, err error) {
	s.at = at
	cpu, err := p.cpu()
	if err != nil {
		return s, err
	}
	now := time.Now()
	s.cores = (cpu - p.lastCPU) / now.Sub(p.lastAt).Seconds()
	p.lastCPU, p.lastAt = cpu, now
	if s.rss, err = p.rss(); err != nil {
		return s, err
	}
	s.stateFiles, s.stateBytes = count(p.state)
	s.sinkFiles, _ = count(p.sink)
	return s, nil
}

// cpu is the seconds that the process has used.
func (p *probe) cpu() (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	used := 0.0
	for _, f := range fields[11:13] { // fields 14 and 15, utime and stime: those up to the name are cut off
		n, err := strconv.ParseFloat(f, 64)
		if err != nil {
			return 0, err
		}
		used += n / ticks
	}
	return used, nil
}

func (p *probe) rss() (int64, error) {
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", p.pid))
	if err != nil {
		return 0, err
	}
	defer func() { _ = f.Close() }()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), "VmRSS:"); ok {
			kib, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return kib << 10, err
		}
	}
	return 0, fmt.Errorf("no VmRSS of process %d", p.pid)
}

// count is the files below a folder and their bytes; what vanishes meanwhile does not count.
func count(root string) (files int, bytes int64) {
	_ = filepath.WalkDir(root, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil
		}
		if info, err := d.Info(); err == nil {
			files, bytes = files+1, bytes+info.Size()
		}
		return nil
	})
	return files, bytes
}
