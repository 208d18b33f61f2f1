package kernel

import (
	"bytes"
	"unicode/utf8"

	"streamsql/internal/vec"
)

// composition implements the functions of the text family that build a text out of others.
func composition() {
	simple(id("||", str, str), concat)
	simple("concat(STRING...)", concat)
	simple("concat_ws(STRING,STRING...)", concatWS)
	fresh(id("lpad", str, i32, str), func() body { return pad(true) })
	fresh(id("rpad", str, i32, str), func() body { return pad(false) })
	simple(id("repeat", str, i32), func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
		x, n := textsOf(args[0]), columnOf[int32](args[1])
		return textResult(out, live, func(dst []byte, i int) ([]byte, bool, *RowError) {
			s, times := x.at(i), max(int(n.at(i)), 0)
			if len(s)*times > maxText {
				return dst, false, tooLong(i)
			}
			for range times {
				dst = append(dst, s...)
			}
			return dst, true, nil
		})
	})
	simple(id("replace", str, str, str), func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
		x, what, with := textsOf(args[0]), textsOf(args[1]), textsOf(args[2])
		return textResult(out, live, func(dst []byte, i int) ([]byte, bool, *RowError) {
			if dst, ok := replace(dst, x.at(i), what.at(i), with.at(i)); ok {
				return dst, true, nil
			}
			return dst, false, tooLong(i)
		})
	})
	simple(id("translate", str, str, str), func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
		x, from, to := textsOf(args[0]), textsOf(args[1]), textsOf(args[2])
		return textResult(out, live, func(dst []byte, i int) ([]byte, bool, *RowError) {
			switch {
			case args[0].IsNull(i):
				return dst, false, nil
			case args[1].IsNull(i):
				return append(dst, x.at(i)...), true, nil
			case args[2].IsNull(i):
				return translate(dst, x.at(i), from.at(i), nil), true, nil
			}
			return translate(dst, x.at(i), from.at(i), to.at(i)), true, nil
		})
	})
	simple(id("overlay", str, str, i32), overlay)
	simple(id("overlay", str, str, i32, i32), overlay)
}

// concat sizes the result first, then copies piece by piece.
func concat(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
	total := 0
	for i := range out.Len {
		if live.Get(i) {
			before := total
			for _, a := range args {
				at := i & maskOf(a)
				total += int(a.Off[at+1] - a.Off[at])
			}
			switch {
			case total-before > maxText:
				return tooLong(i)
			case total > maxBatchText:
				return tooWide(i)
			}
		}
		out.Off[i+1] = int32(total)
	}
	if cap(out.Bytes) < total {
		out.Bytes = make([]byte, total, total+total/4)
	}
	out.Bytes = out.Bytes[:total]
	for i := range out.Len {
		if !live.Get(i) {
			continue
		}
		at := int(out.Off[i])
		for _, a := range args {
			j := i & maskOf(a)
			at += copy(out.Bytes[at:], a.Bytes[a.Off[j]:a.Off[j+1]])
		}
	}
	return nil
}

// concatWS sees NULLs: the separator's makes the row NULL, the others' are skipped.
func concatWS(out *vec.Vec, args []*vec.Vec, active vec.Bitmap) *RowError {
	sep := args[0]
	return textResult(out, active, func(dst []byte, i int) ([]byte, bool, *RowError) {
		if sep.IsNull(i) {
			return dst, false, nil
		}
		first, start := true, len(dst)
		for _, a := range args[1:] {
			if a.IsNull(i) {
				continue
			}
			// Hundreds of arguments can name the same long column.
			if grown(dst, start) {
				return dst, false, tooLong(i)
			}
			if !first {
				dst = append(dst, sep.Str(i)...)
			}
			first = false
			dst = append(dst, a.Str(i)...)
		}
		return dst, true, nil
	})
}

func pad(left bool) body {
	return func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
		x, n, fill := textsOf(args[0]), columnOf[int32](args[1]), textsOf(args[2])
		return textResult(out, live, func(dst []byte, i int) ([]byte, bool, *RowError) {
			s, p, want := x.at(i), fill.at(i), int(n.at(i))
			if want < 0 || len(p) == 0 {
				return dst, false, nil
			}
			have := utf8.RuneCount(s)
			if have >= want {
				return append(dst, s[:skipRunes(s, want)]...), true, nil
			}
			// A character of the padding has at least one byte. What longer ones add, at most three times as much,
			// textResult finds.
			if len(s)+want-have > maxText {
				return dst, false, tooLong(i)
			}
			if !left {
				return fillUp(append(dst, s...), p, want-have), true, nil
			}
			return append(fillUp(dst, p, want-have), s...), true, nil
		})
	}
}

// fillUp appends n characters of repeated p.
func fillUp(dst, p []byte, n int) []byte {
	runes := utf8.RuneCount(p)
	for ; n >= runes; n -= runes {
		dst = append(dst, p...)
	}
	return append(dst, p[:skipRunes(p, n)]...)
}

// replace appends s with every occurrence replaced; ok is false as soon as the result is too long.
func replace(dst, s, what, with []byte) (out []byte, ok bool) {
	if len(what) == 0 {
		return append(dst, s...), true
	}
	start := len(dst)
	for {
		at := bytes.Index(s, what)
		if at < 0 {
			return append(dst, s...), true
		}
		dst = append(append(dst, s[:at]...), with...)
		if grown(dst, start) {
			return dst, false
		}
		s = s[at+len(what):]
	}
}

func translate(dst, s, from, to []byte) []byte {
	for at := 0; at < len(s); {
		_, n := utf8.DecodeRune(s[at:])
		c := s[at : at+n]
		at += n
		k := runeIndex(from, c)
		if k < 0 {
			dst = append(dst, c...)
			continue
		}
		rest := to[skipRunes(to, k):]
		dst = append(dst, rest[:skipRunes(rest, 1)]...)
	}
	return dst
}

// runeIndex is the character position of c in s, or −1.
func runeIndex(s, c []byte) int {
	at := bytes.Index(s, c)
	if at < 0 {
		return -1
	}
	return utf8.RuneCount(s[:at])
}

func overlay(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
	x, with, from := textsOf(args[0]), textsOf(args[1]), columnOf[int32](args[2])
	length, given := column[int32]{v: []int32{0}}, len(args) == 4
	if given {
		length = columnOf[int32](args[3])
	}
	return textResult(out, live, func(dst []byte, i int) ([]byte, bool, *RowError) {
		s, w, start, n := x.at(i), with.at(i), int(from.at(i)), int(length.at(i))
		if start < 1 || start > utf8.RuneCount(s) {
			return append(dst, s...), true, nil
		}
		head := skipRunes(s, start-1)
		switch {
		case !given:
			n = utf8.RuneCount(w)
		case n < 0: // as Flink: nothing follows the new text
			return append(append(dst, s[:head]...), w...), true, nil
		}
		tail := head + skipRunes(s[head:], n)
		return append(append(append(dst, s[:head]...), w...), s[tail:]...), true, nil
	})
}
