// Package rowkey turns the key columns of a batch into keys that can be hashed and compared as bytes.
//
//	columns ──Encode──► Keys ──► exchange (lane), state.Table (group id), sinks (upsert key)
//	columns ◄──Decode── Keys
//
// # Layouts (part of the state format since v1)
//
// NewEncoder chooses the layout from the types; equal rows, and only they, have equal keys. NULL equals NULL, −0.0
// equals 0.0, every NaN is one NaN. Keys carry equality, not order.
//
//	W8   one word.   Every column has its own bits.
//	W16  two words.  Likewise; no column crosses words, except a single DECIMAL(>18) NOT NULL, which is both.
//	Var  bytes.      header ∥ string ∥ string …
//
// In W8 and W16 columns take their bits in order, lowest first, in the first word that has room (BOOLEAN 1 bit, others
// their width); then each nullable column takes one bit in the same way, set when the value is NULL. In Var the header
// is, without padding: one bit per nullable column in whole bytes, the fixed-width columns in order, little endian, and
// the byte length of every string but the last as uint32. A NULL has its bit set, and zeros or no bytes as its value.
//
// # Hash (part of the state format since v1)
//
// The hash is computed from values, not from the layout: it does not depend on nullability, and an integer has the same
// hash in every width. So both sides of a join, and an exchange and the table after it, agree. There is no seed:
// lanes and state files are cut by it. It does not tell keys apart: whoever finds equal hashes compares the keys.
//
//	bits 57…63  key group, the unit in which state is placed on lanes
//	bits 53…56  segment of a state table's index
//	bits  0…52  position there (after mixing with a secret of the process)
//
// A key without columns (a global aggregate) has hash 0, and so is in key group 0, on lane 0.
package rowkey
