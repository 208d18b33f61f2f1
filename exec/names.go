package exec

import (
	"fmt"
	"strconv"
	"strings"

	"streamsql/internal/nonce"
	"streamsql/state"
)

// stateFileName names an epoch's file. The random part keeps two owners of one epoch apart; nothing is ever
// overwritten.
func stateFileName(epoch int64, term uint64) string {
	return fmt.Sprintf("state/%012d-%d-%s.delta", epoch, term, nonce.Hex(6))
}

func mergedFileName(inputs []state.FileRef, term uint64) string {
	first, last := inputs[0].First, inputs[0].Last
	for _, f := range inputs {
		first, last = min(first, f.First), max(last, f.Last)
	}
	return fmt.Sprintf("state/%012d-%012d-%d-%s.merged", first, last, term, nonce.Hex(6))
}

func termText(term uint64) string { return strconv.FormatUint(term, 10) }

func joinNames(names []string) string {
	if len(names) > 3 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:3], ", "), len(names)-3)
	}
	return strings.Join(names, ", ")
}

// spoolFolder is where a table's source keeps files of its own. Letters are told apart by case in SQL but not by every
// disk, so that only small ones stand for themselves.
func spoolFolder(table string) string {
	var out strings.Builder
	for _, c := range []byte(table) {
		if 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '_' || c == '-' {
			out.WriteByte(c)
		} else {
			fmt.Fprintf(&out, "%%%02x", c)
		}
	}
	return "sources/" + out.String() + "/"
}
