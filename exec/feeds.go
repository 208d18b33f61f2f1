package exec

import (
	"context"
	"io"

	"streamsql/sources"
)

// emptyFeed has ended: the logged range of a table that gave nothing to the epoch.
type emptyFeed struct{}

func (emptyFeed) Next(context.Context) (sources.Event, error) { return sources.Event{}, io.EOF }
func (emptyFeed) Look() int64                                 { return 0 }
func (emptyFeed) Close() error                                { return nil }
