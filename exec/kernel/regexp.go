package kernel

import (
	"streamsql/internal/javaregex"
	"streamsql/internal/vec"
)

func regexpFamily() {
	define(id("regexp", str, str), withRegexp(regexpFind))
	define(id("regexp_extract", str, str), withRegexp(regexpExtract))
	define(id("regexp_extract", str, str, i32), withRegexp(regexpExtract))
	define(id("regexp_replace", str, str, str), withRegexp(regexpReplace))
	define(id("regexp_count", str, str), withRegexp(regexpCount))
}

// regexps gives the compiled pattern of a row: one for all rows when it is constant.
type regexps struct {
	fixed *javaregex.Regexp
	cache map[string]*javaregex.Regexp
}

// maxPatterns bounds the cache of varying patterns; it is emptied when full.
const maxPatterns = 256

func (r *regexps) at(pattern []byte) (*javaregex.Regexp, error) {
	if r.fixed != nil {
		return r.fixed, nil
	}
	if re := r.cache[string(pattern)]; re != nil {
		return re, nil
	}
	re, err := javaregex.Compile(string(pattern))
	if err != nil {
		return nil, err
	}
	if r.cache == nil || len(r.cache) >= maxPatterns {
		r.cache = map[string]*javaregex.Regexp{}
	}
	r.cache[string(pattern)] = re
	return re, nil
}

type regexpBody func(r *regexps, out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError

// withRegexp compiles the pattern, the second argument, if it is constant.
func withRegexp(run regexpBody) factory {
	return func(s Spec) (body, error) {
		r := &regexps{}
		if text, ok := constText(s, 1); ok {
			re, err := javaregex.Compile(text)
			if err != nil {
				return nil, &ArgError{1, err}
			}
			r.fixed = re
		}
		return func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError { return run(r, out, args, live) }, nil
	}
}

func regexpFind(r *regexps, out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
	x, p := textsOf(args[0]), textsOf(args[1])
	bits := out.Bits()
	for i := range out.Len {
		if !live.Get(i) {
			continue
		}
		pattern := p.at(i)
		re, err := r.at(pattern)
		if err != nil {
			return badPattern(i, err)
		}
		// Flink says of the empty pattern that it is found nowhere.
		if len(pattern) > 0 && re.Match(x.at(i)) {
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
		m := re.Find(s)
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
		re.All(x.at(i), func(int, int) bool { o[i]++; return true })
	}
	return nil
}

// regexpReplace puts the replacement, as it is, in the place of every match: Flink gives $ and \ no meaning here.
func regexpReplace(r *regexps, out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
	x, p, with := textsOf(args[0]), textsOf(args[1]), textsOf(args[2])
	return textResult(out, live, func(dst []byte, i int) ([]byte, bool, *RowError) {
		re, err := r.at(p.at(i))
		if err != nil {
			return dst, false, badPattern(i, err)
		}
		s, w, last, start, fits := x.at(i), with.at(i), 0, len(dst), true
		re.All(s, func(from, to int) bool {
			dst = append(append(dst, s[last:from]...), w...)
			last = to
			// Without this, one long row whose every character is replaced by a long text fills the memory before
			// textResult sees its length.
			fits = !grown(dst, start)
			return fits
		})
		if !fits {
			return dst, false, tooLong(i)
		}
		return append(dst, s[last:]...), true, nil
	})
}
