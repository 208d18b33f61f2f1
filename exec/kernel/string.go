package kernel

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"net/url"
	"strconv"
	"unicode/utf8"

	"golang.org/x/text/cases"

	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// Short names for ID lists.
const (
	str = sqltype.Varchar
	i32 = sqltype.Int
	i64 = sqltype.BigInt
)

func stringFamily() {
	caseAndTrim()
	substrings()
	composition()
	searching()
	encodings()
	likeFamily()
}

// mapText implements a function of one string that appends its result.
func mapText(name string, fn func(dst, s []byte) []byte) {
	simple(id(name, str), func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
		x := textsOf(args[0])
		return textResult(out, live, func(dst []byte, i int) ([]byte, bool, *RowError) {
			return fn(dst, x.at(i)), true, nil
		})
	})
}

// mapTextOrNull is mapText for functions whose result may be NULL.
func mapTextOrNull(name string, fn func(dst, s []byte) ([]byte, bool)) {
	simple(id(name, str), func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
		x := textsOf(args[0])
		return textResult(out, live, func(dst []byte, i int) ([]byte, bool, *RowError) {
			b, ok := fn(dst, x.at(i))
			return b, ok, nil
		})
	})
}

func caseAndTrim() {
	fresh(id("upper", str), fullCase('a', 'z', cases.Upper))
	fresh(id("lower", str), fullCase('A', 'Z', cases.Lower))
	fresh(id("initcap", str), initcapBody)
	mapText("trim", func(dst, s []byte) []byte { return append(dst, bytes.Trim(s, " ")...) })
	mapText("btrim", func(dst, s []byte) []byte { return append(dst, bytes.Trim(s, " ")...) })
	mapText("ltrim", func(dst, s []byte) []byte { return append(dst, bytes.TrimLeft(s, " ")...) })
	mapText("rtrim", func(dst, s []byte) []byte { return append(dst, bytes.TrimRight(s, " ")...) })
	trims := map[string]func(s []byte, cut string) []byte{
		"btrim": bytes.Trim, "ltrim": bytes.TrimLeft, "rtrim": bytes.TrimRight,
	}
	for name, fn := range trims {
		fresh(id(name, str, str), func() body { return trimWith(fn, 0, 1) })
	}
	define("trim(KEYWORD,STRING,STRING)", func(s Spec) (body, error) {
		where, err := keyword(s, 0)
		if err != nil {
			return nil, err
		}
		name := map[string]string{"BOTH": "btrim", "LEADING": "ltrim", "TRAILING": "rtrim"}[where]
		return trimWith(trims[name], 2, 1), nil
	})
}

func trimWith(fn func(s []byte, cut string) []byte, text, cut int) body {
	return func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
		x, c := textsOf(args[text]), textsOf(args[cut])
		return textResult(out, live, func(dst []byte, i int) ([]byte, bool, *RowError) {
			return append(dst, fn(x.at(i), string(c.at(i)))...), true, nil
		})
	}
}

// changeCase maps whole columns of ASCII text byte by byte, in one pass and without touching the offsets; other columns
// go through fn, which appends the mapped text.
func changeCase(from, to byte, fn func(dst, s []byte) []byte) body {
	return func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
		in := args[0]
		first, last := in.Off[0], in.Off[in.Len]
		src := in.Bytes[first:last]
		if isASCII(src) {
			if cap(out.Bytes) < len(src) {
				out.Bytes = make([]byte, len(src), len(src)+len(src)/4)
			}
			out.Bytes = out.Bytes[:len(src)]
			flipCase(out.Bytes, src, from, to-from)
			for i, o := range in.Off[:in.Len+1] {
				out.Off[i] = o - first
			}
			return nil
		}
		x := textsOf(in)
		return textResult(out, live, func(dst []byte, i int) ([]byte, bool, *RowError) {
			return fn(dst, x.at(i)), true, nil
		})
	}
}

// flipCase changes bit 5 of the ASCII bytes in [from, from+width], eight bytes at a time: adding to each byte carries
// into its top bit when it is at least from, and again when it is above the end; bytes below 0x80 never carry into the
// next.
func flipCase(dst, src []byte, from, width byte) {
	const ones = 0x0101010101010101
	low, high := ones*uint64(0x80-from), ones*uint64(0x80-from-width-1)
	dst = dst[:len(src)]
	i := 0
	for ; i+8 <= len(src); i += 8 {
		x := binary.LittleEndian.Uint64(src[i:])
		hit := (x + low) &^ (x + high) & (ones * 0x80)
		binary.LittleEndian.PutUint64(dst[i:], x^hit>>2)
	}
	for ; i < len(src); i++ {
		c := src[i]
		dst[i] = c ^ byte(bit(c-from <= width))<<5
	}
}

// isASCII looks at eight bytes at a time.
func isASCII(s []byte) bool {
	for ; len(s) >= 8; s = s[8:] {
		if binary.LittleEndian.Uint64(s)&0x8080808080808080 != 0 {
			return false
		}
	}
	for _, c := range s {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

func substrings() {
	simple(id("substring", str, i32), func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
		x, from := textsOf(args[0]), columnOf[int32](args[1])
		return textResult(out, live, func(dst []byte, i int) ([]byte, bool, *RowError) {
			return append(dst, substring(x.at(i), int(from.at(i)), 1<<31)...), true, nil
		})
	})
	simple(id("substring", str, i32, i32), func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
		x, from, length := textsOf(args[0]), columnOf[int32](args[1]), columnOf[int32](args[2])
		return textResult(out, live, func(dst []byte, i int) ([]byte, bool, *RowError) {
			n := int(length.at(i))
			if n < 0 {
				return dst, false, nil
			}
			return append(dst, substring(x.at(i), int(from.at(i)), n)...), true, nil
		})
	})
	fresh(id("left", str, i32), func() body {
		return sideOf(func(s []byte, n int) []byte { return s[:skipRunes(s, n)] })
	})
	fresh(id("right", str, i32), func() body {
		return sideOf(func(s []byte, n int) []byte { return s[skipRunes(s, max(utf8.RuneCount(s)-n, 0)):] })
	})
	simple(id("split_index", str, str, i32), splitIndex)
	mapText("reverse", func(dst, s []byte) []byte {
		for len(s) > 0 {
			_, n := utf8.DecodeLastRune(s)
			dst = append(dst, s[len(s)-n:]...)
			s = s[:len(s)-n]
		}
		return dst
	})
}

func sideOf(fn func(s []byte, n int) []byte) body {
	return func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
		x, n := textsOf(args[0]), columnOf[int32](args[1])
		return textResult(out, live, func(dst []byte, i int) ([]byte, bool, *RowError) {
			return append(dst, fn(x.at(i), max(int(n.at(i)), 0))...), true, nil
		})
	}
}

// skipRunes is the byte offset of character n, or the length.
func skipRunes(s []byte, n int) int {
	at := 0
	for ; n > 0 && at < len(s); n-- {
		if s[at] < utf8.RuneSelf {
			at++
			continue
		}
		_, w := utf8.DecodeRune(s[at:])
		at += w
	}
	return at
}

func substring(s []byte, from, n int) []byte {
	switch {
	case from > 0:
		from--
	case from < 0:
		if from += utf8.RuneCount(s); from < 0 {
			return nil
		}
	}
	s = s[skipRunes(s, from):]
	return s[:skipRunes(s, n)]
}

func splitIndex(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
	x, delim, index := textsOf(args[0]), textsOf(args[1]), columnOf[int32](args[2])
	return textResult(out, live, func(dst []byte, i int) ([]byte, bool, *RowError) {
		part, ok := splitPart(x.at(i), delim.at(i), int(index.at(i)))
		return append(dst, part...), ok, nil
	})
}

func splitPart(s, delim []byte, n int) (part []byte, ok bool) {
	if n < 0 || len(s) == 0 {
		return nil, false
	}
	if len(delim) == 0 {
		return s, n == 0
	}
	for {
		var at int
		if len(delim) == 1 {
			at = bytes.IndexByte(s, delim[0])
		} else {
			at = bytes.Index(s, delim)
		}
		switch {
		case at < 0:
			return s, n == 0
		case n == 0:
			return s[:at], true
		}
		s = s[at+len(delim):]
		n--
	}
}

func searching() {
	simple(id("char_length", str), func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
		x := textsOf(args[0])
		intResult(out, live, func(i int) int32 { return int32(utf8.RuneCount(x.at(i))) })
		return nil
	})
	simple(id("ascii", str), func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
		x := textsOf(args[0])
		intResult(out, live, func(i int) int32 {
			if s := x.at(i); len(s) > 0 {
				return int32(s[0])
			}
			return 0
		})
		return nil
	})
	fresh(id("position", str, str), func() body { return locate(0, 1) })
	fresh(id("locate", str, str), func() body { return locate(0, 1) })
	fresh(id("locate", str, str, i32), func() body { return locate(0, 1) })
	fresh(id("instr", str, str), func() body { return locate(1, 0) })
	simple(id("instr", str, str, i32), instr)
	simple(id("instr", str, str, i32, i32), instr)
	for name, fn := range map[string]func(s, part []byte) bool{
		"startswith": bytes.HasPrefix, "endswith": bytes.HasSuffix,
	} {
		simple(id(name, str, str), func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
			x, y := textsOf(args[0]), textsOf(args[1])
			boolResult(out, live, func(i int) bool { return fn(x.at(i), y.at(i)) })
			return nil
		})
	}
	simple(id("chr", i64), func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
		x := columnOf[int64](args[0])
		return textResult(out, live, func(dst []byte, i int) ([]byte, bool, *RowError) {
			n := x.at(i)
			if n < 0 {
				return dst, true, nil
			}
			return utf8.AppendRune(dst, rune(n&255)), true, nil
		})
	})
}

// locate finds argument `part` in argument `text`, from the character that a third argument names.
func locate(part, text int) body {
	return func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
		p, s := textsOf(args[part]), textsOf(args[text])
		start := column[int32]{v: []int32{1}}
		if len(args) == 3 {
			start = columnOf[int32](args[2])
		}
		intResult(out, live, func(i int) int32 {
			hay, from := s.at(i), int(start.at(i))
			if len(p.at(i)) == 0 {
				return 1
			}
			from = max(from, 1)
			skip := skipRunes(hay, from-1)
			at := bytes.Index(hay[skip:], p.at(i))
			if at < 0 {
				return 0
			}
			return int32(utf8.RuneCount(hay[:skip+at]) + 1)
		})
		return nil
	}
}

// urlEncode is application/x-www-form-urlencoded as browsers and Java write it: `*` stays, `~` does not, the opposite
// of what Go does for queries.
func urlEncode(dst, s []byte) []byte {
	start := len(dst)
	dst = append(dst, url.QueryEscape(string(s))...)
	if bytes.IndexByte(dst[start:], '~') < 0 && !bytes.Contains(dst[start:], []byte("%2A")) {
		return dst
	}
	fixed := bytes.ReplaceAll(bytes.ReplaceAll(dst[start:], []byte("~"), []byte("%7E")), []byte("%2A"), []byte("*"))
	return append(dst[:start], fixed...)
}

func encodings() {
	mapText("to_base64", func(dst, s []byte) []byte { return base64.StdEncoding.AppendEncode(dst, s) })
	mapTextOrNull("from_base64", func(dst, s []byte) ([]byte, bool) {
		enc := base64.StdEncoding
		if len(s)%4 != 0 { // the padding may be missing
			enc = base64.RawStdEncoding
		}
		b, err := enc.AppendDecode(dst, s)
		if err != nil || !utf8.Valid(b[len(dst):]) {
			return dst, false
		}
		return b, true
	})
	mapText("url_encode", urlEncode)
	mapTextOrNull("url_decode", func(dst, s []byte) ([]byte, bool) {
		t, err := url.QueryUnescape(string(s))
		return append(dst, t...), err == nil && utf8.ValidString(t)
	})
	mapText("hex", func(dst, s []byte) []byte {
		at := len(dst)
		dst = hex.AppendEncode(dst, s)
		copy(dst[at:], bytes.ToUpper(dst[at:]))
		return dst
	})
	for name, base := range map[string]int{"hex": 16, "bin": 2} {
		simple(id(name, i64), func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
			x := columnOf[int64](args[0])
			return textResult(out, live, func(dst []byte, i int) ([]byte, bool, *RowError) {
				at := len(dst)
				dst = strconv.AppendUint(dst, uint64(x.at(i)), base)
				flipCase(dst[at:], dst[at:], 'a', 'f'-'a')
				return dst, true, nil
			})
		})
	}
}
