package fault

import (
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
)

func TestParse(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{" , ", ""},
		{"state/written=eio", ""},
		{"state/written:3=enospc, sink/staged=kill", ""},
		{"state/written", "want point[:n]=action"},
		{"state/written:0=eio", "is not a count"},
		{"state/written:x=eio", "is not a count"},
		{"state/written=explode", "action must be"},
		{"state/writen=eio", "no such point; known are wal/offsets/synced"},
	} {
		_, err := Parse(c.text)
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%q: %v", c.text, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%q: got %v, want %q", c.text, err, c.want)
		}
	}
}

func TestPointFiresOnceAtItsCount(t *testing.T) {
	s, err := Parse("state/written:3=eio,sink/staged=enospc")
	if err != nil {
		t.Fatal(err)
	}
	for pass := 1; pass <= 5; pass++ {
		err := s.Point(StateWritten)
		if fired := errors.Is(err, syscall.EIO); fired != (pass == 3) {
			t.Errorf("pass %d: %v", pass, err)
		}
		if pass == 3 && !strings.Contains(err.Error(), StateWritten) {
			t.Errorf("the error does not name its point: %v", err)
		}
	}
	if err := s.Point(SinkStaged); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("sink/staged: %v", err)
	}
	if err := s.Point(FlowMorsel); err != nil {
		t.Errorf("a point that is not armed fired: %v", err)
	}
}

func TestArm(t *testing.T) {
	want := errors.New("torn")
	var s Set
	s.Arm(GCHalf, 2, func() error { return want })
	if err := s.Point(GCHalf); err != nil {
		t.Errorf("first: %v", err)
	}
	if err := s.Point(GCHalf); !errors.Is(err, want) {
		t.Errorf("second: %v", err)
	}
	s.Arm(GCHalf, 1, func() error { return want })
	s.Clear()
	if err := s.Point(GCHalf); err != nil {
		t.Errorf("after Clear: %v", err)
	}
}

func TestArmUnknownPointPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	(&Set{}).Arm("no/such/point", 1, nil)
}

func TestTraceSeesEveryPoint(t *testing.T) {
	var s Set
	var seen []string
	s.Trace(func(p string) { seen = append(seen, p) })
	for _, p := range Names() {
		if err := s.Point(p); err != nil {
			t.Error(err)
		}
	}
	if !slices.Equal(seen, Names()) {
		t.Errorf("seen %v", seen)
	}
}

func TestNilSetNeverFires(t *testing.T) {
	var s *Set
	if err := s.Point(StateWritten); err != nil {
		t.Error(err)
	}
}

// A rule fires once however many goroutines pass its point.
func TestPointIsSafeForConcurrentUse(t *testing.T) {
	const lanes, passes = 8, 100
	var s Set
	var fired atomic.Int64
	s.Arm(FlowMorsel, lanes*passes/2, func() error { fired.Add(1); return nil })
	var wg sync.WaitGroup
	for range lanes {
		wg.Go(func() {
			for range passes {
				_ = s.Point(FlowMorsel)
			}
		})
	}
	wg.Wait()
	if fired.Load() != 1 {
		t.Errorf("fired %d times", fired.Load())
	}
}

// TestEveryPointIsListed: a constant that is not in names could be armed by nobody.
func TestEveryPointIsListed(t *testing.T) {
	src, err := os.ReadFile("points.go")
	if err != nil {
		t.Fatal(err)
	}
	declared := regexp.MustCompile(`(?m)^\t\w+\s+= "([^"]+)"`).FindAllSubmatch(src, -1)
	if len(declared) < 20 {
		t.Fatalf("%d declarations found: the pattern is broken", len(declared))
	}
	for _, d := range declared {
		if !Known(string(d[1])) {
			t.Errorf("%s is declared but not in names", d[1])
		}
	}
	if len(declared) != len(Names()) {
		t.Errorf("%d declared, %d in names", len(declared), len(Names()))
	}
	sorted := Names()
	slices.Sort(sorted)
	if len(slices.Compact(sorted)) != len(Names()) {
		t.Error("a point is listed twice")
	}
}

// TestNamesIsACopy: the list of the package cannot be changed from outside.
func TestNamesIsACopy(t *testing.T) {
	Names()[0] = "changed"
	if Names()[0] == "changed" {
		t.Error("Names gives the list itself away")
	}
}

func BenchmarkPointNotArmed(b *testing.B) {
	s := &Set{}
	for b.Loop() {
		if s.Point(FlowMorsel) != nil {
			b.Fatal("fired")
		}
	}
}
