// Package nonce makes random texts for names that must not meet: two owners that believe in the same term write
// different files, two openings of a directory stage different parts. They cannot be guessed and are never part of a
// result.
package nonce

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
)

// Hex is n random bytes as 2n hexadecimal digits.
func Hex(n int) string { return hex.EncodeToString(random(n)) }

// UUID is a random UUID (version 4 of RFC 9562).
func UUID() string {
	b := random(16)
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails: without randomness the process ends
	return b
}
