// Package wal keeps the logs that make a query restartable: who the query is, which process owns it, what each epoch
// reads, what each epoch did, and the text it ran. It decides recovery.
//
//	metadata          {"id":"<uuid v4>"}                            once, never changed
//	terms/<t>         {"term":3,"nonce":…,"pid":…,"host":…,…}       one per start; the newest owns the state
//	query/<N>.sql     text of the query as of epoch N               when it changes
//	query/<N>.json    plan fingerprints, for comparison             beside it
//	query/<N>-<term>  the second text of epoch N: the one it was repeated under
//	offsets/<N>       what epoch N reads: see below                 before anything of N leaves memory
//	commits/<N>       what epoch N did                              after every sink has it: N is done
//	progress.json     the newest progress event, for people
//
// # Records
//
// offsets and commits are Spark Structured Streaming's v1 text, so people and scripts that know one read the other.
//
//	v1
//	{"batchWatermarkMs":0,"batchTimestampMs":1502995346109,"conf":{…}}
//	{"0":32625}                                                     one line per source, "-" when it has no offset yet
//
//	v1
//	{"nextBatchWatermarkMs":0,"streamsql":{…}}
//
// Our additions are keys of conf (strings, all beginning with "streamsql.") and of the object streamsql. Keys are
// sorted, times are µs as integers, nothing random is inside: two equal runs write equal bytes but for the query's id
// and the term. Part of the format since v1: conf key streamsql.sources is a JSON array of table names in the order of
// the lines; crc is the CRC-32C, in eight lower-case hex digits, of the whole record with these digits written as
// zeros. A record whose crc is missing or wrong is damaged.
//
// # Rules
//
//   - Every record is created exclusively and durably and never changed. A process that finds a name taken has met
//     another process, or a write of its own whose answer was lost; the bytes tell which.
//   - offsets/N is created only after commits/N−1 exists: newest offsets − newest commits ≤ 1, always.
//   - An owner deletes nothing before its own first commit; then first what older owners left unfinished, so that a
//     name which becomes free can be taken by nobody, and only then what is old.
//   - Recovery goes by the newest run of records without a gap. What is before a gap and was written by an older
//     owner than any in the run is a stray (strays.go).
//   - Found is not durable: AcquireTerm settles the folders before it decides anything.
//   - After a failed sync a Log refuses every further write.
//
// Recovery says where to resume; anything the rules cannot have produced is refused with the names of the files.
package wal
