package scalar

import (
	"slices"
	"testing"

	"streamsql/internal/sqltype"
)

func TestWalkIsParentsFirst(t *testing.T) {
	e := Or{truth, []Expr{Not{truth, col(0)}, And{truth, []Expr{col(1), col(2)}}}}
	var seen []string
	Walk(e, func(e Expr) { seen = append(seen, e.String()) })
	want := []string{"or[not[$0],and[$1,$2]]", "not[$0]", "$0", "and[$1,$2]", "$1", "$2"}
	if !slices.Equal(seen, want) {
		t.Errorf("got %q", seen)
	}
}

func TestChildren(t *testing.T) {
	for _, c := range every {
		text := ""
		for i, k := range Children(c.e) {
			if i > 0 {
				text += " "
			}
			text += k.String()
		}
		if text != c.kids {
			t.Errorf("%s: children %q, want %q", c.e, text, c.kids)
		}
	}
}

// TestRewrite: every operand of every form is asked about once, with its own key; what is replaced is not entered, and
// the argument stays as it was.
func TestRewrite(t *testing.T) {
	var keys Keys
	for _, c := range every {
		asked := ""
		out := Rewrite(c.e, keys.Of(c.e), func(x Expr, k *Key) (Expr, bool) {
			if k.ID != keys.Of(x).ID {
				t.Errorf("%s: asked about %s with the key of another", c.text, x)
			}
			if x.String() == c.text {
				return x, len(Children(x)) == 0
			}
			if asked != "" {
				asked += " "
			}
			asked += x.String()
			return Not{truth, x}, true
		})
		if asked != c.kids {
			t.Errorf("%s: asked about %q, want %q", c.text, asked, c.kids)
		}
		if c.e.String() != c.text {
			t.Errorf("%s was changed to %s", c.text, c.e)
		}
		for i, x := range Children(out) {
			if want := (Not{truth, Children(c.e)[i]}).String(); x.String() != want {
				t.Errorf("%s: operand %d is %s, want %s", c.text, i, x, want)
			}
		}
	}
}

// MapCols reaches the columns below every form, keeps the rest, and leaves its argument as it was.
func TestMapCols(t *testing.T) {
	shift := func(c Col) Expr { c.Index += 10; return c }
	for _, c := range every {
		moved := MapCols(c.e, shift)
		if c.e.String() != c.text {
			t.Errorf("%s was changed to %s", c.text, c.e)
		}
		if moved.Type() != c.e.Type() {
			t.Errorf("%s: type %s became %s", c.text, c.e.Type(), moved.Type())
		}
		if back := MapCols(moved, func(c Col) Expr { c.Index -= 10; return c }); back.String() != c.text {
			t.Errorf("%s came back as %s", c.text, back)
		}
		Walk(moved, func(e Expr) {
			if col, ok := e.(Col); ok && col.Index < 10 {
				t.Errorf("%s: %s was not reached", c.text, col)
			}
		})
	}
}

func TestMapColsSubstitutes(t *testing.T) {
	e := Call{truth, "f", []Expr{col(0), Not{truth, col(1)}}}
	got := MapCols(e, func(c Col) Expr {
		if c.Index == 1 {
			return And{truth, []Expr{col(5), num(1)}}
		}
		return c
	})
	if got.String() != "f[$0,not[and[$5,1:INT]]]" {
		t.Errorf("got %s", got)
	}
}

// TestClockReads: found below every form, in order; nothing else reads it.
func TestClockReads(t *testing.T) {
	now := Clock{typed(sqltype.TimestampLTZType(3))}
	today := Clock{typed(sqltype.DateType)}
	for _, c := range every {
		_, is := c.e.(Clock)
		if DependsOnClock(c.e) != is {
			t.Errorf("%s: depends on the clock: %t", c.text, !is)
		}
		below := MapCols(c.e, func(Col) Expr { return Not{truth, now} })
		if want := is || below.String() != c.text; DependsOnClock(below) != want {
			t.Errorf("%s: depends on the clock: %t", below, !want)
		}
	}
	if got := ClockReads(Or{truth, []Expr{Not{truth, today}, col(0), now}}); !slices.Equal(got, []Expr{today, now}) {
		t.Errorf("got %v", got)
	}
}
