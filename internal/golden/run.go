package golden

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"streamsql/internal/diag"
	"streamsql/internal/fault"
	"streamsql/internal/option"
	"streamsql/planner"
)

// Options steer a run.
type Options struct {
	Update bool   // rewrite the expected parts
	Seed   uint64 // of the combinations
	Quick  bool   // the plain run only
	Extra  int    // further seeded combinations per file
}

// Report is what one file did.
type Report struct {
	File     string
	Runs     int
	Failures []string
	Points   map[string]bool // fault points that the crash axis reached
}

// Run runs one file, plain and through the matrix.
func Run(ctx context.Context, path string, o Options) Report {
	r := Report{File: path, Points: map[string]bool{}}
	f, err := load(path)
	if err != nil {
		r.Failures = append(r.Failures, err.Error())
		return r
	}
	plain := newSession(ctx, f, variant{name: "plain"})
	got, folded := plain.play(&r)
	r.Runs++
	if o.Update {
		if err := os.WriteFile(path, []byte(f.rewrite(got)), 0o644); err != nil {
			r.Failures = append(r.Failures, err.Error())
		}
		return r
	}
	compare(&r, f, got)
	if len(r.Failures) > 0 || o.Quick || folded == nil {
		return r
	}
	for _, v := range matrix(plain.traits(), o) {
		s := newSession(ctx, f, v)
		_, other := s.play(&r)
		r.Runs++
		for p := range s.points {
			r.Points[p] = true
		}
		if !slices.Equal(folded, other) {
			r.Failures = append(r.Failures, fmt.Sprintf("%s: %s: result differs\n--- plain\n%s\n--- %s\n%s", path, v.name,
				strings.Join(folded, "\n"), v.name, strings.Join(other, "\n")))
		}
	}
	return r
}

// compare checks the plain run against the text of the file.
func compare(r *Report, f *file, got map[*step][]string) {
	for _, s := range f.steps {
		g, ran := got[s]
		if !ran || (!s.marked && len(g) == 0) {
			continue
		}
		if !slices.Equal(g, s.want) {
			r.Failures = append(r.Failures, fmt.Sprintf("%s:%d: %s\n--- want\n%s\n--- got\n%s", f.name, s.line, s.command,
				strings.Join(s.want, "\n"), strings.Join(g, "\n")))
		}
	}
}

// play runs the steps; it returns the output per step and the folded result (nil when the file is about an error).
func (s *session) play(r *Report) (map[*step][]string, []string) {
	defer s.close()
	got := map[*step][]string{}
	fail := func(st *step, err error) {
		r.Failures = append(r.Failures, fmt.Sprintf("%s:%d: %s: %s: %v", s.file.name, st.line, s.v.name, st.command, err))
	}
	for _, st := range s.file.steps {
		out, err := s.do(st)
		if err != nil {
			fail(st, err)
			return got, nil
		}
		if out != nil || st.marked {
			got[st] = out
		}
		if s.prog == nil && st.command == "sql" {
			return got, nil // the query was refused; that is the test
		}
	}
	if s.failure != nil {
		return got, nil
	}
	for _, t := range s.world.sinks {
		for _, breach := range t.Breaches() {
			r.Failures = append(r.Failures,
				fmt.Sprintf("%s: %s: sink %s: %s", s.file.name, s.v.name, t.Name, breach))
		}
	}
	return got, append([]string{}, s.results()...)
}

// do runs one step.
func (s *session) do(st *step) ([]string, error) {
	switch st.command {
	case "axes":
		return nil, nil
	case "set":
		for _, kv := range st.args {
			k, v, ok := strings.Cut(kv, "=")
			if !ok {
				return nil, fmt.Errorf("set %q: want key=value", kv)
			}
			s.set[k] = v
		}
		return nil, nil
	case "sql":
		if err := s.compile(st); err != nil {
			return describeError(err), nil
		}
		if s.v.oneEpoch {
			s.feedAll()
		}
		return nil, nil
	case "explain":
		what := ""
		if len(st.args) > 0 {
			what = st.args[0]
		}
		return strings.Split(strings.TrimRight(planner.Explain(s.prog, what), "\n"), "\n"), nil
	}
	if s.prog == nil {
		return nil, fmt.Errorf("no query before %s", st.command)
	}
	return s.drive(st)
}

// drive runs a step that needs a query.
func (s *session) drive(st *step) ([]string, error) {
	switch st.command {
	case "feed":
		return nil, s.feed(st)
	case "clock":
		d, err := option.ParseDuration(strings.TrimPrefix(st.args[0], "+"))
		s.clock.Advance(d)
		return nil, err
	case "trigger":
		out := s.trigger()
		if s.v.restarts && s.failure == nil {
			return out, s.reincarnate()
		}
		return out, s.unexpected()
	case "finish":
		return s.finish(), s.unexpected()
	case "restart":
		if err := s.reincarnate(); err != nil {
			s.failure = err
			return describeError(err), s.unexpected()
		}
		epoch, _ := s.query.Resumed()
		rows := diag.Plural(s.query.StateRows(), "state row")
		return []string{fmt.Sprintf("resumed after epoch %d, %s", epoch, rows)}, nil
	case "crash":
		return nil, s.crash(st)
	case "results":
		return s.results(), nil
	case "late":
		return s.lateLines(), nil
	case "state":
		return s.stateLines(), nil
	case "error":
		if s.failure == nil {
			return nil, fmt.Errorf("the run did not fail")
		}
		return describeError(s.failure), nil
	}
	return nil, fmt.Errorf("command %s has no meaning here", st.command)
}

// unexpected turns a failure into the run's end unless the file expects it.
func (s *session) unexpected() error {
	if s.failure == nil {
		return nil
	}
	for _, st := range s.file.steps {
		if st.command == "error" {
			return nil
		}
	}
	if s.v.name == "plain" {
		return nil // the text of the step is compared
	}
	return s.failure
}

func (s *session) crash(st *step) error {
	at, ok := st.arg("at")
	if !ok {
		return fmt.Errorf("crash at=POINT[:n]")
	}
	point, n, _ := strings.Cut(at, ":")
	nth := 1
	if n != "" {
		var err error
		if nth, err = strconv.Atoi(n); err != nil {
			return err
		}
	}
	if !fault.Known(point) {
		return fmt.Errorf("no fault point %q", point)
	}
	if s.v.crashAt == "" {
		s.armCrash(point, nth)
	}
	return nil
}

func (s *session) stateLines() []string {
	if s.query == nil {
		return nil
	}
	return []string{diag.Plural(s.query.StateRows(), "group")}
}

func readText(path string) (string, error) {
	b, err := os.ReadFile(path)
	return string(b), err
}
