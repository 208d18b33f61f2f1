package memlimit

import (
	"encoding/binary"
	"syscall"
)

// machine is the memory of the machine; 0 when it is not known.
func machine(files) int64 {
	text, err := syscall.Sysctl("hw.memsize")
	if err != nil {
		return 0
	}
	var word [8]byte // Sysctl takes a last zero byte for the end of a text
	copy(word[:], text)
	return int64(binary.NativeEndian.Uint64(word[:]))
}
