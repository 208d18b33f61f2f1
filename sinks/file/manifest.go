package file

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
	"strconv"

	"streamsql/internal/store/vfs"
	"streamsql/sinks"
)

// manifest is the record of one published epoch. Its form on disk, frozen since v1:
//
//	v1
//	{"query":"…","sink":"result","epoch":7,"term":2,"rows":3,"digest":"…","plan":"…",
//	 "parts":[{"name":"…","staged":"…","bytes":120,"crc32c":"…"}]}
//	crc32c 0a1b2c3d
//
// The object is one line; here it is broken for the page. The last line is the checksum of the two before it, line ends
// included. plan came later: it may be missing.
type manifest struct {
	sinks.Marker
	Parts []partRecord `json:"parts"`
}

// partRecord is one file of an epoch.
type partRecord struct {
	Name   string `json:"name"`   // final name in the sink's directory
	Staged string `json:"staged"` // its name in staging/ before that
	Bytes  int64  `json:"bytes"`
	CRC    string `json:"crc32c"` // 8 hexadecimal digits
}

const (
	manifestHead = "v1\n"
	sealPrefix   = "crc32c "
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func (m manifest) marshal() []byte {
	body, err := json.Marshal(m)
	if err != nil {
		panic(err) // strings and numbers only
	}
	out := append([]byte(manifestHead), body...)
	out = append(out, '\n')
	return fmt.Appendf(out, "%s%08x\n", sealPrefix, crc32.Checksum(out, castagnoli))
}

// parseManifest reads what marshal wrote; anything else is an error that says what is wrong.
func parseManifest(data []byte) (manifest, error) {
	var m manifest
	if !bytes.HasPrefix(data, []byte(manifestHead)) {
		return m, errors.New("it does not begin with v1")
	}
	at := bytes.LastIndex(data, []byte("\n"+sealPrefix))
	if at < 0 {
		return m, errors.New("its checksum is missing: it was cut short")
	}
	body, seal := data[:at+1], string(data[at+1:])
	if seal != fmt.Sprintf("%s%08x\n", sealPrefix, crc32.Checksum(body, castagnoli)) {
		return m, errors.New("its checksum is wrong")
	}
	if err := json.Unmarshal(body[len(manifestHead):], &m); err != nil {
		return m, err
	}
	return m, nil
}

// readManifest reads manifest/N and makes sure that it is one of N.
func (s *Sink) readManifest(epoch int64) (manifest, error) {
	name := s.manifestPath(epoch)
	data, err := vfs.ReadFile(s.fs, name)
	if err != nil {
		return manifest{}, s.failed("read", name, err)
	}
	m, err := parseManifest(data)
	if err == nil && m.Epoch != epoch {
		err = fmt.Errorf("it is the record of epoch %d", m.Epoch)
	}
	if err != nil {
		return m, s.damaged(name, err)
	}
	return m, nil
}

// listManifests gives the epochs that have one, ascending. Other names are not ours.
func (s *Sink) listManifests() ([]int64, error) {
	entries, err := s.fs.ReadDir(s.path(manifestDir))
	if err != nil {
		return nil, s.failed("list", s.path(manifestDir), err)
	}
	var out []int64
	for _, e := range entries {
		n, err := strconv.ParseInt(e.Name, 10, 64)
		if err == nil && n >= 0 && !e.Dir && strconv.FormatInt(n, 10) == e.Name {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out, nil
}

func (s *Sink) manifestPath(epoch int64) string {
	return s.path(manifestDir, strconv.FormatInt(epoch, 10))
}
