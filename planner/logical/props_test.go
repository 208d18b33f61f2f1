package logical

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"streamsql/exec/window"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/planner/catalog"
)

// The columns of these tests: ts, a, b and a text of a table; start, end and time of a window; n and m of aggregates.
var (
	colTS    = Column{ID: 1, Name: "ts", Type: sqltype.TimestampType(3), Rowtime: true}
	colA     = Column{ID: 2, Name: "a", Type: sqltype.BigIntType}
	colB     = Column{ID: 3, Name: "b", Type: sqltype.BigIntType}
	colText  = Column{ID: 4, Name: "line", Type: sqltype.StringType}
	colStart = Column{ID: 11, Name: "window_start", Type: sqltype.TimestampType(3).Required()}
	colEnd   = Column{ID: 12, Name: "window_end", Type: sqltype.TimestampType(3).Required()}
	colTime  = Column{ID: 13, Name: "window_time", Type: sqltype.TimestampType(3).Required(), Rowtime: true}
	colN     = Column{ID: 21, Name: "n", Type: sqltype.BigIntType}
	colM     = Column{ID: 22, Name: "m", Type: sqltype.BigIntType}
	colWord  = Column{ID: 31, Name: "word", Type: sqltype.StringType}
	colOrd   = Column{ID: 32, Name: "ordinal", Type: sqltype.IntType}
)

func scanned() *Scan {
	return &Scan{Table: &catalog.Table{Name: "t"}, Cols: []Column{colTS, colA, colB, colText}, From: []int{0, 1, 2, 3}}
}

func windowed(in Node) *Window {
	return &Window{In: in, TimeCol: colTS.ID, Spec: window.Spec{Size: time.Second},
		Start: colStart, End: colEnd, Time: colTime,
		Emit: []window.Col{window.ColStart, window.ColEnd, window.ColTime}}
}

// perWindow aggregates in windows; updating aggregates without.
func perWindow(in Node, w *Window, keys ...Column) *Aggregate {
	return &Aggregate{In: in, Keys: keys, Over: &Over{Window: w, Emit: []window.Col{window.ColStart, window.ColEnd}},
		Aggs: []Agg{{Column: colN, ID: "count(*)"}}}
}

func updating(in Node, keys ...Column) *Aggregate {
	return &Aggregate{In: in, Keys: keys, Aggs: []Agg{{Column: colN, ID: "count(*)"}}}
}

func keep(in Node, cols ...Column) *Calc { return &Calc{In: in, Items: PassAll(cols)} }

func united(in ...Node) *Union {
	u := &Union{In: in, Cols: []Column{{ID: 41, Name: "x", Type: sqltype.BigIntType}}}
	for _, n := range in {
		u.From = append(u.From, []ColID{n.Columns()[0].ID})
	}
	return u
}

// keysOf prints unique keys by the names of their columns.
func keysOf(n Node) string {
	var out []string
	for _, key := range PropsOf(n).Keys {
		var names []string
		for _, id := range key {
			at, ok := Find(n.Columns(), id)
			if !ok {
				return fmt.Sprintf("column %d is not delivered", id)
			}
			names = append(names, n.Columns()[at].Name)
		}
		out = append(out, strings.Join(names, "+"))
	}
	return strings.Join(out, ", ")
}

// TestProps: for every kind of node, whether its rows change, whether they have been through windows, which of their
// columns are unique, and what bounds its state.
func TestProps(t *testing.T) {
	w, itself := windowed(scanned()), Node(scanned())
	counted := updating(scanned(), colA, colB)
	for _, c := range []struct {
		name     string
		node     Node
		updating Node
		windowed bool
		keys     string
		bound    string
	}{
		{"a table appends", scanned(), nil, false, "", ""},
		{"a window says nothing yet of lateness", w, nil, false, "", ""},
		{"a window's groups come once", perWindow(w, w, colA), nil, true, "a+window_start, a+window_end",
			"by window: dropped when the window has been emitted"},
		{"a window without keys", perWindow(w, w), nil, true, "window_start, window_end",
			"by window: dropped when the window has been emitted"},
		{"a group changes", counted, counted, false, "a+b", "unbounded: one group per combination of 2 keys"},
		{"one key", updating(scanned(), colA), itself, false, "a", "unbounded: one group per key"},
		{"one group", updating(scanned()), itself, false, "", "one group"},
		{"a calc hands on what its input is", keep(counted, colA, colB), counted, false, "a+b", ""},
		{"without a column of the key it is not one", keep(counted, colA, colN), counted, false, "", ""},
		{"one key of two stays", keep(perWindow(w, w, colA), colA, colEnd), nil, true, "a+window_end", ""},
		{"a window over groups", windowed(keep(counted, colTS)), counted, false, "", ""},
		{"an aggregate over windows changes",
			updating(perWindow(w, w, colA), colA), itself, true, "a", "unbounded: one group per key"},
		{"a sink", &Sink{In: counted}, counted, false, "a+b", ""},
		{"a union changes where one input does", united(scanned(), counted), counted, false, "", ""},
		{"a union of two windows", united(perWindow(w, w, colA), perWindow(w, w, colA)), nil, true, "", ""},
		{"a union with a table may bring late rows", united(perWindow(w, w, colA), scanned()), nil, false, "", ""},
		{"elements are told by their ordinal", &Unnest{In: keep(counted, colA, colB, colN), Keep: []Column{colA, colB},
			Elem: colWord, Ord: colOrd}, counted, false, "a+b+ordinal", ""},
		{"without it they are not",
			&Unnest{In: keep(counted, colA, colB), Keep: []Column{colA, colB}, Elem: colWord}, counted, false,
			"", ""},
	} {
		p := PropsOf(c.node)
		if c.updating == itself {
			c.updating = c.node
		}
		if p.Updating != c.updating || p.Windowed != c.windowed || p.Bound != c.bound || keysOf(c.node) != c.keys {
			t.Errorf("%s: updating %v, windowed %v, keys %q, bound %q\nwant %v, %v, %q, "+
				"%q", c.name, p.Updating != nil, p.Windowed,
				keysOf(c.node), p.Bound, c.updating != nil, c.windowed, c.keys, c.bound)
		}
	}
}

// TestPropsOfCopies: what was found out of a node is not answered for a changed copy of it.
func TestPropsOfCopies(t *testing.T) {
	counted := updating(scanned(), colA)
	top := keep(counted, colA)
	if keysOf(top) != "a" || PropsOf(top).Updating != Node(counted) {
		t.Fatalf("keys %q", keysOf(top))
	}
	changed := *top
	changed.In = scanned()
	if PropsOf(&changed).Updating != nil || keysOf(&changed) != "" {
		t.Error("a copy over another input has the properties of the original")
	}
	again := WithInput(top, scanned())
	if PropsOf(again).Updating != nil {
		t.Error("a node over another input has the properties of the original")
	}
	if once := PropsOf(top); PropsOf(top) != once {
		t.Error("properties are computed twice")
	}
}

// TestPrune: what a node still does when only some of its columns are read, and what it then reads of its inputs.
func TestPrune(t *testing.T) {
	w := windowed(scanned())
	sum := scalar.Call{Node: scalar.Node{T: sqltype.BigIntType}, Overload: "+(BIGINT,BIGINT)",
		Args: []scalar.Expr{Ref(colA), Ref(colB)}}
	flag := scalar.IsNull{Node: scalar.Node{T: sqltype.BooleanType}, Arg: Ref(colText)}
	calc := &Calc{In: scanned(), Filter: flag, Items: []Item{Pass(colA), {Column: colM, Expr: sum}}}
	agg := &Aggregate{In: scanned(), Keys: []Column{colA}, Aggs: []Agg{{Column: colN, ID: "count(*)", Filter: colText.ID},
		{Column: colM, ID: "sum(BIGINT)", Args: []ColID{colB.ID}}}}
	union := &Union{In: []Node{scanned(), scanned()}, Cols: []Column{colN, colM},
		From: [][]ColID{{colA.ID, colB.ID}, {colB.ID, colA.ID}}}
	words := &Unnest{In: scanned(), Func: "split", Args: []ColID{colText.ID}, Keep: []Column{colA, colB}, Elem: colWord,
		Ord: colOrd}
	for _, c := range []struct {
		name  string
		node  Node
		need  []Column
		left  string // the columns that the node still has
		below string // per input, what it reads
	}{
		{"a scan", scanned(), []Column{colB}, "b", ""},
		{"a value that is not read is not computed", calc, []Column{colA}, "a", "a line"},
		{"a value reads what it is made of", calc, []Column{colM}, "m", "a b line"},
		{"a filter alone", calc, nil, "", "line"},
		{"an aggregate keeps its keys", agg, []Column{colM}, "a m", "a b"},
		{"a call's filter is read", agg, []Column{colN}, "a n", "a line"},
		{"a window is dropped down to what is read", w, []Column{colA, colEnd}, "ts a b line window_end", "ts a"},
		{"groups are kept by the window's end", perWindow(w, w, colA), []Column{colN}, "a n", "a window_end"},
		{"a union asks each input for its own", union, []Column{colM}, "m", "b, a"},
		{"an unnest copies what is read", words, []Column{colB, colWord}, "b word", "b line"},
		{"a sink takes all", &Sink{In: scanned()}, []Column{colTS, colA, colB, colText}, "ts a b line", "ts a b line"},
	} {
		need := ColSet{}
		for _, x := range c.need {
			need[x.ID] = true
		}
		before := Print(c.node)
		pruned, below := c.node.Prune(need)
		var left, reads []string
		for _, x := range pruned.Columns() {
			left = append(left, x.Name)
		}
		for i, set := range below {
			var names []string
			for _, x := range c.node.Inputs()[i].Columns() {
				if set[x.ID] {
					names = append(names, x.Name)
				}
			}
			reads = append(reads, strings.Join(names, " "))
		}
		if got := strings.Join(left, " "); got != c.left {
			t.Errorf("%s: columns %s, want %s", c.name, got, c.left)
		}
		if got := strings.Join(reads, ", "); got != c.below {
			t.Errorf("%s: reads %s, want %s", c.name, got, c.below)
		}
		if Print(c.node) != before {
			t.Errorf("%s: the node itself was changed", c.name)
		}
	}
}

// TestTrees: walking, rebuilding and printing see every input of every node, in order.
func TestTrees(t *testing.T) {
	w := windowed(scanned())
	tree := &Sink{Print: []string{"x"}, In: united(keep(perWindow(w, w, colA), colA), updating(scanned(), colB))}
	want := `Print (x)
  Union (x$41 := $2 $3)
    Calc (a$2)
      WindowAggregate by (a$2) in window (window_start$11, window_end$12) (n$21 := count(*))
        Window TUMBLE(ts$1, 1s) adds (window_start$11, window_end$12, window_time$13)
          Scan t (ts$1, a$2, b$3, line$4)
    Aggregate by (b$3) (n$21 := count(*))
      Scan t (ts$1, a$2, b$3, line$4)
`
	if got := Print(tree); got != want {
		t.Errorf("printed\n%swant\n%s", got, want)
	}
	var walked, rebuilt []string
	Walk(tree, func(n Node) { walked = append(walked, strings.Fields(n.Line())[0]) })
	if got := strings.Join(walked, " "); got != "Print Union Calc WindowAggregate Window Scan Aggregate Scan" {
		t.Errorf("walked %s", got)
	}
	same := Rebuild(tree, func(n Node) Node {
		rebuilt = append(rebuilt, strings.Fields(n.Line())[0])
		return n
	})
	if got := strings.Join(rebuilt, " "); got != "Scan Window WindowAggregate Calc Scan Aggregate Union Print" {
		t.Errorf("rebuilt %s", got)
	}
	if Print(same) != want {
		t.Errorf("rebuilt as\n%s", Print(same))
	}
	swapped := Rebuild(tree, func(n Node) Node {
		if _, ok := n.(*Scan); ok {
			return &Scan{Table: &catalog.Table{Name: "u"}, Cols: scanned().Cols}
		}
		return n
	})
	if strings.Count(Print(swapped), "Scan u") != 2 || Print(tree) != want {
		t.Errorf("with other tables\n%s", Print(swapped))
	}
}

// TestInputsAreCounted: a node does not take more or fewer inputs than it has.
func TestInputsAreCounted(t *testing.T) {
	for _, n := range []Node{keep(scanned(), colA), windowed(scanned()), updating(scanned()), &Sink{In: scanned()},
		united(scanned(), scanned()), &Unnest{In: scanned()}} {
		for _, in := range [][]Node{nil, {scanned(), scanned(), scanned()}} {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("%T over %d inputs", n, len(in))
					}
				}()
				n.WithInputs(in)
			}()
		}
		in := n.Inputs()
		in[0] = nil // the slice is the caller's
		if n.Inputs()[0] == nil {
			t.Errorf("%T lends its inputs", n)
		}
	}
}
