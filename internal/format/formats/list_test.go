package formats

import (
	"testing"

	"streamsql/internal/format"
	"streamsql/internal/option"
	"streamsql/internal/sqltype"
)

// TestFormats holds the list against what the rest relies on: names and endings are given, a format is read or written,
// its options bear its name and are described, and all defaults give a framing that ends a record at a line feed.
func TestFormats(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range All {
		if f.Name == "" || seen[f.Name] || f.Doc == "" || f.Ext == "" || f.Ext[0] != '.' {
			t.Errorf("%q: name, Doc or Ext", f.Name)
		}
		seen[f.Name] = true
		if f.NewDecoder == nil && f.NewEncoder == nil {
			t.Errorf("%s can neither be read nor written", f.Name)
		}
		for _, o := range f.Options {
			if o.Doc == "" {
				t.Errorf("%s: option %s has no Doc", f.Name, o.Key)
			}
		}
		for _, raw := range []map[string]string{nil, {}} {
			v, problems := option.Check(f.Options, raw)
			if f.Check != nil {
				problems = append(problems, f.Check(v)...)
			}
			framing := f.Framed(v)
			end, _ := framing.Splitter.End([]byte("a\nb\n"), 0)
			if n, at := framing.Splitter.Split([]byte("a\nb"), 2); len(problems) > 0 || end != 2 || n != 1 || at != 2 ||
				framing.MaxRecord != 16<<20 || framing.Headed {
				t.Errorf("%s: %v, %+v", f.Name, problems, framing)
			}
		}
		if f.NewDecoder == nil {
			continue
		}
		var rows format.Rows
		schema := sqltype.Schema{{Name: "a", Type: sqltype.StringType}}
		d := f.NewDecoder(format.Config{Schema: schema, Used: []int{0}})
		if d.Decode(nil, &rows); rows.Batch.N != 0 {
			t.Errorf("%s: nothing is %d rows", f.Name, rows.Batch.N)
		}
		if _, ok := d.(format.RecordDecoder); !ok {
			t.Errorf("%s cannot be read from messages", f.Name)
		}
	}
	if got, _ := Find("changelog-json"); got.Name != "changelog-json" || Of(option.Values{}).Name != All[0].Name {
		t.Error("Find or Of")
	}
}
