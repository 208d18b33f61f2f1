// Package function is the registry of what can be called: scalar functions, operators and aggregates, with their
// signatures, result types, NULL rules and documentation. It holds no code that computes; exec/kernel implements the
// scalar overloads under the same IDs in files of the same names, exec/agg the aggregates.
//
//	name + argument types ──Resolve──▶ one Overload, the type each argument is cast to, the result type
//
// Vocabulary: an overload is one signature of a name; its ID, `substring(STRING,INT,INT)`, is in bound expressions
// and in fingerprints and is part of the state format since v1: never rename one. In an ID a type is its kind: DECIMAL
// and TIMESTAMP stand for every precision. KEYWORD is a constant string taken from a fixed list.
//
// Resolution tries every overload of the name. An argument fits a parameter when its kind is the parameter's or widens
// to it without losing values' meaning (INT → BIGINT → DECIMAL → FLOAT → DOUBLE, DATE → TIMESTAMP; never from or to
// STRING). The overload with the least total widening wins; among equals the one declared first.
//
// docs/sql/functions.md is generated from this registry by `go test ./exec/expr -run Docs -update`.
package function
