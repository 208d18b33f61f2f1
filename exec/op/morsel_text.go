package op

import (
	"streamsql/internal/diag"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// maxMorselText bounds the computed texts that one morsel keeps, which cannot leave in pieces as the results of a Calc
// do. Columns address 2 GiB; half of that is a lot of memory for a morsel of a few megabytes.
const maxMorselText = 1 << 30

// keepComputed appends v to computed column i. The error ends the query under every mode: it depends on where the input
// was cut, so no row may be dropped for it.
func (m *Scanned) keepComputed(i int, v *vec.Vec) error {
	c := &m.computed[i]
	if tooMuchText(len(c.Bytes), v) {
		return diag.New(diag.StringTooLong,
			"computed columns make more than 1 GiB of text from one chunk of the input").
			WithHint("compute the text in the SELECT, where it need not be kept")
	}
	vec.Append(c, v)
	return nil
}

// tooMuchText reports whether v does not fit beside what is kept already.
func tooMuchText(kept int, v *vec.Vec) bool {
	return v.Type.Phys() == sqltype.PhysBytes && kept+textBytes(v) > maxMorselText
}

// textBytes is the length of the texts of v, which is flat or a dictionary, once they are written out.
func textBytes(v *vec.Vec) int {
	if v.Shape != vec.Dict {
		return len(v.Bytes)
	}
	n := 0
	for _, c := range v.Codes[:v.Len] {
		n += int(v.Dict.Off[c+1] - v.Dict.Off[c])
	}
	return n
}
