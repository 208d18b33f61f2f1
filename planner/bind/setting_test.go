package bind

import (
	"strings"
	"testing"

	"streamsql/internal/diag"
)

func TestSettings(t *testing.T) {
	set := func(key, value string) string { return "SET " + key + " = " + value + "; SELECT price FROM bids" }
	refuse(t, []refused{
		{"ours, unknown", set("«'streamsql.speed'»", "'fast'"), []fault{{diag.UnknownSetting, "streamsql.memory"}}},
		{"ours, misspelt", set("«'streamsql.memori'»", "'1gb'"), []fault{{diag.UnknownSetting, `"streamsql.memory"`}}},
		{"nobody's", set("«'foo.bar'»", "'1'"), []fault{{diag.UnknownSetting, "pipeline.name"}}},
		{"a wrong value", set("'streamsql.error-handling.mode'", "«'ignore'»"), []fault{{diag.SettingValue, "dlq"}}},
		{"a wrong size", set("'streamsql.memory'", "«'lots'»"), []fault{{diag.SettingValue, "lots"}}},
		{"batch", set("'execution.runtime-mode'", "«'batch'»"), []fault{{diag.NotInThisRelease, "bounded"}}},
		{"a zone", set("'table.local-time-zone'", "«'Europe/Berlin'»"), []fault{{diag.NotInThisRelease, "UTC"}}},
		{"a variable", set("'pipeline.name'", "«'${name}'»"), []fault{{diag.UnknownVariable, "name"}}},
	})
	for _, c := range []struct {
		text   string
		warned bool
	}{
		{"SET 'table.exec.mini-batch.enabled' = 'true'", true},
		{"SET 'parallelism.default' = '4'", false}, // every file may carry it
		{"SET 'table.local-time-zone' = 'UTC'", false},
		{"SET 'execution.runtime-mode' = 'STREAMING'", false},
	} {
		r := bound(t, c.text+"; SELECT price FROM bids")
		if (len(r.Warnings) == 1) != c.warned {
			t.Errorf("%s: warnings %v", c.text, r.Warnings)
		}
		if len(r.Settings.Raw) != 1 {
			t.Errorf("%s: settings %v", c.text, r.Settings.Raw)
		}
	}
}

// TestPresets: what comes from flags goes before the text, faults of it have no place in the text, and secrets are
// kept nowhere.
func TestPresets(t *testing.T) {
	const text = tables + "SET 'pipeline.name' = 'text'; SET 'streamsql.error-handling.mode' = 'nonsense'; SELECT " +
		"price FROM bids"
	r, err := tryBind(t, text, Options{
		Set: map[string]string{"pipeline.name": "flag", "streamsql.error-handling.mode": "log"},
	})
	if err != nil || r.Settings.PipelineName != "flag" || r.Settings.ErrorMode != "log" {
		t.Fatalf("%+v, %v", r, err)
	}
	_, err = tryBind(t, tables+"SELECT price FROM "+
		"bids", Options{Set: map[string]string{"streamsql.memory": "x", "nothing": "1"}})
	if err == nil || strings.Count(err.Error(), "error[") != 2 || diag.CodeOf(err) != diag.UnknownSetting {
		t.Errorf("faulty flags: %v", err)
	}
	r, err = tryBind(t, tables+"SET 'pipeline.name' = 'p${env:X}'; SELECT price FROM bids", Options{
		Secret: func(string, string) (string, error) { return "hidden", nil },
	})
	if err != nil || r.Settings.PipelineName != "phidden" || len(r.Settings.Raw) != 0 {
		t.Errorf("a secret in a setting: %+v, %v", r.Settings, err)
	}
}

// TestDefaults: what a file says nothing about.
func TestDefaults(t *testing.T) {
	s := bound(t, "SELECT price FROM bids").Settings
	if s.ErrorMode != "fail" || s.PipelineName != "" || len(s.Raw) != 0 {
		t.Errorf("%+v", s)
	}
}
