package file

import (
	"bytes"
	"encoding/binary"
	"os"
	"slices"
	"syscall"
)

// Local file systems of which it is known that all changes pass this kernel, so that it reports them, and that a
// directory's modification time moves with its names. statfs gives these numbers.
var local = map[int64]bool{
	0xEF53:     true, // ext2, ext3, ext4
	0x58465342: true, // XFS
	0x9123683E: true, // Btrfs
	0x01021994: true, // tmpfs
	0x794c7630: true, // overlayfs
	0x2fc12fc1: true, // ZFS
	0xF2F52010: true, // F2FS
}

// nfs keeps modification times as POSIX has them, but changes by other machines are not reported.
const nfs = 0x6969

func trustOf(dir string) trust {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return trustNothing
	}
	switch kind := int64(st.Type) & 0xFFFFFFFF; { //nolint:unconvert // 32 bits wide on some architectures
	case local[kind]:
		return trustEvents
	case kind == nfs:
		return trustTime
	}
	return trustNothing
}

// dirEvents is the kernel's reports about the names of one directory (inotify).
type dirEvents struct {
	fd  int
	buf [16 << 10]byte
}

// what is reported: names that come and go, contents and times that change, and the directory's own end.
const reports = syscall.IN_CREATE | syscall.IN_MOVED_TO | syscall.IN_CLOSE_WRITE | syscall.IN_ATTRIB |
	syscall.IN_DELETE | syscall.IN_MOVED_FROM | syscall.IN_DELETE_SELF | syscall.IN_MOVE_SELF | syscall.IN_ONLYDIR

// openEvents listens to a directory; nil when the system's limits allow no more listeners.
func openEvents(dir string) *dirEvents {
	fd, err := syscall.InotifyInit1(syscall.IN_NONBLOCK | syscall.IN_CLOEXEC)
	if err != nil {
		return nil
	}
	if _, err := syscall.InotifyAddWatch(fd, dir, reports); err != nil {
		_ = syscall.Close(fd)
		return nil
	}
	return &dirEvents{fd: fd}
}

func (d *dirEvents) close() { _ = syscall.Close(d.fd) }

// take gives the names reported since the last call, each once. ok is false when they are not all: the queue ran over,
// or the directory is not there any more.
func (d *dirEvents) take() (names []string, ok bool) {
	var told map[string]bool
	for {
		n, err := syscall.Read(d.fd, d.buf[:])
		if err == syscall.EINTR {
			continue
		}
		if err == syscall.EAGAIN || n == 0 {
			slices.Sort(names)
			return names, true
		}
		if err != nil || n < syscall.SizeofInotifyEvent || len(told) > enough {
			return nil, false
		}
		for b := d.buf[:n]; len(b) >= syscall.SizeofInotifyEvent; {
			mask := binary.NativeEndian.Uint32(b[4:])
			end := syscall.SizeofInotifyEvent + int(binary.NativeEndian.Uint32(b[12:]))
			name, _, _ := bytes.Cut(b[syscall.SizeofInotifyEvent:end], []byte{0})
			b = b[end:]
			const over = syscall.IN_Q_OVERFLOW | syscall.IN_IGNORED | syscall.IN_UNMOUNT |
				syscall.IN_DELETE_SELF | syscall.IN_MOVE_SELF
			if mask&over != 0 {
				return nil, false
			}
			if len(name) == 0 || name[0] == '.' || told[string(name)] {
				continue // hidden files come and go with every file that is written aside
			}
			if told == nil {
				told = map[string]bool{}
			}
			told[string(name)] = true
			names = append(names, string(name))
		}
	}
}

// eachName calls fn for every name in a directory, in no order. name is valid within the call. isDir is false when the
// file system does not say what it is.
func eachName(dir string, buf []byte, fn func(name []byte, isDir bool) error) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	for {
		n, err := syscall.ReadDirent(int(f.Fd()), buf)
		if err == syscall.EINTR {
			continue
		}
		if err != nil || n <= 0 {
			return err
		}
		// ino u64 | offset u64 | record length u16 | type u8 | name, NUL
		for b := buf[:n]; len(b) >= 19; {
			size := int(binary.NativeEndian.Uint16(b[16:]))
			name, _, _ := bytes.Cut(b[19:size], []byte{0})
			ino, kind := binary.NativeEndian.Uint64(b), b[18]
			b = b[size:]
			if ino == 0 || string(name) == "." || string(name) == ".." {
				continue
			}
			if err := fn(name, kind == syscall.DT_DIR); err != nil {
				return err
			}
		}
	}
}
