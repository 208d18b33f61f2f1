package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"streamsql/internal/fault"
)

func contains(s, part string) bool { return strings.Contains(s, part) }

// TestDamagedCheckpoint deletes, truncates and flips each file of a checkpoint in turn: the next start refuses with
// code 8 (or ends well), and never gives another result.
func TestDamagedCheckpoint(t *testing.T) {
	for name, point := range map[string]string{
		"between epochs":  fault.WALCommitsLinked,
		"within an epoch": fault.StateWritten,
	} {
		t.Run(name, func(t *testing.T) {
			j := newJob(t, jobRows(900), 60, "")
			if r := j.run([]string{"STREAMSQL_FAULT=" + point + ":6=kill"}, "run", "q.sql", "--lanes", "1"); r.code != -1 {
				t.Fatalf("exit %d\n%s", r.code, r.stderr)
			}
			refused, fine := 0, 0
			for _, file := range checkpointFiles(t, j.dir) {
				for _, how := range []string{"delete", "empty", "half", "flip first", "flip middle", "flip last"} {
					c := j.copyTo(t.TempDir())
					damage(t, filepath.Join(c.dir, "q.state", file), how)
					sound := c.call(nil, "state", "verify", "q.state").code
					r := c.call(nil, "run", "q.sql", "--lanes", "1")
					needed := strings.HasPrefix(file, "offsets/") || strings.HasPrefix(file, "commits/") ||
						strings.HasPrefix(file, "state/")
					if needed && how != "delete" && (sound == 0) != (r.code == 0) {
						t.Errorf("%s %s: state verify exits with %d, the start with %d\n%s", how, file, sound, r.code, r.stderr)
					}
					switch r.code {
					case 0:
						fine++
						c.verify(how + " " + file)
					case 8:
						refused++
						if !contains(r.stderr, "error[") {
							t.Errorf("%s %s: no error text: %s", how, file, r.stderr)
						}
					default:
						t.Errorf("%s %s: exit %d\n%s", how, file, r.code, r.stderr)
					}
				}
			}
			t.Logf("%d damages refused, %d recovered", refused, fine)
			if refused == 0 {
				t.Error("nothing was refused: the damages miss their target")
			}
		})
	}
}

func checkpointFiles(t *testing.T, dir string) []string {
	t.Helper()
	root := filepath.Join(dir, "q.state")
	var out []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			rel, _ := filepath.Rel(root, path)
			out = append(out, rel)
		}
		return err
	})
	if err != nil || len(out) < 8 {
		t.Fatalf("checkpoint: %v, %v", out, err)
	}
	return out
}

func damage(t *testing.T, path, how string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := -1
	switch how {
	case "delete":
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		return
	case "empty":
		b = nil
	case "half":
		b = b[:len(b)/2]
	case "flip first":
		at = 0
	case "flip middle":
		at = len(b) / 2
	case "flip last":
		at = len(b) - 1
	}
	if at >= 0 && at < len(b) {
		b[at] ^= 0x04
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// copyTo copies the whole job folder.
func (j *job) copyTo(dir string) *job {
	j.t.Helper()
	c := &job{t: j.t, dir: filepath.Join(dir, "copy"), rows: j.rows}
	if err := os.CopyFS(c.dir, os.DirFS(j.dir)); err != nil {
		j.t.Fatal(fmt.Errorf("copy: %w", err))
	}
	// CopyFS gives new modification times; the logged ones belong to the data files.
	err := filepath.WalkDir(filepath.Join(j.dir, "data"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		return os.Chtimes(filepath.Join(c.dir, "data", d.Name()), info.ModTime(), info.ModTime())
	})
	if err != nil {
		j.t.Fatal(err)
	}
	return c
}
