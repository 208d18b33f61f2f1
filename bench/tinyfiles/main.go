// Command tinyfiles shows what very many very small files cost: it writes them, runs the built binary over them once,
// and prints its highest resident memory, CPU time and duration. The exit code is 1 when the memory was more than -max,
// or when the result is not one row per file.
//
//	go run ./bench/tinyfiles                      50,000 files of 20 bytes, at most 200 MB
//	go run ./bench/tinyfiles -files 5000 -trigger available-now -memory 256mb
//
// A run that needs far more is killed by its own limit and not by the machine's: -cap stops the binary when its memory
// passes that many megabytes. It needs Linux, for /proc.
package main

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

func main() {
	var c config
	flag.StringVar(&c.binary, "binary", "", "the built binary (default: built now from this tree)")
	flag.IntVar(&c.files, "files", 50_000, "number of files")
	flag.IntVar(&c.size, "size", 20, "bytes per file, one row each")
	flag.Int64Var(&c.most, "max", 200, "megabytes of resident memory that are right")
	flag.Int64Var(&c.stop, "cap", 2000, "megabytes at which the run is stopped")
	flag.StringVar(&c.trigger, "trigger", "", "--trigger of the binary; with available-now the table is a watched one")
	flag.StringVar(&c.memory, "memory", "", "--memory of the binary")
	flag.Parse()
	if err := run(c); err != nil {
		fmt.Fprintln(os.Stderr, "tinyfiles:", err)
		os.Exit(1)
	}
}

// config is the command line.
type config struct {
	binary          string
	files, size     int
	most, stop      int64
	trigger, memory string
}

func run(c config) error {
	dir, err := os.MkdirTemp("", "tinyfiles")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if c.binary == "" {
		c.binary = filepath.Join(dir, "streamsql")
		build := exec.Command("go", "build", "-trimpath", "-o", c.binary, "./cmd/streamsql")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("build: %w\n%s", err, out)
		}
	}
	if c.binary, err = filepath.Abs(c.binary); err != nil {
		return err
	}
	if err := write(dir, c); err != nil {
		return err
	}
	began := time.Now()
	peak, state, err := execute(dir, c)
	if state != nil {
		fmt.Printf("%d files of %d bytes: highest RSS %d MB, CPU %.2f s, %.2f s\n", c.files, c.size, peak>>20,
			(state.UserTime() + state.SystemTime()).Seconds(), time.Since(began).Seconds())
	}
	if err != nil {
		return err
	}
	rows, err := results(filepath.Join(dir, "out"))
	if err != nil {
		return err
	}
	if rows != c.files {
		return fmt.Errorf("%d rows came out, want %d", rows, c.files)
	}
	if peak > c.most<<20 {
		return fmt.Errorf("%d MB are more than %d", peak>>20, c.most)
	}
	return nil
}

func write(dir string, c config) error {
	if err := os.Mkdir(filepath.Join(dir, "in"), 0o755); err != nil {
		return err
	}
	for i := range c.files {
		row := []byte(fmt.Sprintf(`{"k":%d`, i))
		row = append(row, bytes.Repeat([]byte(" "), max(c.size-len(row)-2, 0))...)
		name := filepath.Join(dir, "in", fmt.Sprintf("%06d.jsonl", i))
		if err := os.WriteFile(name, append(row, '}', '\n'), 0o644); err != nil {
			return err
		}
	}
	watched := ""
	if c.trigger != "" {
		watched = ", 'source.monitor-interval'='1s'"
	}
	query := fmt.Sprintf(`CREATE TABLE t (k BIGINT) WITH ('connector'='filesystem','path'='in','format'='json'%s);
CREATE TABLE o (k BIGINT) WITH ('connector'='filesystem','path'='out','format'='json');
INSERT INTO o SELECT k FROM t;
`, watched)
	return os.WriteFile(filepath.Join(dir, "q.sql"), []byte(query), 0o644)
}

var errTooMuch = errors.New("it was stopped because of its memory")

// execute runs the query to its end, and gives the highest resident memory seen.
func execute(dir string, c config) (peak int64, state *os.ProcessState, err error) {
	args := []string{"run", "q.sql"}
	if c.trigger != "" {
		args = append(args, "--trigger", c.trigger)
	}
	if c.memory != "" {
		args = append(args, "--memory", c.memory)
	}
	cmd := exec.Command(c.binary, args...)
	cmd.Dir = dir
	var talk bytes.Buffer
	cmd.Stderr = &talk
	if err := cmd.Start(); err != nil {
		return 0, nil, err
	}
	exited := make(chan error, 1)
	go func() { exited <- cmd.Wait() }()
	for stopped := false; ; {
		select {
		case err := <-exited:
			if stopped {
				return peak, cmd.ProcessState, errTooMuch
			}
			if err != nil {
				err = fmt.Errorf("%w\n%s", err, talk.Bytes())
			}
			return peak, cmd.ProcessState, err
		case <-time.After(20 * time.Millisecond):
			if n := highest(cmd.Process.Pid); n > peak {
				peak = n
			}
			if !stopped && peak > c.stop<<20 {
				stopped = true
				_ = cmd.Process.Kill()
			}
		}
	}
}

// highest is VmHWM of a process; 0 when it is gone.
func highest(pid int) int64 {
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	defer func() { _ = f.Close() }()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), "VmHWM:"); ok {
			kib, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			if err != nil {
				return 0
			}
			return kib << 10
		}
	}
	return 0
}

func results(dir string) (rows int, err error) {
	parts, err := fs.Glob(os.DirFS(dir), "part-*")
	for _, p := range parts {
		data, err := os.ReadFile(filepath.Join(dir, p))
		if err != nil {
			return rows, err
		}
		rows += bytes.Count(data, []byte("\n"))
	}
	return rows, err
}
