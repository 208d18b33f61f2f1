package block

import (
	"streamsql/planner/ast"
	"streamsql/planner/lex"
)

// IntervalEnd returns the token after the INTERVAL literal that starts at i, or i when it is malformed. The shell
// needs it to tell a unit from an alias.
func IntervalEnd(toks []lex.Token, i int) int {
	if _, end, bad := readInterval(toks, i); bad < 0 {
		return end
	}
	return i
}

// readInterval reads INTERVAL [-|+] 'text' unit[(p)] [TO unit[(p)]]. It returns the node, the token after it, and the
// token that is wrong or -1. A precision is read and dropped: intervals hold microseconds whatever it says.
func readInterval(toks []lex.Token, i int) (node ast.Interval, end, bad int) {
	start := i
	i++
	if toks[i].IsOp("-") || toks[i].IsOp("+") {
		node.Negative = toks[i].IsOp("-")
		i++
	}
	if toks[i].Kind != lex.String {
		return node, i, i
	}
	node.Text = ast.String{At: ast.On(toks[i].Span), Value: toks[i].Value()}
	i++
	if node.From = timeUnit(toks[i]); node.From == "" {
		return node, i, i
	}
	i = skipPrecision(toks, i+1)
	if toks[i].Is("TO") {
		if node.To = timeUnit(toks[i+1]); node.To == "" {
			return node, i, i + 1
		}
		i = skipPrecision(toks, i+2)
	}
	node.Span = toks[start].Span.Join(toks[i-1].Span)
	return node, i, -1
}

// skipPrecision steps over (p) and (p, s).
func skipPrecision(toks []lex.Token, i int) int {
	if !toks[i].IsOp("(") || toks[i].Match < 0 {
		return i
	}
	for j := i + 1; j < toks[i].Match; j++ {
		if toks[j].Kind != lex.Number && !toks[j].IsOp(",") {
			return i
		}
	}
	return toks[i].Match + 1
}
