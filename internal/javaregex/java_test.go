package javaregex

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
)

// TestAsJava compares with what java.util.regex answered, see the head of the table.
func TestAsJava(t *testing.T) {
	table, err := os.ReadFile("testdata/java17.tsv")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for _, line := range strings.Split(strings.TrimSpace(string(table)), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		rows++
		f := strings.SplitN(line, "\t", 3)
		if got := f[0] + "\t" + f[1] + "\t" + answer(t, unquote(t, f[0]), unquote(t, f[1])); got != line {
			t.Errorf("\n got %s\nwant %s", got, line)
		}
	}
	if rows < 1000 {
		t.Fatalf("the table has %d rows", rows)
	}
}

// answer is the last three columns of the table, as computed here.
func answer(t *testing.T, pattern, s string) string {
	t.Helper()
	r, err := Compile(pattern)
	if err != nil {
		t.Fatal(err)
	}
	text, groups := []byte(s), []string(nil)
	m := r.Find(text)
	if r.Match(text) != (m != nil) {
		t.Errorf("%q on %q: Match and Find differ", pattern, s)
	}
	for i := 0; i < len(m); i += 2 {
		g := "-"
		if m[i] >= 0 {
			g = strconv.QuoteToASCII(s[m[i]:m[i+1]])
		}
		groups = append(groups, g)
	}
	if m == nil {
		groups = []string{"none"}
	}
	n, last, out := 0, 0, ""
	r.All(text, func(from, to int) bool {
		n++
		out += s[last:from] + "<>"
		last = to
		return true
	})
	return fmt.Sprintf("%s\t%d\t%s", strings.Join(groups, " "), n, strconv.QuoteToASCII(out+s[last:]))
}

func unquote(t *testing.T, s string) string {
	t.Helper()
	out, err := strconv.Unquote(s)
	if err != nil {
		t.Fatal(s, err)
	}
	return out
}

// TestMachineAgrees runs both engines where both are right: texts without line ends, patterns that match something.
func TestMachineAgrees(t *testing.T) {
	for _, pattern := range []string{
		"a", "(a)(b)?", "(?:(a)|b)+c", "a{2,3}?b", "(?i)k+", "[a-c]*c", `\bab`, `a\B.`, "(a+|b+?)+c", "a$",
		"^(a|ab)(c|bcd)?$", "(?:ab){2}",
		"x|(?:a|ab)(?:c|bcd)(d*)", `\w+ (\w+)`, `(\d+)-(\d+)`,
	} {
		n, groups, err := parse(pattern)
		if err != nil {
			t.Fatal(err)
		}
		vm, r := newMachine(compile(n, groups)), must(t, pattern)
		for _, s := range []string{"", "ab", "abcd", "aabbc", "cabac", "KkK", "ab ab", "aab 12-34", "xababcd", "ç ab",
			"aaaaab"} {
			got, want := fmt.Sprint(vm.find([]byte(s), 0)), fmt.Sprint(r.re.FindSubmatchIndex([]byte(s)))
			if got != want {
				t.Errorf("%q on %q: machine %s, regexp %s", pattern, s, got, want)
			}
		}
	}
}

func must(t *testing.T, pattern string) *Regexp {
	t.Helper()
	r, err := Compile(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestLinear: a pattern that backtracking engines take for ever over.
func TestLinear(t *testing.T) {
	s := []byte(strings.Repeat("a", 2000) + "b\n")
	if must(t, "^(?:a|a)*(?:a|aa)+$").Match(s) {
		t.Fatal("it matches")
	}
}

// TestAllStops: a caller that has enough is not called again.
func TestAllStops(t *testing.T) {
	for _, pattern := range []string{"a", "a*"} {
		calls := 0
		must(t, pattern).All([]byte("aXaXa"), func(int, int) bool { calls++; return calls < 2 })
		if calls != 2 {
			t.Errorf("%q: %d calls", pattern, calls)
		}
	}
}

// TestAllOfLongTexts: whichever way the matches of a text are found, they are the same.
func TestAllOfLongTexts(t *testing.T) {
	for _, pattern := range []string{"a", `\ba+`, `a\B`, "^a|b", "a*", "(?m)^a", "[^a]"} {
		r := must(t, pattern)
		for _, unit := range []string{"ab aa ", "ba", "é a"} {
			short, long := 0, 0
			r.All([]byte(strings.Repeat(unit, 1000)), func(int, int) bool { short++; return true })
			r.All([]byte(strings.Repeat(unit, longText/len(unit)/1000*1000+1000)), func(int,
				int) bool {
				long++
				return true
			})
			times := longText/len(unit)/1000 + 1
			// The start, the end and each seam count once.
			if diff := long - times*short; diff < -times || diff > times {
				t.Errorf("%q on %q: %d matches, %d in a text %d times as long", pattern, unit, short, long, times)
			}
		}
	}
}
