// Package session is what a command of streamsql works in: the streams, the connectors, the settings, the text of a
// query and its plan, the place of its checkpoint, the signals that stop it, and the run itself. `run` and the other
// commands open one per call; an interactive shell keeps one for all of its statements, so nothing here is the
// process's.
//
//	New ──▶ Assign (SET, variables) ──▶ Read ──▶ Compile ──▶ Look            check, explain
//	                                                  └────▶ OpenState ──▶ Run
//	        Report: an error becomes text on Err and an exit code
//	        Close:  no more signals are taken
//
//	session.go  Session and Host: what belongs to it, and what it needs of the process
//	query.go    the text of a query, compiled and checked
//	secret.go   ${env:…} and ${file:…}
//	state.go    where the checkpoint is; --fresh
//	memory.go   how much memory a run may use
//	run.go      a run: opened, driven, ended
//	stop.go     what signals do to a run
//
// The package opens no stream of the process, ends no process and reads no environment but through its Host. It knows
// no flag: commands translate theirs.
package session
