package state

import (
	"fmt"

	"streamsql/internal/budget"
	"streamsql/internal/rowkey"
)

// kind is a kind of container, as state files know it.
type kind struct {
	name   string // the word in state files: part of the format, never changed
	byTime bool   // its rows carry the time of a pane, and panes are dropped whole
}

// kinds lists every kind of container. A new one is a file with its type, its share and its kind, and a line here.
var kinds = []*kind{
	tableKind,
	panesKind,
}

func kindNamed(name string) (*kind, bool) {
	for _, k := range kinds {
		if k.name == name {
			return k, true
		}
	}
	return nil, false
}

// share is one lane's part of a container: all that capture, restore and the accounts know of it. What Capture calls
// comes between epochs, what Restore calls before the first one. One goroutine at a time uses a share.
type share interface {
	// collect finds what the epoch changed and keeps it for encode and settle. It returns how many rows the next file
	// gets, and whether anything changed at all: a pane that was dropped is not a row.
	collect() (rows int, changed bool)
	// encode adds sections for what collect found. Other shares are encoded beside it; nothing in the share changes.
	encode(out *encoder) error
	// settle ends the epoch, after the changes of all shares were encoded: it frees what only the file needed.
	settle()

	// expect comes once per file, after its drops and before its rows, with about how many rows those are. A share that
	// has never held anything makes room, and returns true: the file's keys, which are distinct, need no look-up.
	expect(rows int) (blank bool)
	// apply takes over a stretch of rows, which are newer than everything held under their keys. A panic is reported as
	// damage of the file.
	apply(a *arrival)

	// Rows is the number of groups held.
	Rows() int
	// Bytes is the memory held.
	Bytes() int64
	// report brings the memory account up to date.
	report()
}

// timed is a share of a kind that is byTime.
type timed interface {
	// drop takes over a drops section: it removes the panes named, without leaving a trace for the next capture.
	drop(d *droppedPanes)
}

// schema is what lanes, state files and the query must agree on.
type schema struct {
	Decl
	kind *kind
}

// String prints everything that must be equal.
func (s schema) String() string {
	text := fmt.Sprintf("%s %s v%d extra %d (", s.kind.name, s.ID(), s.Version, s.Extra)
	for _, t := range s.Key {
		text += t.String() + ","
	}
	for _, c := range s.Values {
		text += c.Name + " " + c.Type.String() + ","
	}
	return text + ")"
}

// container is one declared container on all lanes.
type container struct {
	schema  schema
	account *budget.Account
	shares  []share  // per lane; nil where not claimed
	shapes  []*shape // per lane, made when first needed
}

// shape is how a lane's rows are laid out in files; for that lane's goroutine.
func (c *container) shape(lane int) *shape {
	if c.shapes[lane] == nil {
		c.shapes[lane] = newShape(c.schema)
	}
	return c.shapes[lane]
}

// groups is the range of key groups of a lane's share: all of them when no other lane has one.
func (c *container) groups(lane int) (from, to int) {
	shares := 0
	for _, own := range c.shares {
		if own != nil {
			shares++
		}
	}
	if shares == 1 {
		return 0, rowkey.Groups
	}
	return rowkey.LaneRange(lane, len(c.shares))
}
