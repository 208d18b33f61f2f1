// Package columns is what formats of text share: how a declared column judges the text of a value and where it stores
// it, and how a value becomes text again. A table means the same whether its rows are JSON or CSV because of it.
//
//	bytes ──ScanInt, ScanTimestamp, …──▶ value ──I64[row] = v──▶ Column ──Finish──▶ vec.Vec
//	      └─ Odd ─▶ Integer, Text, … ──▶ stored, or a Fault
//	vec.Vec ──Bind──▶ Out ──AppendInt, AppendTimestamp, …──▶ bytes
//
// The scans know the usual forms only and never look for the end of a value: where they give Odd the format finds the
// value's text by its own grammar and has the column judge it.
//
// # Values
//
//	TINYINT … BIGINT  a number without fraction: 17, 1.0 and 1e3 are whole; out of range is a fault, never a wrap
//	DECIMAL(p,s)      exact: digits that would be lost are a fault
//	FLOAT, DOUBLE     correctly rounded; 1e400 is a fault
//	STRING            UTF-8, which the format checks
//	VARCHAR(n)        at most n characters; CHAR(n) likewise; it is not padded
//	DATE              2026-01-01
//	TIMESTAMP(p)      2026-01-01 12:00:00.123 or with T; up to 9 digits after the point, cut to p; a final Z is taken
//	                  (a TIMESTAMP is counted in UTC), another offset is a fault
//	TIMESTAMP_LTZ(p)  the same with Z or an offset (+01:00), which must be there
//
// Years are 0001 to 9999. Days and times must exist: no February 30, no 24:00, no second 60.
package columns

import "encoding/binary"

func load(data []byte, p int) uint64 { return binary.LittleEndian.Uint64(data[p:]) }
