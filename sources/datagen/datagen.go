// Package datagen makes up tables: random values and sequences for every column, as Flink's connector of that name does
// and with its options. Connector name: datagen.
//
// A value is a function of the seed, the names of table and column, and the row's number, so a table holds the same
// rows in every run, on every machine and after every restart; 'seed' (ours) draws others. A table has one partition:
// rows are cheap, and decoders make them side by side anyway.
//
// The table ends after number-of-rows, or with the shortest sequence; with neither it has no end. rows-per-second is
// the pace (see package generator, also for what a position looks like).
//
// Columns of time hold the time at which their row is due, as in Flink the time of the machine: a replay gives the same
// (generator.Anchor).
//
//	column.go  one column: its options checked, its random numbers or its sequence
//	fill.go    the loops that write values
package datagen

import (
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"strconv"

	"streamsql/internal/format"
	"streamsql/internal/option"
	"streamsql/internal/sqltype"
	"streamsql/sources"
	"streamsql/sources/generator"
)

// The options.
const (
	keyPace   = "rows-per-second"
	keyRows   = "number-of-rows"
	keySeed   = "seed"
	keyKind   = "fields.#.kind"
	keyMin    = "fields.#.min"
	keyMax    = "fields.#.max"
	keyPast   = "fields.#.max-past"
	keyLength = "fields.#.length"
	keyVaries = "fields.#.var-len"
	keyStart  = "fields.#.start"
	keyEnd    = "fields.#.end"
	keyNulls  = "fields.#.null-rate"
)

const (
	random   = "random"
	sequence = "sequence"
)

// Declaration is the connector as the planner knows it.
var Declaration = sources.Declaration{
	Name: "datagen",
	Options: option.Set{
		{Key: keyPace, Kind: option.Int, Default: "10000", Min: 1, Doc: "Rows per second."},
		{Key: keyRows, Kind: option.Int, Min: 1, Doc: "Rows of the table; without it the table has no end."},
		{Key: keySeed, Kind: option.Int, Default: "0", Doc: "Another number gives other random values."},
		{Key: keyKind, Kind: option.Enum, Values: []string{random, sequence}, Default: random,
			Doc: "How the values of a column are made."},
		{Key: keyMin, Kind: option.String, Doc: "Least random value, for numbers."},
		{Key: keyMax, Kind: option.String, Doc: "Greatest random value, for numbers."},
		{Key: keyPast, Kind: option.Duration, Default: "0",
			Doc: "How far random times are in the past at most, for timestamps."},
		{Key: keyLength, Kind: option.Int, Min: 1, Doc: "Length of random texts."},
		{Key: keyVaries, Kind: option.Bool, Default: "false", Doc: "Random texts of different lengths, up to the length."},
		{Key: keyStart, Kind: option.String, Doc: "First value of a sequence."},
		{Key: keyEnd, Kind: option.String, Doc: "Last value of a sequence; the shortest one ends the table."},
		{Key: keyNulls, Kind: option.String, Default: "0", Doc: "The proportion of NULL, from 0 to 1."},
	},
	Bounded: func(v option.Values) bool { return rows(v) != generator.Endless },
	Check: func(v option.Values, columns sqltype.Schema) []option.Problem {
		_, problems := resolve("", v, columns)
		return problems
	},
	Doc: "Makes up rows: random values and sequences, the same in every run.",
}

// fieldKeys are the options of a column.
var fieldKeys = []string{keyKind, keyMin, keyMax, keyPast, keyLength, keyVaries, keyStart, keyEnd, keyNulls}

// key is the option of one column.
func key(of, column string) string { return of[:len("fields.")] + column + of[len("fields.#"):] }

// rows is how many rows the table has.
func rows(v option.Values) int64 {
	n := int64(generator.Endless)
	if v.Given(keyRows) {
		n = v.Int(keyRows)
	}
	for _, name := range v.Names(keyKind) {
		if v.String(key(keyKind, name)) == sequence {
			n = min(n, steps(v.String(key(keyStart, name)), v.String(key(keyEnd, name))))
		}
	}
	return n
}

// steps is how many values a sequence has; Check has refused those that have none.
func steps(first, last string) int64 {
	a, err := strconv.ParseInt(first, 10, 64)
	b, err2 := strconv.ParseInt(last, 10, 64)
	if err != nil || err2 != nil || b < a {
		return 0
	}
	if n := uint64(b) - uint64(a); n < math.MaxInt64 {
		return int64(n) + 1
	}
	return generator.Endless
}

// New implements sources.Factory.
func New(table string, v option.Values, _ string) (sources.Source, error) {
	return generator.New(generator.Spec{
		Table: table, Connector: Declaration.Name,
		Ends: []int64{rows(v)}, Pace: generator.Pace{Rows: v.Int(keyPace), Per: 1}, Timed: true, Of: digest(table, v),
		RowBytes: func(c format.Config) int64 { return rowBytes(table, v, c) },
		Rows:     func(c format.Config) (func() format.Decoder, error) { return newDecoders(table, v, c) },
	}), nil
}

var _ sources.Factory = New

// digest names what decides the values of a table, but for the columns that it declares: the log has those already.
func digest(table string, v option.Values) string {
	h := fnv.New64a()
	fmt.Fprintf(h, "1 %q %d", table, v.Int(keySeed))
	for _, k := range fieldKeys {
		for _, name := range v.Names(k) {
			fmt.Fprintf(h, " %q %q", key(k, name), v.String(key(k, name)))
		}
	}
	return fmt.Sprintf("%016x", h.Sum64())
}

// resolve makes the generators of all columns, and finds what is wrong with their options.
func resolve(table string, v option.Values, schema sqltype.Schema) (out []column, problems []option.Problem) {
	names := make([]string, len(schema))
	for i, f := range schema {
		names[i] = f.Name
		c, faults := newColumn(table, v, f)
		out, problems = append(out, c), append(problems, faults...)
	}
	for _, k := range fieldKeys {
		for _, name := range v.Names(k) {
			if slices.Contains(names, name) {
				continue
			}
			p := option.Problem{Key: key(k, name), Msg: fmt.Sprintf("there is no stored column %q", name),
				Hint: "options of fields are for columns that are declared and not computed"}
			if near := option.Nearest(name, names); near != "" {
				p.Hint = fmt.Sprintf("did you mean %q?", key(k, near))
			}
			problems = append(problems, p)
		}
	}
	return out, problems
}
