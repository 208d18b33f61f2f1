package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// config is the command line.
type config struct {
	binary   string
	dir      string
	keep     bool
	duration time.Duration
	sample   time.Duration
	rate     int           // rows per second
	files    int           // files per second
	keys     int           // distinct keys per window
	window   time.Duration // TUMBLE
	monitor  time.Duration
	seen     int // files read before the clock starts
	memory   string
}

func main() {
	var c config
	flag.StringVar(&c.binary, "binary", "", "the built binary (default: built now from this tree)")
	flag.StringVar(&c.dir, "dir", "", "folder to work in (default: a temporary one)")
	flag.BoolVar(&c.keep, "keep", false, "keep the folder")
	flag.DurationVar(&c.duration, "duration", 15*time.Minute, "how long")
	flag.DurationVar(&c.sample, "sample", 10*time.Second, "time between samples")
	flag.IntVar(&c.rate, "rate", 50_000, "rows per second; 0 = only poll")
	flag.IntVar(&c.files, "files", 10, "files per second")
	flag.IntVar(&c.keys, "keys", 1000, "distinct keys")
	flag.DurationVar(&c.window, "window", time.Second, "length of the windows")
	flag.DurationVar(&c.monitor, "monitor", 100*time.Millisecond, "source.monitor-interval")
	flag.IntVar(&c.seen, "seen", 0, "files of one row that are read before the clock starts")
	flag.StringVar(&c.memory, "memory", "", "--memory of the binary (default: its own default)")
	flag.Parse()
	flat, err := run(c)
	if err != nil {
		fmt.Fprintln(os.Stderr, "longrun:", err)
		os.Exit(2)
	}
	if !flat {
		os.Exit(1)
	}
}

func run(c config) (flat bool, err error) {
	if c.dir == "" {
		if c.dir, err = os.MkdirTemp("", "longrun"); err != nil {
			return false, err
		}
	}
	if c.dir, err = filepath.Abs(c.dir); err != nil {
		return false, err
	}
	if !c.keep {
		defer func() { _ = os.RemoveAll(c.dir) }()
	}
	for _, d := range []string{"in", "out"} {
		if err := os.MkdirAll(filepath.Join(c.dir, d), 0o755); err != nil {
			return false, err
		}
	}
	if c.binary == "" {
		c.binary = filepath.Join(c.dir, "streamsql")
		build := exec.Command("go", "build", "-trimpath", "-o", c.binary, "./cmd/streamsql")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			return false, fmt.Errorf("build: %w\n%s", err, out)
		}
	}
	if c.binary, err = filepath.Abs(c.binary); err != nil { // the query runs in a folder of its own
		return false, err
	}
	if err := os.WriteFile(filepath.Join(c.dir, "q.sql"), []byte(query(c)), 0o644); err != nil {
		return false, err
	}
	w := &writer{dir: filepath.Join(c.dir, "in"), keys: c.keys}
	if err := w.history(c.seen); err != nil {
		return false, err
	}
	return observe(c, w)
}

func query(c config) string {
	return fmt.Sprintf(`CREATE TABLE t (ts TIMESTAMP(3), k STRING, v BIGINT, note STRING, WATERMARK FOR ts AS ts) WITH (
  'connector'='filesystem', 'path'='in', 'format'='json', 'source.monitor-interval'='%dms');
CREATE TABLE o (window_end TIMESTAMP(3), k STRING, n BIGINT, s BIGINT) WITH (
  'connector'='filesystem', 'path'='out', 'format'='json');
INSERT INTO o SELECT window_end, k, COUNT(*), SUM(v)
FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '%d' SECOND)) GROUP BY window_start, window_end, k;
`, c.monitor.Milliseconds(), max(int(c.window.Seconds()), 1))
}

// observe starts the binary, writes and samples until the time is up, stops it, and judges.
func observe(c config, w *writer) (bool, error) {
	args := []string{"run", "q.sql", "--state", "q.state"}
	if c.memory != "" {
		args = append(args, "--memory", c.memory)
	}
	cmd := exec.Command(c.binary, args...)
	cmd.Dir = c.dir
	log, err := os.Create(filepath.Join(c.dir, "stderr.txt"))
	if err != nil {
		return false, err
	}
	defer func() { _ = log.Close() }()
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		return false, err
	}
	exited := make(chan error, 1)
	go func() { exited <- cmd.Wait() }()
	p := &probe{
		pid: cmd.Process.Pid, state: filepath.Join(c.dir, "q.state"), sink: filepath.Join(c.dir, "out", ".streamsql"),
	}
	r := &reader{dir: filepath.Join(c.dir, "out")}
	table, err := watch(c, w, r, p, exited)
	if err != nil {
		_ = cmd.Process.Kill()
		tail, _ := os.ReadFile(log.Name())
		return false, fmt.Errorf("%w\n%s", err, tail)
	}
	_ = cmd.Process.Signal(syscall.SIGTERM)
	if err := <-exited; err != nil {
		return false, fmt.Errorf("the query did not stop cleanly: %w", err)
	}
	return table.verdict(os.Stdout), nil
}

var errEarly = errors.New("the query ended before it was asked to")

// watch is the run itself.
func watch(c config, w *writer, r *reader, p *probe, exited <-chan error) (*table, error) {
	if err := settled(c, p, exited); err != nil {
		return nil, err
	}
	t := &table{idle: c.rate == 0}
	t.head(os.Stdout)
	begun := time.Now()
	if err := p.begin(); err != nil {
		return nil, err
	}
	poll := time.NewTicker(20 * time.Millisecond)
	defer poll.Stop()
	next := begun.Add(c.sample)
	for time.Since(begun) < c.duration {
		select {
		case err := <-exited:
			return nil, fmt.Errorf("%w: %w", errEarly, err)
		case <-poll.C:
		}
		if err := w.upTo(time.Now(), begun, c); err != nil {
			return nil, err
		}
		if err := r.look(); err != nil {
			return nil, err
		}
		if time.Now().After(next) {
			next = next.Add(c.sample)
			s, err := p.sample(time.Since(begun))
			if err != nil {
				return nil, err
			}
			s.latency, s.worst, s.rows = r.take()
			t.add(os.Stdout, s)
		}
	}
	return t, nil
}

// settled waits until the files of the past are read: the CPU of the process has been quiet for three seconds.
func settled(c config, p *probe, exited <-chan error) error {
	if c.seen == 0 {
		return nil
	}
	last, quiet := -1.0, 0
	for began := time.Now(); time.Since(began) < 10*time.Minute; {
		select {
		case err := <-exited:
			return fmt.Errorf("%w: %w", errEarly, err)
		case <-time.After(time.Second):
		}
		cpu, err := p.cpu()
		if err != nil {
			return err
		}
		if last >= 0 && cpu-last < 0.3 {
			quiet++
		} else {
			quiet = 0
		}
		if last = cpu; quiet == 3 {
			return nil
		}
	}
	return errors.New("the files of the past were not read within ten minutes")
}
