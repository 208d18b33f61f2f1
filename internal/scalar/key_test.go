package scalar

import (
	"math/rand"
	"testing"

	"streamsql/internal/sqltype"
)

// random makes an expression of a few forms over few columns, so that equal ones are common.
func random(r *rand.Rand, depth int) Expr {
	if depth == 0 || r.Intn(4) == 0 {
		switch r.Intn(4) {
		case 0:
			return num(int64(r.Intn(2)))
		case 1:
			return lit(sqltype.StringType, []string{"a", "#1", "$0"}[r.Intn(3)])
		}
		return col(r.Intn(2))
	}
	one := func() Expr { return random(r, depth-1) }
	switch r.Intn(7) {
	case 0:
		return Call{truth, []string{"f", "g"}[r.Intn(2)], []Expr{one(), one()}}
	case 1:
		return And{truth, []Expr{one(), one()}}
	case 2:
		return Case{truth, []When{{one(), one()}}, one()}
	case 3:
		return In{truth, one(), []Const{num(int64(r.Intn(2)))}, r.Intn(2) == 0}
	case 4:
		return Cast{typed(sqltype.BigIntType), one(), r.Intn(2) == 0}
	case 5:
		return IsNull{truth, one(), r.Intn(2) == 0}
	}
	return Not{truth, one()}
}

// TestKeys: numbers are equal exactly when texts are, for every node of every tree.
func TestKeys(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	var keys Keys
	text, number := map[int]string{}, map[string]int{}
	var check func(Expr, *Key)
	check = func(e Expr, k *Key) {
		s := e.String()
		if old, seen := text[k.ID]; seen && old != s {
			t.Fatalf("%d is %s and %s", k.ID, old, s)
		}
		if old, seen := number[s]; seen && old != k.ID {
			t.Fatalf("%s is %d and %d", s, old, k.ID)
		}
		text[k.ID], number[s] = s, k.ID
		constant := true
		Walk(e, func(x Expr) {
			if _, is := x.(Col); is {
				constant = false
			}
		})
		if constant != k.Constant {
			t.Fatalf("%s: constant %t", s, k.Constant)
		}
		for i, c := range Children(e) {
			check(c, k.Operands[i])
		}
	}
	for range 3000 {
		e := random(r, 4)
		check(e, keys.Of(e))
	}
}
