// Package option declares what can be set in WITH (…), in SET and in the environment: once, next to the code that reads
// it. From the declarations come parsing, "did you mean", the reference pages, and which values must stay out of logs
// (Secret) and out of fingerprints (Where: the option says where data lies, not what it is).
package option

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Kind is the type of an option's value.
type Kind uint8

// The kinds.
const (
	String   Kind = iota
	Bool          // true | false, in any case, and nothing else
	Int           // a decimal integer
	Bytes         // 64, 64kb, 8mb, 1gb (powers of 1024)
	Duration      // 500ms, 10 s, 1 min, 1h, 1 day (Flink's spellings)
	Enum          // one of Values
)

// Decl declares one option. A Key with a # declares one for every name that may stand in its place, which may itself
// contain dots: fields.#.kind takes fields.id.kind and fields.a.b.kind.
type Decl struct {
	Key      string
	Kind     Kind
	Default  string // "" = none
	Required bool
	Secret   bool     // never printed, never stored
	Where    bool     // path, address: in no fingerprint and in no log
	Values   []string // Enum
	Min      int64    // Int, Bytes, Duration (in nanoseconds): the least value
	Doc      string   // one sentence
}

// Set is a list of declarations, e.g. those of one connector.
type Set []Decl

// Find looks a key up. What is declared by its whole name comes before what a # stands for.
func (s Set) Find(key string) (Decl, bool) {
	for _, d := range s {
		if d.Key == key {
			return d, true
		}
	}
	for _, d := range s {
		if _, ok := d.name(key); ok {
			return d, true
		}
	}
	return Decl{}, false
}

// name is what stands in key for the # of d.Key.
func (d Decl) name(key string) (string, bool) {
	before, after, ok := strings.Cut(d.Key, "#")
	if !ok || len(key) <= len(before)+len(after) {
		return "", false
	}
	return key[len(before) : len(key)-len(after)], strings.HasPrefix(key, before) && strings.HasSuffix(key, after)
}

// Values holds checked option values; reading one that is not set gives its default.
type Values struct {
	decls Set
	raw   map[string]string
}

// Problem is one fault found by Check; Key says which option it is about.
type Problem struct {
	Key    string
	Msg    string
	Hint   string
	Column string // the declared column at fault, when it is not an option
}

// Check verifies raw against the declarations and returns the values and every problem, sorted by key.
func Check(decls Set, raw map[string]string) (Values, []Problem) {
	var out []Problem
	for key, text := range raw {
		d, ok := decls.Find(key)
		if !ok {
			p := Problem{Key: key, Msg: fmt.Sprintf("unknown option %q", key)}
			if near := Nearest(key, decls.keys()); near != "" {
				p.Hint = fmt.Sprintf("did you mean %q?", near)
			}
			out = append(out, p)
			continue
		}
		if err := d.check(text); err != nil {
			out = append(out, Problem{Key: key, Msg: fmt.Sprintf("option %q: %v", key, err)})
		}
	}
	for _, d := range decls {
		if _, ok := raw[d.Key]; d.Required && !ok {
			out = append(out, Problem{Key: d.Key, Msg: fmt.Sprintf("option %q is required", d.Key), Hint: d.Doc})
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Key < out[j].Key })
	return Values{decls, raw}, out
}

func (s Set) keys() []string {
	out := make([]string, len(s))
	for i, d := range s {
		out[i] = d.Key
	}
	return out
}

// kindNames are the kinds in messages, each with an example of its spelling.
var kindNames = [...]string{
	String: "string", Bool: "boolean (true or false)", Int: "integer", Bytes: "size (64mb)", Duration: "duration (10 s)",
	Enum: "",
}

func (d Decl) check(text string) error {
	var err error
	n := d.Min
	switch d.Kind {
	case Bool:
		_, err = parseBool(text)
	case Int:
		n, err = strconv.ParseInt(text, 10, 64)
	case Bytes:
		n, err = ParseBytes(text)
	case Duration:
		var t time.Duration
		t, err = ParseDuration(text)
		n = int64(t)
	case Enum:
		for _, v := range d.Values {
			if v == text {
				return nil
			}
		}
		return fmt.Errorf("%q is not one of %s", text, strings.Join(d.Values, ", "))
	}
	if err != nil {
		return fmt.Errorf("%q is not a valid %s", text, kindNames[d.Kind])
	}
	if n < d.Min {
		return fmt.Errorf("%q is too small: the least is %s", text, d.least())
	}
	return nil
}

// least prints Min as the option is written.
func (d Decl) least() string {
	if d.Kind == Duration {
		return time.Duration(d.Min).String()
	}
	return strconv.FormatInt(d.Min, 10)
}

// Raw returns the text given for key, or its default, and whether there is one.
func (v Values) Raw(key string) (string, bool) {
	if t, ok := v.raw[key]; ok {
		return t, true
	}
	d, ok := v.decls.Find(key)
	if !ok {
		panic("option: undeclared key " + key)
	}
	return d.Default, d.Default != ""
}

// Declared reports whether the values were checked against declarations that have key.
func (v Values) Declared(key string) bool { _, ok := v.decls.Find(key); return ok }

// Given reports whether the user set key.
func (v Values) Given(key string) bool { _, ok := v.raw[key]; return ok }

// Names lists what stands for the # of a declared key in the options that are set, sorted.
func (v Values) Names(key string) []string {
	d, ok := v.decls.Find(key)
	if !ok {
		panic("option: undeclared key " + key)
	}
	var out []string
	for k := range v.raw {
		if name, ok := d.name(k); ok {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// String reads a string or enum option; "" when unset without default.
func (v Values) String(key string) string { t, _ := v.Raw(key); return t }

// Bool reads a boolean; false when unset without default.
func (v Values) Bool(key string) bool { t, _ := v.Raw(key); b, _ := parseBool(t); return b }

// Int reads an integer; 0 when unset without default.
func (v Values) Int(key string) int64 {
	t, _ := v.Raw(key)
	n, _ := strconv.ParseInt(t, 10, 64)
	return n
}

// Bytes reads a size; 0 when unset without default.
func (v Values) Bytes(key string) int64 { t, _ := v.Raw(key); n, _ := ParseBytes(t); return n }

// Duration reads a duration; 0 when unset without default.
func (v Values) Duration(key string) time.Duration {
	t, _ := v.Raw(key)
	d, _ := ParseDuration(t)
	return d
}

// parseBool is stricter than strconv's: 1, t and yes are not booleans here, just as they are not in SQL.
func parseBool(text string) (bool, error) {
	switch {
	case strings.EqualFold(text, "true"):
		return true, nil
	case strings.EqualFold(text, "false"):
		return false, nil
	}
	return false, fmt.Errorf("%q is not a boolean", text)
}

// ParseBytes reads "64", "64b", "64kb", "64 mb", "1gb" (powers of 1024, any case).
func ParseBytes(text string) (int64, error) {
	t := strings.ToLower(strings.TrimSpace(text))
	unit := int64(1)
	for _, u := range []struct {
		suffix string
		size   int64
	}{
		{"kb", 1 << 10}, {"mb", 1 << 20}, {"gb", 1 << 30}, {"tb", 1 << 40},
		{"k", 1 << 10}, {"m", 1 << 20}, {"g", 1 << 30}, {"b", 1},
	} {
		if strings.HasSuffix(t, u.suffix) {
			t, unit = strings.TrimSpace(strings.TrimSuffix(t, u.suffix)), u.size
			break
		}
	}
	n, err := strconv.ParseInt(t, 10, 64)
	if err != nil || n < 0 || n > (1<<62)/unit {
		return 0, fmt.Errorf("%q is not a size", text)
	}
	return n * unit, nil
}

// ParseDuration reads Go's form ("1m30s") and Flink's ("10 s", "1 min", "2 h", "7 days", "100" = milliseconds).
func ParseDuration(text string) (time.Duration, error) {
	t := strings.ToLower(strings.TrimSpace(text))
	if d, err := time.ParseDuration(t); err == nil && d >= 0 && descending(t) {
		return d, nil
	}
	i := 0
	for i < len(t) && t[i] >= '0' && t[i] <= '9' {
		i++
	}
	n, err := strconv.ParseInt(t[:i], 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is not a duration", text)
	}
	units := map[string]time.Duration{
		"ns": 1, "nano": 1,
		"us": time.Microsecond, "micro": time.Microsecond,
		"": time.Millisecond, "ms": time.Millisecond, "milli": time.Millisecond, "millisecond": time.Millisecond,
		"s": time.Second, "sec": time.Second, "second": time.Second,
		"m": time.Minute, "min": time.Minute, "minute": time.Minute,
		"h": time.Hour, "hour": time.Hour,
		"d": 24 * time.Hour, "day": 24 * time.Hour,
	}
	name := strings.TrimSpace(t[i:])
	u, ok := units[name]
	if !ok {
		u, ok = units[strings.TrimSuffix(name, "s")]
	}
	if !ok || n > int64(1<<62)/int64(u) {
		return 0, fmt.Errorf("%q is not a duration", text)
	}
	return time.Duration(n) * u, nil
}

// ParseSpan reads a duration of the command line: the forms of ParseDuration, with a unit. A bare number is refused, as
// nobody knows whether it was meant as seconds or, as in an option of a table, as milliseconds.
func ParseSpan(text string) (time.Duration, error) {
	t := strings.TrimSpace(text)
	if _, err := strconv.ParseInt(t, 10, 64); err == nil && strings.HasPrefix(t, "-") {
		return 0, fmt.Errorf("%q is negative", text)
	} else if err == nil {
		return 0, fmt.Errorf("%q has no unit", text)
	}
	return ParseDuration(text)
}

// descending reports whether the units of a duration in Go's form come once each, the greatest first. Go adds up any
// order, so that 1s1s would be two seconds; that is a typing mistake, not a duration.
func descending(text string) bool {
	order := []string{"h", "m", "s", "ms", "us", "µs", "μs", "ns"}
	last := -1
	for len(text) > 0 {
		number := len(text) - len(strings.TrimLeft(text, "+-.0123456789"))
		text = text[number:]
		unit := len(text) - len(strings.TrimLeft(text, "hmsuµμn"))
		at := slices.Index(order, text[:unit])
		if at <= last && unit > 0 {
			return false
		}
		last, text = at, text[unit:]
		if unit == 0 {
			break
		}
	}
	return true
}

// Nearest returns the candidate closest to word when it is close enough to be a typing mistake, or "".
func Nearest(word string, candidates []string) string {
	best, bestDist := "", slips(word)
	if len(word) > longestWord {
		return ""
	}
	sorted := append([]string(nil), candidates...)
	sort.Strings(sorted)
	for _, c := range sorted {
		if len(c) > longestWord {
			continue
		}
		// What slips allows still counts; of two equally close names the first wins.
		if d := Distance(strings.ToLower(word), strings.ToLower(c)); d < bestDist || (d == bestDist && best == "") {
			best, bestDist = c, d
		}
	}
	return best
}

// longestWord is the longest name, in bytes, that is looked at: the distance of two texts of a megabyte takes hours.
const longestWord = 128

// slips is how many edits still look like the same word. Two edits turn any word of three letters into most others.
func slips(word string) int {
	n := utf8.RuneCountInString(word)
	if n <= 3 {
		return 1
	}
	return max(2, 1+n/3)
}

// Distance is Damerau's edit distance with adjacent transpositions (optimal string alignment): insertions, deletions,
// replacements and swaps of neighbours.
func Distance(a, b string) int {
	ra, rb := []rune(a), []rune(b)
	prev2 := make([]int, len(rb)+1)
	prev := make([]int, len(rb)+1)
	cur := make([]int, len(rb)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(ra); i++ {
		cur[0] = i
		for j := 1; j <= len(rb); j++ {
			cost := 1
			if ra[i-1] == rb[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && ra[i-1] == rb[j-2] && ra[i-2] == rb[j-1] {
				cur[j] = min(cur[j], prev2[j-2]+1)
			}
		}
		prev2, prev, cur = prev, cur, prev2
	}
	return prev[len(rb)]
}
