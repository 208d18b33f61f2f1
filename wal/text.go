package wal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"strconv"
	"strings"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// noCRC is the placeholder in a record while its checksum is computed. Eight digits, like the checksum.
const noCRC = "00000000"

const version = "v1"

// seal computes the checksum of a record that was encoded with noCRC under key and writes it in. The first occurrence
// of the key is ours: inside a JSON string its quotes would be escaped, and nothing before it has user keys.
func seal(record []byte, key string) []byte {
	at := crcAt(record, key)
	copy(record[at:], fmt.Sprintf("%08x", crc32.Checksum(record, castagnoli)))
	return record
}

// sealed verifies the checksum of a record.
func sealed(record []byte, key string) error {
	at := crcAt(record, key)
	if at < 0 {
		return fmt.Errorf("it has no checksum (%s)", key)
	}
	zeroed := bytes.Clone(record)
	copy(zeroed[at:], noCRC)
	want := fmt.Sprintf("%08x", crc32.Checksum(zeroed, castagnoli))
	if got := string(record[at : at+len(noCRC)]); got != want {
		return fmt.Errorf("its checksum is %q, its content has %q", got, want)
	}
	return nil
}

// crcAt finds the digits of the checksum, -1 when there is no room for them.
func crcAt(record []byte, key string) int {
	mark := []byte(`"` + key + `":"`)
	at := bytes.Index(record, mark)
	if at < 0 || at+len(mark)+len(noCRC) >= len(record) || record[at+len(mark)+len(noCRC)] != '"' {
		return -1
	}
	return at + len(mark)
}

// marshal encodes without HTML escapes and without a final newline. What it is given can always be encoded.
func marshal(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic("wal: " + err.Error())
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// lines splits a record and checks its first line.
func lines(record []byte) ([]string, error) {
	if len(record) == 0 {
		return nil, fmt.Errorf("it is empty")
	}
	all := strings.Split(string(record), "\n")
	if all[0] == version {
		return all[1:], nil
	}
	if n, err := strconv.Atoi(strings.TrimPrefix(all[0], "v")); err == nil && all[0][0] == 'v' && n > 1 {
		return nil, &versionError{n}
	}
	return nil, fmt.Errorf("its first line is not %q", version)
}

type versionError struct{ version int }

func (e *versionError) Error() string {
	return fmt.Sprintf("it has format v%d, but this program knows v1 only", e.version)
}

// number reads a canonical decimal file name; everything else in a log folder is not ours.
func number(name string) (int64, bool) {
	n, err := strconv.ParseInt(name, 10, 64)
	return n, err == nil && n >= 0 && strconv.FormatInt(n, 10) == name
}
