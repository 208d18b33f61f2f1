// Package bind gives the syntax tree its meaning: names become columns, calls become overloads, casts become explicit,
// aggregates and windows become nodes. Its result is a logical tree per INSERT, or one that prints.
//
//	statement ─▶ settings, catalog, or a Sink over
//	query     ─▶ relation: a logical node with the names its columns go by
//	expression─▶ scalar.Expr over column ids
//
// One file per clause: table, view, insert, query, from, window, select, group; expressions in expr and the files named
// after what they bind. Views and WITH queries are bound again at each use.
//
// Faults are collected, each with its span and code; a part that could not be bound is nil and its users pass that on
// silently, so that one fault is reported once. What is not supported of the dialect is refused, never approximated.
package bind
