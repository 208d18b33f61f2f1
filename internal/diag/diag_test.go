package diag

import (
	"errors"
	"fmt"
	"regexp"
	"testing"
)

func TestSpanJoin(t *testing.T) {
	cases := []struct{ a, b, want Span }{
		{Span{}, Span{3, 5}, Span{3, 5}},
		{Span{3, 5}, Span{}, Span{3, 5}},
		{Span{3, 5}, Span{9, 12}, Span{3, 12}},
		{Span{9, 12}, Span{3, 10}, Span{3, 12}},
	}
	for _, c := range cases {
		if got := c.a.Join(c.b); got != c.want {
			t.Errorf("%v.Join(%v) = %v, want %v", c.a, c.b, got, c.want)
		}
	}
}

func TestErrorText(t *testing.T) {
	e := New(Usage, "bad %s", "flag").WithHint("see %s", "help").WithCause(errors.New("why"))
	if got, want := e.Error(), "error[usage]: bad flag: why (see help)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestErrorsAreFoundByCode(t *testing.T) {
	inner := At(Usage, Span{1, 2}, "one")
	for _, err := range []error{inner, fmt.Errorf("outer: %w", inner), List{New(Internal, "x"), inner}} {
		if !errors.Is(err, New(Usage, "")) {
			t.Errorf("%v is not found by its code", err)
		}
	}
	if errors.Is(inner, New(Internal, "")) {
		t.Error("another code matches")
	}
	if got := ExitOf(fmt.Errorf("outer: %w", inner)); got != ExitUsage {
		t.Errorf("exit %d", got)
	}
	if got := ExitOf(nil); got != 0 {
		t.Errorf("exit of no error is %d", got)
	}
	if got := ExitOf(errors.New("foreign")); got != ExitInternal {
		t.Errorf("exit of a foreign error is %d", got)
	}
}

func TestListSortsByPosition(t *testing.T) {
	l := List{At(Usage, Span{9, 9}, "c"), At(Usage, Span{1, 5}, "a"), At(Usage, Span{1, 2}, "b")}
	l.Sort()
	if got, want := l.Error(), "error[usage]: a\nerror[usage]: b\nerror[usage]: c"; got != want {
		t.Errorf("got %q", got)
	}
	if List(nil).Err() != nil {
		t.Error("an empty list is an error")
	}
}

// TestCodesAreWellFormed pins what docs and scripts rely on: names in kebab case, a sentence, a known exit code.
func TestCodesAreWellFormed(t *testing.T) {
	name := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	exits := map[int]bool{ExitInternal: true, ExitUsage: true, ExitSQL: true, ExitConfig: true, ExitSource: true,
		ExitSink: true, ExitInUse: true, ExitState: true, ExitData: true, ExitTest: true, ExitDrain: true, ExitStopped: true}
	for _, i := range Codes() {
		if !name.MatchString(string(i.Code)) {
			t.Errorf("code %q is not in kebab case", i.Code)
		}
		if len(i.Doc) < 10 || i.Doc[len(i.Doc)-1] != '.' {
			t.Errorf("code %q: its doc %q is not a sentence", i.Code, i.Doc)
		}
		if !exits[i.Exit] {
			t.Errorf("code %q: exit %d is not declared", i.Code, i.Exit)
		}
	}
}

func TestDefineTwicePanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a code was defined twice without notice")
		}
	}()
	define(Usage, ExitUsage, "again")
}
