package op

import (
	"fmt"
	"reflect"
	"testing"

	"streamsql/internal/diag"
)

func TestKinds(t *testing.T) {
	at := func(line int) func() string {
		return func() string { return fmt.Sprintf("line %d", line) }
	}
	never := func() string {
		t.Error("the place of a record was asked for that is not the first of its kind")
		return ""
	}
	var first, second Kinds
	first.Add(diag.FieldType, "a", at(2))
	first.Add(diag.FieldType, "a", never)
	first.Add(diag.FieldType, "b", at(3))
	second.Add(diag.FieldType, "b", at(9))
	second.Add(diag.RecordSyntax, "", at(10))
	first.Merge(second)
	want := Kinds{{diag.FieldType, "a", 2, "line 2"}, {diag.FieldType, "b", 2, "line 3"},
		{diag.RecordSyntax, "", 1, "line 10"}}
	if !reflect.DeepEqual(first, want) {
		t.Errorf("got %v, want %v", first, want)
	}
}

func TestKindsAreBounded(t *testing.T) {
	var k Kinds
	for i := range 10 * mostKinds {
		k.Add(diag.FieldType, fmt.Sprint(i), func() string { return "" })
	}
	if len(k) != mostKinds {
		t.Errorf("%d kinds are kept, want %d", len(k), mostKinds)
	}
}
