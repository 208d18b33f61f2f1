package op

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// variation is one way to play an opTest. The zero value plays whole epochs on one lane.
type variation struct {
	name     string
	seed     uint64
	rows     int // per batch; 0: all of an epoch, −1: any number
	empties  bool
	lanes    int   // 0: 1
	restarts []int // lanes after the first epoch, after the second, …, and again; nil: never restarted
	feed     turns
	looks    looks
	story    story
	refuse   int // the batch that the receiver refuses, from 1; 0: none
}

func (v variation) String() string {
	if v.name != "" {
		return v.name
	}
	return fmt.Sprintf("seed %d: %d rows, %d lanes, restarts %v, feed %d, looks %b, %s", v.seed, v.rows, v.lanes,
		v.restarts, v.feed, v.looks, v.story)
}

// turns is the order in which the batches of several ports arrive.
type turns int

const (
	portByPort turns = iota
	lastPortFirst
	inTurn
	drawn
)

// looks is a set of ways to write the same batch down.
type looks uint

const (
	weighted    looks = 1 << iota // weights although all are 1
	valid                         // validity although nothing is NULL
	coding                        // text columns by dictionary
	sliced                        // columns that begin and end within longer ones
	placed                        // with Origin and Rows
	watermarked                   // with Behind although no row carries a watermark
	noisy                         // with something under NULL that no row should have

	everyLook = weighted | valid | coding | sliced | placed | watermarked | noisy
)

// story is how the stream is told.
type story int

const (
	asWritten story = iota
	again           // each row inserted, taken back, inserted again
	replaced        // each row replaces another one: −old directly before +new
	shuffled        // the rows of an epoch in another order
	merged          // all epochs in one
	halved          // each epoch in two
	undone          // at the end an epoch takes everything back
)

func (s story) String() string {
	return [...]string{"as written", "each row again", "each row replaces one", "shuffled", "epochs merged",
		"epochs halved", "all undone"}[s]
}

// retells reports whether the variation changes what arrives, so that only sums of weights can be compared.
func (v variation) retells() bool { return v.story != asWritten }

// variations lists what the test is played along.
func (c *opTest) variations() []variation {
	var out []variation
	for _, n := range []int{1, 2, 3, 7, 0} {
		out = append(out, variation{name: fmt.Sprintf("batches of %d rows (0: all)", n), rows: n})
	}
	out = append(out,
		variation{name: "batches of any size", rows: -1, looks: placed},
		variation{name: "empty batches", rows: 3, empties: true},
		variation{name: "2 lanes", rows: 3, lanes: 2},
		variation{name: "3 lanes", rows: 1, lanes: 3},
		variation{name: "restarts", restarts: []int{1}},
		variation{name: "restarts on other lanes", rows: 3, restarts: []int{2, 1, 3}, looks: placed},
	)
	for i, what := range []string{
		"weights", "validity", "dictionaries", "slices", "places", "watermarks", "noise under NULL",
	} {
		out = append(out, variation{name: "batches with " + what, rows: 7, looks: 1 << i})
	}
	out = append(out, variation{name: "batches with everything", looks: everyLook})
	if len(c.ports) > 1 {
		out = append(out,
			variation{name: "the last port first", rows: 2, feed: lastPortFirst},
			variation{name: "ports in turn", rows: 1, feed: inTurn},
			variation{name: "ports drawn", rows: 2, feed: drawn})
	}
	for _, s := range c.stories() {
		out = append(out,
			variation{name: fmt.Sprintf("%s, batches of one row", s), rows: 1, story: s},
			variation{name: fmt.Sprintf("%s, whole epochs", s), story: s})
	}
	return append(out, c.combinations(10)...)
}

// stories lists how the test's stream can be told without another outcome.
func (c *opTest) stories() []story {
	out := []story{asWritten}
	if c.retracts && !c.byOrder {
		out = append(out, again, replaced)
	}
	if !c.byOrder {
		out = append(out, shuffled)
	}
	if !c.byEpoch {
		out = append(out, merged, halved)
	}
	if c.undoes {
		out = append(out, undone)
	}
	return out[1:]
}

// combinations draws variations.
func (c *opTest) combinations(n int) []variation {
	var out []variation
	for seed := range uint64(n) {
		r := rand.New(rand.NewPCG(seed, 11))
		v := variation{
			seed: seed, rows: []int{-1, 1, 2, 5, 0}[r.IntN(5)], empties: r.IntN(3) == 0, lanes: 1 + r.IntN(4),
			feed: turns(r.IntN(4)), looks: looks(r.Uint32()) & everyLook,
		}
		if r.IntN(2) == 0 {
			v.restarts = []int{1 + r.IntN(4), 1 + r.IntN(4)}
		}
		if all := c.stories(); len(all) > 0 && r.IntN(2) == 0 {
			v.story = all[r.IntN(len(all))]
		}
		out = append(out, v)
	}
	return out
}

// arrival is one row on its way to a port.
type arrival struct {
	tuple
	behind *int64 // watermark of its partition before it; nil: not given
	id     int    // its place in the input
}

// tell is the rows of each epoch and port, told by the story.
func (v variation) tell(c *opTest, epochs []epoch, r *rand.Rand) (told [][][]arrival, ends []epoch) {
	id := 0
	for _, e := range epochs {
		rows := make([][]arrival, len(c.ports))
		for p := range c.ports {
			for i, t := range portRows(e, p) {
				a := arrival{tuple: t, id: id}
				if p < len(e.behind) && e.behind[p] != nil {
					w := int64(e.behind[p][i])
					a.behind = &w
				}
				id++
				rows[p] = append(rows[p], a)
			}
		}
		told, ends = append(told, rows), append(ends, e)
	}
	switch v.story {
	case merged:
		return mergedEpochs(told, ends)
	case halved:
		return halvedEpochs(told, ends)
	case undone:
		return append(told, takenBack(told)), append(ends, epoch{})
	}
	for _, rows := range told {
		for p := range rows {
			rows[p] = v.retell(rows[p], r)
		}
	}
	return told, ends
}

// retell changes the rows of one port and epoch.
func (v variation) retell(rows []arrival, r *rand.Rand) []arrival {
	var out []arrival
	switch v.story {
	case again:
		for _, a := range rows {
			out = append(out, a, a.back(), a)
		}
	case replaced:
		old := make([]arrival, len(rows))
		for i := range rows {
			old[i] = rows[r.IntN(len(rows))]
			out = append(out, old[i])
		}
		for i, a := range rows {
			out = append(out, old[i].back(), a)
		}
	case shuffled:
		out = slices.Clone(rows)
		r.Shuffle(len(out), func(i, k int) { out[i], out[k] = out[k], out[i] })
	default:
		return rows
	}
	return out
}

// back takes the row back.
func (a arrival) back() arrival {
	a.weight = -a.weight
	return a
}

func mergedEpochs(told [][][]arrival, ends []epoch) ([][][]arrival, []epoch) {
	if len(told) == 0 {
		return told, ends
	}
	rows, end := make([][]arrival, len(told[0])), epoch{}
	for i := range told {
		for p := range rows {
			rows[p] = append(rows[p], told[i][p]...)
		}
		if ends[i].marks != nil {
			end.marks = ends[i].marks
		}
		end.final = end.final || ends[i].final
	}
	return [][][]arrival{rows}, []epoch{end}
}

func halvedEpochs(told [][][]arrival, ends []epoch) (out [][][]arrival, at []epoch) {
	for i := range told {
		var first, second [][]arrival
		for _, rows := range told[i] {
			first = append(first, rows[:len(rows)/2])
			second = append(second, rows[len(rows)/2:])
		}
		out, at = append(out, first, second), append(at, epoch{}, ends[i])
	}
	return out, at
}

func takenBack(told [][][]arrival) [][]arrival {
	out := make([][]arrival, len(told[0]))
	for _, rows := range told {
		for p := range rows {
			for _, a := range rows[p] {
				out[p] = append(out[p], a.back())
			}
		}
	}
	return out
}
