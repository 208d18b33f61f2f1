package kernel

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
)

func hashFamily() {
	mapText("md5", func(dst, s []byte) []byte { h := md5.Sum(s); return hex.AppendEncode(dst, h[:]) })
	mapText("sha1", func(dst, s []byte) []byte { h := sha1.Sum(s); return hex.AppendEncode(dst, h[:]) })
	mapText("sha224", func(dst, s []byte) []byte { h := sha256.Sum224(s); return hex.AppendEncode(dst, h[:]) })
	mapText("sha256", func(dst, s []byte) []byte { h := sha256.Sum256(s); return hex.AppendEncode(dst, h[:]) })
	mapText("sha384", func(dst, s []byte) []byte { h := sha512.Sum384(s); return hex.AppendEncode(dst, h[:]) })
	mapText("sha512", func(dst, s []byte) []byte { h := sha512.Sum512(s); return hex.AppendEncode(dst, h[:]) })
}
