// Package memlimit keeps the process within the memory it may use. It promises two things:
//
//   - The limit of the runtime is what the process was given, or four fifths of what there is: of the control group
//     (version 1 or 2) that the process runs in, else of the machine. Near it the collector runs as often as it must,
//     so that garbage is never what a process is killed for.
//   - The garbage beside what is alive is bounded in bytes (Headroom), not in proportion: a heap of 8 GiB of state
//     needs no 16 GiB of garbage on top, and one of 5 MiB is not collected hundreds of times a second. State is in
//     arrays without pointers, which the collector does not scan, so that a collection costs nearly the same however
//     much is alive.
//
// Three words: a limit is what the process may use in all; alive is what the last collection could not free; headroom
// is what may be allocated until the next one begins.
//
// Where the machine's memory cannot be found out (systems other than Linux and macOS) there is no default limit.
package memlimit
