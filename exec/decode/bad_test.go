package decode

import (
	"strings"
	"testing"

	"streamsql/internal/format"
	"streamsql/internal/format/formats"
)

func TestBadHint(t *testing.T) {
	for _, c := range []struct{ format, raw, want string }{
		{"json", "[", "jq"},
		{"json", ` [{"a":1},`, "jq"},
		{"json", "{", "jq"}, // the first line of an object over several lines
		{"json", `{"a":1`, "'error-handling.mode'"},
		{"json", "", "'error-handling.mode'"},
		{"csv", "[a", "'error-handling.mode'"},
	} {
		f, _ := formats.Find(c.format)
		d := &Decoder{hint: f.Hint}
		if got := d.badHint([]byte(c.raw)); !strings.Contains(got, c.want) {
			t.Errorf("%s %q: hint %q does not name %s", c.format, c.raw, got, c.want)
		}
	}
}

func TestBadText(t *testing.T) {
	for _, c := range []struct {
		bad  format.Bad
		want string
	}{
		{format.Bad{Msg: "the record is not valid JSON"}, "the record is not valid JSON"},
		{format.Bad{Column: "n", Msg: "too large"}, `column "n": too large`},
		{format.Bad{Column: "n", Msg: `column "n" is missing`}, `column "n" is missing`},
	} {
		if got := badText(c.bad); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestExcerpt(t *testing.T) {
	long := strings.Repeat("x", mostExcerpt)
	for raw, want := range map[string]string{
		"":             `""`,
		"\x1b[2J\xff":  `"\x1b[2J\xff"`,
		long:           `"` + long + `"`,
		long + "y":     `"` + long + `"…`,
		long[1:] + "é": `"` + long[1:] + `\xc3"…`,
	} {
		if got := excerpt([]byte(raw)); got != want {
			t.Errorf("%.20q: got %s, want %s", raw, got, want)
		}
	}
}
