package golden

import (
	"fmt"
	"os"
	"strings"
)

// file is a parsed .stest file. Steps keep their place so that --update rewrites only the expected parts.
type file struct {
	name  string
	lines []string
	steps []*step
}

// step is one command.
type step struct {
	line    int // 1-based line of the command
	command string
	args    []string
	input   []string
	want    []string
	from    int // lines[from:to] is the expected part
	to      int
	marked  bool // the step has a ---- line
}

func (s *step) text() string { return strings.Join(s.input, "\n") }

// arg finds key=value among the arguments.
func (s *step) arg(key string) (string, bool) {
	for _, a := range s.args {
		if v, ok := strings.CutPrefix(a, key+"="); ok {
			return v, true
		}
	}
	return "", false
}

func load(path string) (*file, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return parse(path, string(b))
}

// parse reads the format described in the package comment.
func parse(name, text string) (*file, error) {
	f := &file{name: name, lines: strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")}
	for i := 0; i < len(f.lines); {
		line := strings.TrimSpace(f.lines[i])
		if line == "" || strings.HasPrefix(line, "#") {
			i++
			continue
		}
		s, next, err := f.step(i)
		if err != nil {
			return nil, err
		}
		f.steps = append(f.steps, s)
		i = next
	}
	return f, nil
}

// step reads the command at line i (0-based) and returns the line after it.
func (f *file) step(i int) (*step, int, error) {
	words := strings.Fields(f.lines[i])
	s := &step{line: i + 1, command: words[0], args: words[1:]}
	if !known[s.command] {
		return nil, 0, fmt.Errorf("%s:%d: unknown command %q", f.name, s.line, s.command)
	}
	i++
	for i < len(f.lines) && f.lines[i] != "----" {
		if f.lines[i] == "" && !multiline[s.command] {
			break // a command without expectation
		}
		s.input = append(s.input, f.lines[i])
		i++
	}
	if i == len(f.lines) || f.lines[i] != "----" {
		s.from, s.to = i, i
		return s, i, nil
	}
	i++
	s.marked, s.from = true, i
	for i < len(f.lines) && f.lines[i] != "" {
		s.want = append(s.want, f.lines[i])
		i++
	}
	s.to = i
	return s, i, nil
}

// multiline commands may hold empty lines in their input; they always end in ----.
var multiline = map[string]bool{"sql": true}

var known = map[string]bool{
	"sql": true, "set": true, "feed": true, "trigger": true, "clock": true, "finish": true, "restart": true,
	"crash": true, "results": true, "late": true, "state": true, "explain": true, "error": true, "axes": true,
}

// rewrite puts the outputs in place of the expectations and keeps everything else, comments included.
func (f *file) rewrite(got map[*step][]string) string {
	var out []string
	at := 0
	for _, s := range f.steps {
		g, ok := got[s]
		if !ok || (!s.marked && len(g) == 0) {
			continue
		}
		out = append(out, f.lines[at:s.from]...)
		if !s.marked {
			out = append(out, "----")
		}
		out = append(out, g...)
		at = s.to
	}
	out = append(out, f.lines[at:]...)
	return strings.Join(out, "\n")
}
