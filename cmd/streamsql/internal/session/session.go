package session

import (
	"os"
	"path/filepath"
	"sync"
	"time"

	"streamsql/cmd/streamsql/internal/report"
	"streamsql/cmd/streamsql/internal/terminal"
	"streamsql/internal/connector"
	"streamsql/internal/connector/builtin"
)

// Host is what a session needs of the process that it runs in; main gives the real one. What is nil does nothing and
// finds nothing.
type Host struct {
	// Dir is where relative names of files start; "" = the working directory.
	Dir string
	// Env looks up a variable of the environment.
	Env func(name string) (value string, ok bool)
	// Notify sends the signals that ask a run to stop to c, until it is stopped; then the system has them again.
	Notify func(c chan<- os.Signal) (stop func())
	// Exit ends the process, for a run that cannot be reached any more.
	Exit func(code int)
	// LimitMemory sets how much memory the process uses; 0 is no limit of ours.
	LimitMemory func(bytes int64)
	// Now is the time for people; queries have a clock of their own.
	Now func() time.Time
}

func (h Host) withDefaults() Host {
	if h.Env == nil {
		h.Env = func(string) (string, bool) { return "", false }
	}
	if h.Notify == nil {
		h.Notify = func(chan<- os.Signal) func() { return func() {} }
	}
	if h.Exit == nil {
		h.Exit = func(int) {}
	}
	if h.LimitMemory == nil {
		h.LimitMemory = func(int64) {}
	}
	if h.Now == nil {
		h.Now = time.Now
	}
	return h
}

// Session is one conversation: a command, or a shell with its statements. Not safe for concurrent use; its streams are.
type Session struct {
	*terminal.Streams

	host       Host
	connectors connector.Set // tables that print share the session's Out
	set        map[string]string
	vars       map[string]string

	closing sync.Once
	closed  chan struct{}
	runs    sync.WaitGroup // watchers of signals
}

// New opens a session.
func New(streams *terminal.Streams, host Host) *Session {
	return &Session{
		Streams: streams, host: host.withDefaults(), connectors: builtin.Connectors(streams.Out()),
		set: map[string]string{}, vars: map[string]string{}, closed: make(chan struct{}),
	}
}

// Close gives the signals back to the system. A process that ends anyway does not close its session: a signal during
// its last steps must not turn an exit code that is settled into a death by signal.
func (s *Session) Close() {
	s.closing.Do(func() { close(s.closed) })
	s.runs.Wait()
}

// Path is where the file of a name is: names are relative to the session's folder.
func (s *Session) Path(name string) string {
	if s.host.Dir == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(s.host.Dir, name)
}

// Report writes an error for people and returns the exit code that it leaves with.
func (s *Session) Report(err error) int { return report.Error(s.Err(), err, s.Colour()) }

// env is a variable of the environment, "" when it is not set.
func (s *Session) env(name string) string {
	v, _ := s.host.Env(name)
	return v
}
