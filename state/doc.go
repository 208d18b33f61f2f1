// Package state is what a query knows of the rows it has seen: keyed columnar containers that operators change in
// place, whose touched rows leave as one state file per epoch, and which can be rebuilt from those files on any number
// of lanes.
//
//	operators ─► Table, Panes ─Capture─► state/<epoch>….delta ─┐
//	                  ▲                                        ├─ 8 of a class ─Compactor─► …merged ─┐
//	                  └──────────Restore◄──────────────────────┴─────────────────────────────────────┘
//
// # Vocabulary
//
//   - A container is what an operator declares (Decl). Its kind is one of a list (kinds): a Table (key → row of
//     columns) or Panes (time → Table). Capture, Restore, merging and inspection know containers as shares only
//     (share).
//   - A lane holds a contiguous range of the 128 key groups of every container; see package rowkey.
//   - A group is a key of a table; its id indexes the columns. Touched groups are those that the next file must hold.
//   - A tombstone is the record of a deleted group; a drop is the record of a pane removed whole.
//
// # Promises
//
// The cost of a capture follows what was touched, not what is held. Once it is taken the containers may change again. A
// file is never changed; merging works on files only, beside the running query, and its failure changes nothing. Damage
// of any byte is found before anything acts on it, and named.
//
// # State files (version 1, frozen)
//
//	┌──────────────────────────────────────────────────────────────────────────────────┐
//	│ streamsql state v1⏎                                                              │ CRC in the footer
//	│ {"first":7,"last":7,"containers":[{"id":"agg-1/groups","kind":"table",…}]}⏎      │
//	├──────────────────────────────────────────────────────────────────────────────────┤
//	│ drops   container 1, key groups 0–63    int64 times of panes dropped whole       │ CRC in the directory
//	│ rows    container 0, key groups 0–63    row index ∥ s2( Arrow IPC stream )       │ CRC in the directory
//	│ rows    container 0, key groups 64–127  …                                        │
//	├──────────────────────────────────────────────────────────────────────────────────┤
//	│ {"sections":[{"container":1,"kind":"drops","from":0,"to":64,"crc32c":…}]}⏎       │ CRC in the footer
//	├──────────────────────────────────────────────────────────────────────────────────┤
//	│ footer, 32 bytes, little endian                                                  │ CRC in the commit record
//	│    0  length of magic and header   u64                                           │
//	│    8  length of the directory      u64                                           │
//	│   16  CRC-32C of magic and header  u32                                           │
//	│   20  CRC-32C of the directory     u32                                           │
//	│   24  CRC-32C of bytes 0…23        u32                                           │
//	│   28  "end⏎"                                                                     │
//	└──────────────────────────────────────────────────────────────────────────────────┘
//
// The header is one line of JSON: epochs, containers with kind and schema. Sections follow each other without
// gaps. The directory is one line of JSON: of each section its container, kind, key groups, place, size, CRC and rows.
//
// Every byte is under a checksum, and the checksum that a commit keeps of a file (that of its footer) covers the rest
// through the footer and the directory. Checksums are compared before Arrow or s2 see a byte.
//
// Why it is so: docs/design/0003-state-files.md.
//
// A rows section holds rows of one container sorted by key group: at most 64 K rows. Its row index is a varint for
// every key group of its range: the number of its rows. The Arrow columns are $pane (panes only), $dead (1 = tombstone,
// its values are zero), $key (the encoded key: uint64, 16 bytes, or binary), then the value columns in their layout of
// package sqltype (BOOLEAN: a byte; strings: binary; 128 bits: 16 bytes).
//
// Within a file a drop comes before rows: it removes what older files hold of the pane in the key groups of its
// section.
package state
