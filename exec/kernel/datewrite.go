package kernel

import "strconv"

var (
	monthNames = []string{"January", "February", "March", "April", "May", "June", "July", "August", "September",
		"October", "November", "December"}
	dayNames = []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
)

// append writes a time.
func (p *datePattern) append(dst []byte, t int64) []byte {
	days := floorDiv(t, microsPerDay)
	y, mo, d := civil(days)
	tod := floorMod(t, microsPerDay)
	h, mi, s, us := tod/microsPerHour, tod/microsPerMinute%60, tod/microsPerSecond%60, tod%microsPerSecond
	for _, part := range p.parts {
		w := part.width
		switch part.letter {
		case 0:
			dst = append(dst, part.text...)
		case 'y':
			if w == 2 {
				dst = pad0(dst, floorMod(y, 100), 2)
			} else {
				dst = pad0(dst, y, w)
			}
		case 'M':
			dst = nameOrNumber(dst, mo, w, monthNames)
		case 'd':
			dst = pad0(dst, d, w)
		case 'D':
			dst = pad0(dst, dayOfYear(days), w)
		case 'E':
			dst = nameOrNumber(dst, weekday(days)+1, max(w, 3), dayNames)
		case 'a':
			dst = append(dst, "AM"...)
			if h >= 12 {
				dst[len(dst)-2] = 'P'
			}
		case 'H':
			dst = pad0(dst, h, w)
		case 'k':
			dst = pad0(dst, (h+23)%24+1, w)
		case 'h':
			dst = pad0(dst, (h+11)%12+1, w)
		case 'K':
			dst = pad0(dst, h%12, w)
		case 'm':
			dst = pad0(dst, mi, w)
		case 's':
			dst = pad0(dst, s, w)
		case 'S':
			dst = fraction(dst, us, w)
		}
	}
	return dst
}

func pad0(dst []byte, v int64, width int) []byte {
	var buf [20]byte
	b := strconv.AppendInt(buf[:0], v, 10)
	for n := len(b); n < width; n++ {
		dst = append(dst, '0')
	}
	return append(dst, b...)
}

// fraction appends the first n digits of a fraction of a second.
func fraction(dst []byte, us int64, n int) []byte {
	for i, unit := 0, int64(100_000); i < n; i, unit = i+1, unit/10 {
		if unit == 0 {
			dst = append(dst, '0')
			continue
		}
		dst = append(dst, byte('0'+us/unit%10))
	}
	return dst
}

// nameOrNumber writes number v (from 1) as digits, short name or name by the width.
func nameOrNumber(dst []byte, v int64, width int, names []string) []byte {
	switch {
	case width < 3:
		return pad0(dst, v, width)
	case width == 3:
		return append(dst, names[v-1][:3]...)
	}
	return append(dst, names[v-1]...)
}
