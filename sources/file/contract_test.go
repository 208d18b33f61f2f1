package file

import (
	"fmt"
	"strings"
	"testing"

	"streamsql/sources"
	"streamsql/sources/sourcetest"
)

// directory is a table of files, one for each Add.
type directory struct {
	t       *testing.T
	dir     string
	packed  bool
	watched bool
	n       int
	mem     memo
}

func (d *directory) Source() sources.Source {
	if d.watched {
		return table(d.t, d.dir, "source.monitor-interval", "1h")
	}
	return table(d.t, d.dir)
}
func (d *directory) Finish() bool              { return false }
func (d *directory) Ledger() sourcetest.Ledger { return d.mem }
func (d *directory) Add(records ...string) {
	text := strings.Join(records, "\n") + "\n"
	if d.packed {
		text = gzipped(text)
	}
	write(d.t, fmt.Sprintf("%s/%06d.json", d.dir, d.n), text)
	d.n++
}

func TestContract(t *testing.T) {
	for _, packed := range []bool{false, true} {
		t.Run(fmt.Sprintf("packed=%t", packed), func(t *testing.T) {
			sourcetest.Run(t, func(t *testing.T) sourcetest.Input {
				return &directory{t: t, dir: t.TempDir(), packed: packed, watched: true, mem: memo{}}
			})
		})
	}
}
