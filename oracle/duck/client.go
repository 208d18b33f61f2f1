// Package duck is DuckDB as an oracle: it answers what a query means over given rows, by plain batch SQL.
//
// The engine runs in a process of its own (server.py, the duckdb package of Python): DuckDB's Go driver ships its
// native library as a prebuilt archive that not every module proxy serves, while the Python package is everywhere. The
// product itself never sees DuckDB.
package duck

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
)

//go:embed server.py
var server string

// DB is a running DuckDB. Not safe for concurrent use.
type DB struct {
	Version string
	cmd     *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Scanner
}

// Open starts DuckDB. The error says how to install it when it is missing.
func Open() (*DB, error) {
	cmd := exec.Command("python3", "-u", "-c", server)
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	d := &DB{cmd: cmd, in: in, out: bufio.NewScanner(out)}
	d.out.Buffer(nil, 64<<20)
	if !d.out.Scan() {
		_ = cmd.Wait()
		return nil, errors.New("DuckDB did not start: install it with `pip install duckdb`")
	}
	var hello struct{ Version string }
	if err := json.Unmarshal(d.out.Bytes(), &hello); err != nil {
		return nil, err
	}
	d.Version = hello.Version
	return d, nil
}

// Query runs one statement and returns its rows as text; NULL is nil.
func (d *DB) Query(sql string) ([][]*string, error) {
	req, err := json.Marshal(map[string]string{"sql": sql})
	if err != nil {
		return nil, err
	}
	if _, err := d.in.Write(append(req, '\n')); err != nil {
		return nil, err
	}
	if !d.out.Scan() {
		return nil, fmt.Errorf("DuckDB ended: %w", d.out.Err())
	}
	var answer struct {
		Rows  [][]*string
		Error string
	}
	if err := json.Unmarshal(d.out.Bytes(), &answer); err != nil {
		return nil, err
	}
	if answer.Error != "" {
		return nil, fmt.Errorf("%s\nin: %s", answer.Error, sql)
	}
	return answer.Rows, nil
}

// Close ends DuckDB.
func (d *DB) Close() error {
	_ = d.in.Close()
	return d.cmd.Wait()
}
