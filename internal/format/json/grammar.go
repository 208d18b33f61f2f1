package json

// number finds the end of a JSON number at p, bad when there is none.
func number(data []byte, p int) int {
	if p < len(data) && data[p] == '-' {
		p++
	}
	switch {
	case p >= len(data) || data[p]-'0' > 9:
		return bad
	case data[p] == '0':
		p++
	default:
		p = digits(data, p)
	}
	if p < len(data) && data[p] == '.' {
		q := digits(data, p+1)
		if q == p+1 {
			return bad
		}
		p = q
	}
	if p < len(data) && data[p]|0x20 == 'e' {
		p++
		if p < len(data) && (data[p] == '+' || data[p] == '-') {
			p++
		}
		q := digits(data, p)
		if q == p {
			return bad
		}
		p = q
	}
	return p
}

func digits(data []byte, p int) int {
	for p < len(data) && data[p]-'0' <= 9 {
		p++
	}
	return p
}
