package file

import (
	"fmt"
	"hash/crc32"

	"streamsql/internal/store/vfs"
)

// bufferSize is what is gathered before the system is called; larger blocks go straight through.
const bufferSize = 256 << 10

// part is a file that is being written.
type part struct {
	sink   *Sink
	staged string // name in staging/
	file   vfs.File
	buf    []byte // gathered, not yet written; cap bufferSize
	bytes  int64  // gathered or written
	on     int64  // written
	begun  int64  // of those, on their way to the disk
	crc    uint32
	last   byte // the last byte
}

func (s *Sink) createPart(staged string, buf []byte) (*part, error) {
	name := s.path(stagingDir, staged)
	f, err := s.fs.Create(name)
	if err != nil {
		return nil, s.failed("create", name, err)
	}
	return &part{sink: s, staged: staged, file: f, buf: buf[:0]}, nil
}

// write takes bytes in; data is the caller's again afterwards.
func (p *part) write(data []byte) error {
	p.bytes += int64(len(data))
	p.crc = crc32.Update(p.crc, castagnoli, data)
	p.last = data[len(data)-1]
	if len(p.buf)+len(data) > cap(p.buf) {
		if err := p.flush(); err != nil {
			return err
		}
	}
	if len(data) >= cap(p.buf) {
		return p.put(data)
	}
	p.buf = append(p.buf, data...)
	return nil
}

func (p *part) flush() error {
	if len(p.buf) == 0 {
		return nil
	}
	err := p.put(p.buf)
	p.buf = p.buf[:0]
	return err
}

func (p *part) put(data []byte) error {
	if _, err := p.file.Write(data); err != nil {
		return p.sink.failed("write", p.name(), err)
	}
	p.on += int64(len(data))
	p.begin()
	return nil
}

// beginBytes is how much gathers in the system's memory before it is sent to the disk: while the epoch still computes,
// so that the sync at its end waits for the tail only.
const beginBytes = 4 << 20

func (p *part) begin() {
	if b, ok := p.file.(vfs.Beginner); ok && p.on-p.begun >= beginBytes {
		b.BeginSync(p.begun, p.on-p.begun)
		p.begun = p.on
	}
}

func (p *part) name() string { return p.sink.path(stagingDir, p.staged) }

// finish makes the bytes durable and closes the file.
func (p *part) finish() error {
	err := p.flush()
	if err != nil {
		_ = p.file.Close() // given up
		return err
	}
	if err = p.file.Sync(); err != nil {
		_ = p.file.Close()
		return p.sink.fatal("sync", p.name(), err)
	}
	if err = p.file.Close(); err != nil {
		return p.sink.fatal("close", p.name(), err)
	}
	return nil
}

func (p *part) record(name string) partRecord {
	return partRecord{Name: name, Staged: p.staged, Bytes: p.bytes, CRC: fmt.Sprintf("%08x", p.crc)}
}

// partName is the final name of part k of an epoch. Names sort like rows.
func partName(query8 string, epoch int64, k int, ext string) string {
	return fmt.Sprintf("part-%s-%s-%s%s", query8, sorting(epoch, 8), sorting(int64(k), 3), ext)
}

// sorting is n padded to width digits. A number with more digits gets a letter in front, b for two more than a for one:
// letters sort after digits, so texts sort like numbers whatever their length.
func sorting(n int64, width int) string {
	text := fmt.Sprintf("%0*d", width, n)
	if more := len(text) - width; more > 0 {
		return string(rune('a'+more-1)) + text
	}
	return text
}
