package kernel

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"strings"

	"streamsql/internal/diag"
	"streamsql/internal/vec"
)

func regexpFamily() {
	define(id("regexp", str, str), withRegexp(regexpFind))
	define(id("regexp_extract", str, str), withRegexp(regexpExtract))
	define(id("regexp_extract", str, str, i32), withRegexp(regexpExtract))
	define(id("regexp_replace", str, str, str), withRegexp(regexpReplace))
	define(id("regexp_count", str, str), withRegexp(regexpCount))
	define(id("similar to", str, str), func(s Spec) (body, error) {
		return regexpKernel(s, similarPattern, regexpFind)
	})
}

// regexps gives the compiled pattern of a row: one for all rows when it is constant.
type regexps struct {
	fixed     *regexp.Regexp
	translate func(string) (string, error)
	cache     map[string]*regexp.Regexp
}

// maxPatterns bounds the cache of varying patterns; it is emptied when full.
const maxPatterns = 256

func (r *regexps) at(pattern []byte) (*regexp.Regexp, error) {
	if r.fixed != nil {
		return r.fixed, nil
	}
	if re := r.cache[string(pattern)]; re != nil {
		return re, nil
	}
	re, err := compileRegexp(string(pattern), r.translate)
	if err != nil {
		return nil, err
	}
	if r.cache == nil || len(r.cache) >= maxPatterns {
		r.cache = map[string]*regexp.Regexp{}
	}
	r.cache[string(pattern)] = re
	return re, nil
}

func compileRegexp(p string, translate func(string) (string, error)) (*regexp.Regexp, error) {
	goText, err := translate(p)
	if err != nil {
		return nil, err
	}
	re, err := regexp.Compile(goText)
	if err == nil {
		return re, nil
	}
	out := diag.New(diag.BadPattern, "regular expression %q: %s", p, strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	var e *syntax.Error
	if errors.As(err, &e) && (e.Code == syntax.ErrInvalidPerlOp || e.Code == syntax.ErrInvalidEscape || e.Code == syntax.ErrMissingRepeatArgument || e.Code == syntax.ErrInvalidRepeatOp) {
		return nil, out.WithHint("look-around, back-references and possessive quantifiers are not supported")
	}
	return nil, out
}

// javaPattern is the identity: what both dialects know is spelled alike.
func javaPattern(p string) (string, error) { return p, nil }

// similarPattern translates SIMILAR TO: % and _ are the wildcards, the whole text must match.
func similarPattern(p string) (string, error) {
	var b strings.Builder
	b.WriteString(`(?s)\A(?:`)
	class := false
	for _, r := range p {
		switch {
		case class:
			class = r != ']'
			if r == '\\' {
				b.WriteRune('\\')
			}
			b.WriteRune(r)
		case r == '[':
			class = true
			b.WriteRune(r)
		case r == '%':
			b.WriteString(".*")
		case r == '_':
			b.WriteByte('.')
		case strings.ContainsRune("|*+?{}()", r):
			b.WriteRune(r)
		default:
			b.WriteString(regexp.QuoteMeta(string(r)))
		}
	}
	b.WriteString(`)\z`)
	return b.String(), nil
}

type regexpBody func(r *regexps, out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError

func withRegexp(run regexpBody) factory {
	return func(s Spec) (body, error) { return regexpKernel(s, javaPattern, run) }
}

func regexpKernel(s Spec, translate func(string) (string, error), run regexpBody) (body, error) {
	r := &regexps{translate: translate}
	if text, ok := constText(s, 1); ok {
		re, err := compileRegexp(text, translate)
		if err != nil {
			return nil, err
		}
		r.fixed = re
	}
	return func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError { return run(r, out, args, live) }, nil
}

func regexpFind(r *regexps, out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
	x, p := textsOf(args[0]), textsOf(args[1])
	bits := out.Bits()
	for i := range out.Len {
		if !live.Get(i) {
			continue
		}
		re, err := r.at(p.at(i))
		if err != nil {
			return badPattern(i, err)
		}
		if re.Match(x.at(i)) {
			bits.Set(i)
		}
	}
	return nil
}

func regexpExtract(r *regexps, out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
	x, p := textsOf(args[0]), textsOf(args[1])
	group := column[int32]{v: []int32{0}}
	if len(args) == 3 {
		group = columnOf[int32](args[2])
	}
	return textResult(out, live, func(dst []byte, i int) ([]byte, bool, *RowError) {
		re, err := r.at(p.at(i))
		if err != nil {
			return dst, false, badPattern(i, err)
		}
		s, g := x.at(i), int(group.at(i))
		m := re.FindSubmatchIndex(s)
		if m == nil || g < 0 || 2*g >= len(m) || m[2*g] < 0 {
			return dst, false, nil
		}
		return append(dst, s[m[2*g]:m[2*g+1]]...), true, nil
	})
}

func regexpCount(r *regexps, out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
	x, p, o := textsOf(args[0]), textsOf(args[1]), vec.Of[int32](out)
	for i := range o[:out.Len] {
		if o[i] = 0; !live.Get(i) {
			continue
		}
		re, err := r.at(p.at(i))
		if err != nil {
			return badPattern(i, err)
		}
		o[i] = int32(len(re.FindAllIndex(x.at(i), -1)))
	}
	return nil
}

func regexpReplace(r *regexps, out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
	x, p, with := textsOf(args[0]), textsOf(args[1]), textsOf(args[2])
	return textResult(out, live, func(dst []byte, i int) ([]byte, bool, *RowError) {
		re, err := r.at(p.at(i))
		if err != nil {
			return dst, false, badPattern(i, err)
		}
		s, w, last, start := x.at(i), with.at(i), 0, len(dst)
		for _, m := range re.FindAllSubmatchIndex(s, -1) {
			dst = append(dst, s[last:m[0]]...)
			if dst, err = expand(dst, w, s, m); err != nil {
				return dst, false, badPattern(i, err)
			}
			// Without this, one long row whose every character is replaced by a long text fills the memory before
			// textResult sees its length.
			if last = m[1]; grown(dst, start) {
				return dst, false, tooLong(i)
			}
		}
		return append(dst, s[last:]...), true, nil
	})
}

// expand appends a replacement in Java's form: $n is group n (as many digits as there are groups for), a backslash makes
// the next character ordinary.
func expand(dst, with, s []byte, m []int) ([]byte, error) {
	groups, start := len(m)/2-1, len(dst)
	// A replacement can name a long group thousands of times. What is cut short here the caller finds too long.
	for i := 0; i < len(with) && !grown(dst, start); i++ {
		switch c := with[i]; {
		case c == '\\' && i+1 < len(with):
			i++
			dst = append(dst, with[i])
		case c == '$':
			if i+1 >= len(with) || with[i+1] < '0' || with[i+1] > '9' {
				return dst, diag.New(diag.BadPattern, "replacement %q: $ must be followed by a group number", with)
			}
			i++
			g := int(with[i] - '0')
			if g > groups {
				return dst, diag.New(diag.BadPattern, "replacement %q: the pattern has no group %d", with, g)
			}
			for i+1 < len(with) && with[i+1] >= '0' && with[i+1] <= '9' && g*10+int(with[i+1]-'0') <= groups {
				i++
				g = g*10 + int(with[i]-'0')
			}
			if m[2*g] >= 0 {
				dst = append(dst, s[m[2*g]:m[2*g+1]]...)
			}
		default:
			dst = append(dst, c)
		}
	}
	return dst, nil
}
