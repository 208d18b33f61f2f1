package bind

import (
	"slices"
	"strings"
	"time"

	"streamsql/internal/deadletter"
	"streamsql/internal/diag"
	"streamsql/internal/memlimit"
	"streamsql/internal/option"
	"streamsql/planner/ast"
)

// Settings are the values of SET that mean something to the engine.
type Settings struct {
	PipelineName string
	ErrorMode    string            // fail | log | dlq
	IdleTimeout  time.Duration     // 0: no partition is ever idle
	MaxAhead     *time.Duration    // 0: no limit; nil: not given
	Raw          map[string]string // every key, without secrets
	errorModeAt  diag.Span
}

func newSettings() Settings { return Settings{ErrorMode: deadletter.Fail, Raw: map[string]string{}} }

// The keys with a meaning here.
const (
	keyPipelineName = "pipeline.name"
	keyRuntimeMode  = "execution.runtime-mode"
	keyTimeZone     = "table.local-time-zone"
	keyErrorMode    = "streamsql.error-handling.mode"
	keyIdleTimeout  = "table.exec.source.idle-timeout"
	keyMaxAhead     = "streamsql.watermark.max-ahead"
)

// honoured are the settings that are read. The others of Flink's name spaces are accepted with a warning.
var honoured = option.Set{
	{Key: keyPipelineName, Kind: option.String, Doc: "The query's name in progress lines."},
	{Key: keyRuntimeMode, Kind: option.Enum,
		Values: []string{"streaming", "STREAMING", "batch", "BATCH", "automatic", "AUTOMATIC"}, Doc: "streaming."},
	{Key: keyTimeZone, Kind: option.String, Doc: "UTC."},
	{Key: keyErrorMode, Kind: option.Enum, Values: deadletter.Modes(),
		Doc: "What a row does that an expression cannot be computed for: stop the query, " +
			"be counted and left out, or go to the dead-letter table of its source."},
	{Key: keyIdleTimeout, Kind: option.Duration,
		Doc: "How long a partition gives nothing, although it has been read to its end, until it no longer holds the " +
			"watermark back: 1 min. Default 0, never. Per table: 'scan.watermark.idle-timeout'."},
	{Key: keyMaxAhead, Kind: option.Duration,
		Doc: "How far ahead of the clock a row may be and move the watermark: one from the far future would make all " +
			"others late. Default 1 day, for bounded tables no limit; 0 for no limit."},
	{Key: memlimit.Setting, Kind: option.Bytes,
		Doc: "Memory the process may use, as --memory: 4gb. Without it 80 % of the control group's or the machine's."},
}

// foreign are the first parts of Flink's keys: what they configure has no counterpart here.
var foreign = []string{"table", "pipeline", "execution", "parallelism", "state", "restart-strategy",
	"sql-client", "taskmanager", "jobmanager",
	"rest", "cluster", "metrics", "python", "yarn", "kubernetes", "high-availability", "web", "security",
	"heartbeat", "client", "job", "env"}

// silent are Flink's keys that every file may carry: nothing here differs with them.
var silent = []string{"table.dml-sync", "sql-client.execution.result-mode", "sql-client.verbose",
	"parallelism.default", "pipeline.max-parallelism",
	"execution.checkpointing.interval", "execution.attached"}

// presets applies flags and environment.
func (b *binder) presets() {
	keys := make([]string, 0, len(b.opts.Set))
	for k := range b.opts.Set {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		b.apply(k, b.opts.Set[k], diag.Span{}, diag.Span{}, false)
	}
}

// set binds SET 'key' = 'value'. A value from outside the text wins.
func (b *binder) set(s *ast.SetOption) {
	if s.Key == nil {
		b.refuse(s.Span, "SET without a key is", "write SET 'key' = 'value'")
		return
	}
	value, secret := b.substitute(s.Value)
	if _, preset := b.opts.Set[s.Key.Value]; preset {
		return
	}
	b.apply(s.Key.Value, value, s.Key.Span, s.Value.Span, secret)
}

func (b *binder) apply(key, value string, keyAt, valueAt diag.Span, secret bool) {
	_, known := honoured.Find(key)
	first, _, _ := strings.Cut(key, ".")
	switch {
	case known:
		b.honour(key, value, valueAt)
	case first == "streamsql" || !slices.Contains(foreign, first):
		e := b.at(diag.UnknownSetting, keyAt, "no setting %q", key)
		if near := option.Nearest(key, settingKeys()); near != "" {
			e.WithHint("did you mean %q?", near) //nolint:errcheck // sets the hint
		} else {
			e.WithHint( //nolint:errcheck // sets the hint
				"settings of Flink are accepted; ours are %s", strings.Join(settingKeys(), ", "))
		}
	case !slices.Contains(silent, key):
		b.warn(keyAt, "setting %q has no meaning here and is ignored", key)
	}
	if !secret {
		b.result.Settings.Raw[key] = value
	}
}

func settingKeys() []string {
	out := make([]string, len(honoured))
	for i, d := range honoured {
		out[i] = d.Key
	}
	return out
}

func (b *binder) honour(key, value string, at diag.Span) {
	if _, problems := option.Check(honoured, map[string]string{key: value}); len(problems) > 0 {
		b.at(diag.SettingValue, at, "setting %s", strings.TrimPrefix(problems[0].Msg, "option "))
		return
	}
	s := &b.result.Settings
	switch key {
	case keyPipelineName:
		s.PipelineName = value
	case keyErrorMode:
		s.ErrorMode, s.errorModeAt = value, at
	case keyIdleTimeout:
		s.IdleTimeout, _ = option.ParseDuration(value) // checked above
	case keyMaxAhead:
		d, _ := option.ParseDuration(value) // checked above
		s.MaxAhead = &d
	case keyRuntimeMode:
		if strings.EqualFold(value, "batch") {
			b.refuse(at, "batch mode is", "over bounded tables a streaming query ends by itself with the same rows")
		}
	case keyTimeZone:
		if !slices.Contains([]string{"UTC", "GMT", "Z", "Etc/UTC", "+00:00"}, value) {
			b.refuse(at, "a time zone other than UTC is", "leave the setting out: times are read and printed in UTC")
		}
	}
}
