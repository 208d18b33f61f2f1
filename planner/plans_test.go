package planner

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"streamsql/internal/diag"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/planner/physical"
	"streamsql/planner/rules"
)

const planFolder = "../testdata/plans"

// planFiles are the queries whose plans are kept.
func planFiles(t testing.TB) map[string]string {
	files, err := filepath.Glob(filepath.Join(planFolder, "*.sql"))
	if err != nil || len(files) == 0 {
		t.Fatal("no plan files", err)
	}
	out := map[string]string{}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		out[strings.TrimSuffix(f, ".sql")] = string(text)
	}
	return out
}

func compiled(t testing.TB, text string, opts Options) *Program {
	t.Helper()
	p, err := Compile("query.sql", text, connectors(), opts)
	if err != nil {
		var b strings.Builder
		_ = diag.Render(&b, "query.sql", text, err, false)
		t.Fatalf("not compiled:\n%s", b.String())
	}
	return p
}

// TestPlanGoldens compares EXPLAIN of every file of testdata/plans.
func TestPlanGoldens(t *testing.T) {
	for file, text := range planFiles(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			p := compiled(t, text, testOptions())
			golden(t, file+".plan", Explain(p, "")+"\n"+Explain(p, "logical"))
			wellFormed(t, p.Plan)
		})
	}
}

// TestPlansWithoutRules: whatever rule is left out, the plan is well formed and prints the same columns.
func TestPlansWithoutRules(t *testing.T) {
	for file, text := range planFiles(t) {
		want := compiled(t, text, testOptions())
		for name := range rules.Numbers() {
			opts := testOptions()
			opts.Rules = map[string]int{name: 0}
			p := compiled(t, text, opts)
			wellFormed(t, p.Plan)
			for i, s := range want.Plan.Sinks {
				if got := p.Plan.Sinks[i].Schema.String(); got != s.Schema.String() {
					t.Errorf("%s without %s: %s, want %s", file, name, got, s.Schema)
				}
			}
		}
	}
}

// TestPlansAreStable: the same text gives the same ids, and whatever else is in the file does not change them.
func TestPlansAreStable(t *testing.T) {
	for file, text := range planFiles(t) {
		a, b := compiled(t, text, testOptions()), compiled(t, "-- a comment\n"+text, testOptions())
		for i, n := range a.Plan.Nodes {
			if n.ID != b.Plan.Nodes[i].ID {
				t.Errorf("%s: node %d is %s and %s", file, i, n.ID, b.Plan.Nodes[i].ID)
			}
		}
	}
}

// TestRecompile: the text that a checkpoint keeps gives the same plan, without holding an address or a secret.
func TestRecompile(t *testing.T) {
	for file, text := range planFiles(t) {
		p := compiled(t, text, testOptions())
		if strings.Contains(p.Redacted, "bids.jsonl") {
			t.Errorf("%s: the redacted text holds an address:\n%s", file, p.Redacted)
		}
		again, err := Recompile("query.sql", p.Redacted, p, connectors(), Options{})
		if err != nil {
			t.Errorf("%s: %v\n%s", file, err, p.Redacted)
			continue
		}
		if Explain(again, "") != strings.ReplaceAll(Explain(p, ""), "query.sql:2:", "query.sql:1:") && len(p.Warnings) == 0 {
			t.Errorf("%s: planned again it is\n%s\nnot\n%s", file, Explain(again, ""), Explain(p, ""))
		}
		if len(again.Plan.Tables) > 0 && again.Plan.Tables[0].Raw["path"] != p.Plan.Tables[0].Raw["path"] {
			t.Errorf("%s: the path is %q", file, again.Plan.Tables[0].Raw["path"])
		}
		if again.Redacted != p.Redacted {
			t.Errorf("%s: redacted again it is\n%s\nnot\n%s", file, again.Redacted, p.Redacted)
		}
	}
}

func TestSecretsStayOut(t *testing.T) {
	text := "SET 'pipeline.name' = '${env:PASSWORD}';\n" +
		"CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'path' = '${dir}', 'format' = 'json', " +
		"'password' = 'x${env:PASSWORD}');\nSELECT a FROM t;"
	p := compiled(t, text, testOptions())
	if got := p.Plan.Tables[0].Raw["password"]; got != "xhunter2" {
		t.Errorf("password %q", got)
	}
	if got := p.Plan.Tables[0].Raw["path"]; got != "/data" {
		t.Errorf("path %q", got)
	}
	for what, s := range map[string]string{
		"redacted": p.Redacted, "settings": fmt.Sprint(p.Settings.Raw),
		"plan": Explain(p, "") + Explain(p, "json") + Explain(p, "logical"),
	} {
		if strings.Contains(s, "hunter2") || strings.Contains(s, "/data") {
			t.Errorf("%s holds a secret or an address:\n%s", what, s)
		}
	}
}

func TestSettings(t *testing.T) {
	const table = "CREATE TABLE t (a INT) WITH ('connector'='filesystem','path'='p','format'='json'); SELECT a FROM t;"
	p := compiled(t,
		"SET 'streamsql.error-handling.mode' = 'log'; SET 'parallelism.default' = '4'; "+
			"SET 'table.exec.state.ttl' = '1 h';"+table,
		Options{Set: map[string]string{"pipeline.name": "flag"}})
	if p.Settings.ErrorMode != "log" || p.Settings.PipelineName != "flag" || p.Settings.Raw["parallelism.default"] != "4" {
		t.Errorf("settings %+v", p.Settings)
	}
	if len(p.Warnings) != 1 || !strings.Contains(p.Warnings[0], "query.sql:1:") ||
		!strings.Contains(p.Warnings[0], "table.exec.state.ttl") {
		t.Errorf("warnings %q", p.Warnings)
	}
	p = compiled(t, "SET 'pipeline.name' = 'text';"+table, Options{Set: map[string]string{"pipeline.name": "flag"}})
	if p.Settings.PipelineName != "flag" {
		t.Errorf("a flag goes before the text, got %q", p.Settings.PipelineName)
	}
}

// wellFormed checks what exec relies on: inputs come first, columns are in range, types agree.
func wellFormed(t testing.TB, p *physical.Plan) {
	t.Helper()
	ids := map[string]bool{}
	for i, n := range p.Nodes {
		if ids[n.ID] {
			t.Errorf("id %s twice", n.ID)
		}
		ids[n.ID] = true
		var schema sqltype.Schema
		for _, in := range n.Inputs {
			if in.Node >= i {
				t.Errorf("%s reads a later node", n.ID)
			}
			schema = p.Nodes[in.Node].Schema
		}
		c := checker{t, n.ID, schema}
		switch op := n.Op.(type) {
		case physical.Scan:
			c.scan(&p.Tables[op.At], n.Schema)
		case physical.Calc:
			c.expr(op.Filter)
			c.equal("columns", len(op.Exprs), len(n.Schema))
			for k, e := range op.Exprs {
				c.expr(e)
				c.typ(e.Type(), n.Schema[k].Type)
			}
		case physical.Window:
			c.equal("columns", len(schema)+len(op.Emit), len(n.Schema))
			if !schema[op.TimeCol].Type.IsTimestamp() {
				t.Errorf("%s: a window over %s", n.ID, schema[op.TimeCol].Type)
			}
		case physical.WindowAggregate:
			c.equal("columns", len(op.Keys)+len(op.Emit)+len(op.Aggs), len(n.Schema))
			c.typ(schema[op.EndCol].Type, sqltype.TimestampType(3))
			c.aggs(op.Keys, op.Aggs, n.Schema, len(op.Keys)+len(op.Emit))
		case physical.GroupAggregate:
			c.equal("columns", len(op.Keys)+len(op.Aggs), len(n.Schema))
			c.aggs(op.Keys, op.Aggs, n.Schema, len(op.Keys))
		case physical.Unnest:
			c.equal("columns", len(op.Keep)+1, min(len(n.Schema), len(op.Keep)+1))
			for k, at := range op.Keep {
				c.typ(schema[at].Type, n.Schema[k].Type)
			}
		case physical.Union:
			for _, in := range n.Inputs {
				c.equal("columns", len(p.Nodes[in.Node].Schema), len(n.Schema))
				for f := range n.Schema {
					c.typ(p.Nodes[in.Node].Schema[f].Type, n.Schema[f].Type)
				}
			}
		case physical.SinkOp:
			for _, k := range n.Inputs {
				c.equal("columns", len(p.Nodes[k.Node].Schema), len(p.Sinks[op.At].Schema))
				for f := range p.Sinks[op.At].Schema {
					if a, b := p.Nodes[k.Node].Schema[f].Type, p.Sinks[op.At].Schema[f].Type; a.Phys() != b.Phys() {
						t.Errorf("%s: column %d is %s, the table's %s", n.ID, f, a, b)
					}
				}
			}
		}
		for _, key := range append(n.Keys, n.EventTime) {
			for _, k := range key {
				if k >= len(n.Schema) {
					t.Errorf("%s: column %d of a key", n.ID, k)
				}
			}
		}
	}
}

type checker struct {
	t  testing.TB
	id string
	in sqltype.Schema
}

func (c checker) equal(what string, a, b int) {
	c.t.Helper()
	if a != b {
		c.t.Errorf("%s: %d %s, want %d", c.id, a, what, b)
	}
}

func (c checker) typ(a, b sqltype.Type) {
	c.t.Helper()
	if !a.Same(b) {
		c.t.Errorf("%s: type %s, want %s", c.id, a, b)
	}
}

func (c checker) expr(e scalar.Expr) {
	if e == nil {
		return
	}
	scalar.Walk(e, func(x scalar.Expr) {
		if col, ok := x.(scalar.Col); ok {
			if col.Index < 0 || col.Index >= len(c.in) {
				c.t.Errorf("%s: column %d of %d", c.id, col.Index, len(c.in))
				return
			}
			if !col.T.Same(c.in[col.Index].Type) {
				c.t.Errorf("%s: column %d is %s, read as %s", c.id, col.Index, c.in[col.Index].Type, col.T)
			}
		}
	})
}

func (c checker) aggs(keys []int, aggs []physical.Agg, out sqltype.Schema, first int) {
	for i, k := range keys {
		c.typ(c.in[k].Type, out[i].Type)
	}
	for i, a := range aggs {
		c.typ(a.Type, out[first+i].Type)
		if a.Filter >= 0 {
			c.typ(c.in[a.Filter].Type, sqltype.BooleanType)
		}
	}
}

func (c checker) scan(t *physical.Table, out sqltype.Schema) {
	c.equal("columns", len(t.Used)+len(t.Computed), len(out))
	for i, u := range t.Used {
		c.typ(t.Physical[u].Type, out[i].Type)
	}
	for i, e := range t.Computed {
		at := checker{c.t, c.id, out[:len(t.Used)+i]}
		at.expr(e.Expr)
	}
	checker{c.t, c.id, out}.expr(t.Watermark)
}
