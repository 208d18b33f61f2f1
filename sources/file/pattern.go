package file

import (
	"sync"

	"streamsql/internal/diag"
	"streamsql/internal/javaregex"
)

// namePattern is source.path.regex-pattern: it holds whole names, in Java's syntax, as Flink has it. Safe for
// concurrent use: a directory is listed by the reader and by whoever asks what has grown.
type namePattern struct {
	mu sync.Mutex // a compiled pattern has scratch memory
	re *javaregex.Regexp
}

func newNamePattern(table, text string) (*namePattern, error) {
	// Alone first: in the brackets below `a)|(b` would be well-formed, and places would be counted from the bracket.
	_, err := javaregex.Compile(text)
	var re *javaregex.Regexp
	if err == nil {
		re, err = javaregex.Compile(`\A(?:` + text + `)\z`)
	}
	if err != nil {
		return nil, diag.New(diag.SourcePath, "table %q: source.path.regex-pattern", table).WithCause(err)
	}
	return &namePattern{re: re}, nil
}

func (p *namePattern) holds(name string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.re.Match([]byte(name))
}
