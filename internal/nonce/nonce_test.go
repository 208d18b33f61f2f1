package nonce

import (
	"regexp"
	"testing"
)

// TestForms pins the lengths and the alphabet: names of files are parsed by them.
func TestForms(t *testing.T) {
	for form, text := range map[string]string{
		`^[0-9a-f]{12}$`: Hex(6),
		`^[0-9a-f]{16}$`: Hex(8),
		`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`: UUID(),
	} {
		if !regexp.MustCompile(form).MatchString(text) {
			t.Errorf("%s is not of the form %s", text, form)
		}
	}
}

func TestNoTwoAreEqual(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		for _, text := range []string{Hex(6), UUID()} {
			if seen[text] {
				t.Fatalf("%s twice", text)
			}
			seen[text] = true
		}
	}
}
