package budget

import "testing"

func TestLimit(t *testing.T) {
	b := New(100)
	a, c := b.Open("a"), b.Open("c")
	a.Set(60)
	c.Set(40)
	if b.Sum() != 100 || b.Over() {
		t.Errorf("100 of 100 bytes: sum %d, over %t", b.Sum(), b.Over())
	}
	if c.Add(1); !b.Over() {
		t.Error("101 of 100 bytes are not too many")
	}
	unlimited := New(0)
	if unlimited.Open("x").Set(1 << 60); unlimited.Over() || (*Budget)(nil).Over() {
		t.Error("no limit was exceeded")
	}
}
