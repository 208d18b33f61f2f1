package golden

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// onlyPartition is where lines go that name no partition.
const onlyPartition = "0"

// supply is what one feed gives to a table, by partition.
type supply struct {
	partition string
	lines     []string
}

// feeding reads the arguments of feed: TABLE [partition=NAME]; named reports whether a partition is given.
func (s *step) feeding() (table, partition string, named bool, err error) {
	partition = onlyPartition
	for _, a := range s.args {
		key, value, option := strings.Cut(a, "=")
		switch {
		case !option && table == "":
			table = a
		case option && key == "partition" && value != "":
			partition, named = value, true
		default:
			return "", "", false, fmt.Errorf("feed TABLE [partition=NAME]: what is %q?", a)
		}
	}
	if table == "" {
		return "", "", false, fmt.Errorf("feed which table?")
	}
	return table, partition, named, nil
}

// feed gives the lines of a step to their table, or keeps them for the next trigger.
func (s *session) feed(st *step) error {
	table, _, _, err := st.feeding()
	if err != nil {
		return err
	}
	if !s.reads(table) {
		return fmt.Errorf("the query reads no table %q", table)
	}
	switch {
	case s.v.oneEpoch: // feedAll gave them
	case s.v.order != 0:
		s.pending[table] = append(s.pending[table], s.supplies(st)...)
	default:
		s.give(table, s.supplies(st))
	}
	return nil
}

// reads reports whether the query scans a table.
func (s *session) reads(table string) bool {
	for _, t := range s.prog.Plan.Tables {
		if t.Name == table {
			return true
		}
	}
	return false
}

// feedAll gives every fed row at once, before the first epoch.
func (s *session) feedAll() {
	for _, st := range s.file.steps {
		if st.command != "feed" {
			continue
		}
		if table, _, _, err := st.feeding(); err == nil {
			s.give(table, s.supplies(st))
		}
	}
}

// supplies is what a step feeds: to the partition that it names, or, under the axis partitions, to some of several.
func (s *session) supplies(st *step) []supply {
	table, partition, named, err := st.feeding()
	if err != nil {
		return nil
	}
	records, headed := s.records(table, st.input)
	// The head of a table is that of its only partition: spread over several, the others would have none.
	if named || s.v.partitions < 2 || headed {
		return []supply{{partition, records}}
	}
	var out []supply
	for _, line := range records {
		// Drawn by the place of the line in the table alone, so that a variant that feeds otherwise spreads alike.
		r := rand.New(rand.NewPCG(s.v.spread, uint64(s.fed[table])))
		s.fed[table]++
		out = append(out, supply{strconv.Itoa(r.IntN(s.v.partitions)), []string{line}})
	}
	return out
}

func (s *session) give(table string, all []supply) {
	for _, x := range all {
		s.world.input(table).Feed(x.partition, x.lines...)
	}
}

// supplyInTurn gives the tables what waits for them, one table after the other in an order that is drawn, and runs
// what is due after each; without anything that waits it runs what is due.
func (s *session) supplyInTurn() error {
	tables := slices.Sorted(maps.Keys(s.pending))
	r := rand.New(rand.NewPCG(s.v.order, uint64(len(s.events))))
	r.Shuffle(len(tables), func(i, k int) { tables[i], tables[k] = tables[k], tables[i] })
	for i, t := range tables {
		s.give(t, s.pending[t])
		delete(s.pending, t)
		if i == len(tables)-1 {
			break
		}
		if err := s.drain(); err != nil {
			return err
		}
	}
	return s.drain()
}

// finish ends every input and runs what is left.
func (s *session) finish() []string {
	for table, all := range s.pending {
		s.give(table, all)
	}
	clear(s.pending)
	for _, t := range s.prog.Plan.Tables {
		s.world.input(t.Name).Finish()
	}
	return s.trigger()
}
