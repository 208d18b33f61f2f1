package javaregex

import (
	"fmt"
	"strings"
	"unicode"
)

// posix is the POSIX classes of Java without the flag U: ASCII only.
var posix = map[string]set{
	"Lower": {{'a', 'z'}}, "Upper": {{'A', 'Z'}}, "ASCII": {{0, 0x7f}}, "Alpha": {{'A', 'Z'},
		{'a', 'z'}}, "Digit": digits,
	"Alnum": {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}, "Punct": {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}},
	"Graph": {{'!', '~'}}, "Print": {{' ', '~'}}, "Blank": chars(" \t"), "Cntrl": {{0, 0x1f}, {0x7f, 0x7f}},
	"XDigit": {{'0', '9'}, {'A', 'F'}, {'a', 'f'}}, "Space": spaces, "L1": {{0, 0xff}}, "all": everything,
}

// binary is the properties that Java knows as \p{Is…}, in capitals and without underscores.
var binary = map[string]func() set{
	"ALPHABETIC":            func() set { return of(unicode.L, unicode.Nl, unicode.Other_Alphabetic) },
	"LETTER":                func() set { return of(unicode.L) },
	"IDEOGRAPHIC":           func() set { return of(unicode.Ideographic) },
	"LOWERCASE":             func() set { return of(unicode.Ll, unicode.Other_Lowercase) },
	"UPPERCASE":             func() set { return of(unicode.Lu, unicode.Other_Uppercase) },
	"TITLECASE":             func() set { return of(unicode.Lt) },
	"PUNCTUATION":           func() set { return of(unicode.P) },
	"CONTROL":               func() set { return of(unicode.Cc) },
	"WHITESPACE":            func() set { return of(unicode.White_Space) },
	"DIGIT":                 func() set { return of(unicode.Nd) },
	"HEXDIGIT":              func() set { return of(unicode.Nd, unicode.Hex_Digit) },
	"JOINCONTROL":           func() set { return of(unicode.Join_Control) },
	"NONCHARACTERCODEPOINT": func() set { return of(unicode.Noncharacter_Code_Point) },
	"ASSIGNED":              assigned,
}

// methods is the \p{java…} classes: what the method of Java's Character answers.
var methods = map[string]func() set{
	"javaLowerCase":     binary["LOWERCASE"],
	"javaUpperCase":     binary["UPPERCASE"],
	"javaTitleCase":     binary["TITLECASE"],
	"javaAlphabetic":    binary["ALPHABETIC"],
	"javaIdeographic":   binary["IDEOGRAPHIC"],
	"javaDigit":         binary["DIGIT"],
	"javaLetter":        binary["LETTER"],
	"javaLetterOrDigit": func() set { return of(unicode.L, unicode.Nd) },
	"javaDefined":       assigned,
	"javaSpaceChar":     func() set { return of(unicode.Z) },
	"javaISOControl":    func() set { return set{{0, 0x1f}, {0x7f, 0x9f}} },
	"javaWhitespace": func() set {
		return of(unicode.Z).without(chars("\u00a0\u2007\u202f")).union(set{{'\t', '\r'}, {0x1c, 0x1f}})
	},
}

func assigned() set {
	return of(unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z, unicode.C)
}

// aboutCase is what (?i) widens in some versions of Java and not in others.
var aboutCase = map[string]bool{
	"Lower": true, "Upper": true, "Lu": true, "Ll": true, "Lt": true, "LC": true, "LOWERCASE": true, "UPPERCASE": true,
	"TITLECASE": true, "javaLowerCase": true, "javaUpperCase": true, "javaTitleCase": true,
}

// property reads {name} or one letter after \p.
func (p *parser) property() set {
	start := p.i - 2
	name := p.propertyName(start)
	if p.err != nil {
		return nil
	}
	s, ok := p.lookUp(start, name)
	if !ok {
		p.fail(start, fmt.Sprintf(`\p{%s} is not known`, name),
			`known are the POSIX names, general categories such as \p{Lu}, \p{IsAlphabetic} and its like, and `+
				`scripts such as \p{IsLatin}, in full`)
	}
	return s
}

func (p *parser) propertyName(start int) string {
	if !p.more() {
		p.fail(start, `\p must be followed by the name of a property`, "")
		return ""
	}
	if !p.take('{') {
		p.i++
		return string(p.toks[p.i-1].r)
	}
	var name strings.Builder
	for p.more() && !p.is('}') {
		name.WriteRune(p.toks[p.i].r)
		p.i++
	}
	if !p.take('}') {
		p.fail(start, "the name of the property is not closed", "")
	}
	return name.String()
}

// lookUp finds a property in Java's order.
func (p *parser) lookUp(start int, name string) (set, bool) {
	if key, value, ok := strings.Cut(name, "="); ok {
		switch strings.ToLower(key) {
		case "sc", "script":
			return script(value)
		case "gc", "general_category":
			return p.category(start, value)
		case "blk", "block":
			p.refuseBlock(start)
		}
		return nil, false
	}
	if strings.HasPrefix(name, "In") {
		p.refuseBlock(start)
		return nil, true
	}
	short, is := strings.CutPrefix(name, "Is")
	if !is {
		return p.category(start, name)
	}
	key := strings.ToUpper(strings.ReplaceAll(short, "_", ""))
	if f, ok := binary[key]; ok && propertySpelling(short) {
		p.caseMatters(start, key)
		return f(), true
	}
	if s, ok := p.category(start, short); ok {
		return s, true
	}
	return script(short)
}

// propertySpelling: Java knows each of these names in full or without any underscore.
func propertySpelling(name string) bool {
	return !strings.HasPrefix(name, "_") && !strings.HasSuffix(name, "_")
}

func (p *parser) refuseBlock(start int) {
	p.fail(start, "blocks are not supported",
		`write the range: [\x{370}-\x{3ff}] for InGreek, or a script: \p{IsGreek}`)
}

func (p *parser) caseMatters(start int, name string) {
	if p.flags&caseless != 0 && aboutCase[name] {
		p.fail(start, "(?i) and a property about case mean different things from one version of Java to the next",
			"write (?-i:…) around it, or \\p{L}")
	}
}

// category is a general category or a name without prefix.
func (p *parser) category(start int, name string) (set, bool) {
	p.caseMatters(start, name)
	if s, ok := posix[name]; ok {
		return s, true
	}
	if f, ok := methods[name]; ok {
		return f(), true
	}
	switch name {
	case "LD":
		return of(unicode.L, unicode.Nd), true
	case "LC":
		return of(unicode.Lu, unicode.Ll, unicode.Lt), true
	case "Cn":
		return assigned().negate(), true
	case "C":
		return of(unicode.C).union(assigned().negate()), true
	}
	if t, ok := unicode.Categories[name]; ok && len(name) <= 2 {
		return of(t), true
	}
	return nil, false
}

// script finds a script by its full name, any case.
func script(name string) (set, bool) {
	for full, t := range unicode.Scripts {
		if strings.EqualFold(full, name) {
			return of(t), true
		}
	}
	return nil, false
}
