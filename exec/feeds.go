package exec

import (
	"context"
	"io"

	"streamsql/sources"
)

// emptyFeed has ended: the logged range of a table that gave nothing to the epoch.
type emptyFeed struct{}

func (emptyFeed) Next(context.Context) (*sources.Chunk, error) { return nil, io.EOF }
func (emptyFeed) Ready() <-chan struct{}                       { return nil }
func (emptyFeed) Pending() bool                                { return true }
func (emptyFeed) CaughtUp() bool                               { return true }
func (emptyFeed) AtEnd() []string                              { return nil }
func (emptyFeed) Close() error                                 { return nil }
