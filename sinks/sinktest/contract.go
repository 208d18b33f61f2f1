package sinktest

import (
	"context"
	"errors"

	"streamsql/internal/diag"
	"streamsql/sinks"
)

// Rows of one epoch leave in the order of the blocks, epochs in the order of their commits; epochs without rows are
// skipped.
func (s *suite) epochsInOrder() {
	_, err := s.sink.Fence(ctx, query, 1)
	s.must(err)
	s.run(s.sink, 0, 1, 1, 2, 3)
	s.run(s.sink, 1, 1, 4)
	s.run(s.sink, 5, 1, 6, 5)
	s.sees(1, 2, 3, 4, 6, 5)
}

// What was lent to Write may change when it has returned (write spoils it).
func (s *suite) blocksAreBorrowed() {
	_, err := s.sink.Fence(ctx, query, 1)
	s.must(err)
	rows := make([]int64, 5000)
	for i := range rows {
		rows[i] = int64(i)
	}
	s.run(s.sink, 0, 1, rows...)
	s.sees(rows...)
}

// An epoch that was aborted, staged or not, can be begun again.
func (s *suite) aborted() {
	_, err := s.sink.Fence(ctx, query, 1)
	s.must(err)
	s.run(s.sink, 0, 1, 1)
	for range 2 {
		tx, err := s.sink.Begin(ctx, 1, logged)
		s.must(err)
		s.must(tx.Abort(ctx))
		s.must(s.stage(s.sink, 1).Abort(ctx))
	}
	s.run(s.sink, 1, 1, 2)
	s.sees(1, 2)
}

// Begin and Write may come before the log has the epoch: they wait for Logged, or leave nothing that others notice. An
// epoch that is never logged was never there.
func (s *suite) writeBeforeLog() {
	_, err := s.sink.Fence(ctx, query, 1)
	s.must(err)
	s.run(s.sink, 0, 1, 1)
	failed := errors.New("not logged")
	tx, err := s.sink.Begin(ctx, 1, func(context.Context) error { return failed })
	if err == nil {
		if f, ok := s.sink.(sinks.Forgetful); !ok || !f.Forgets() {
			s.sees(1)
		}
		s.must(tx.Abort(ctx))
	} else if !errors.Is(err, failed) {
		s.Fatal(err)
	}
	s.run(s.sink, 1, 1, 2)
	s.sees(1, 2)
}

func (s *suite) invisibleUntilCommit() {
	_, err := s.sink.Fence(ctx, query, 1)
	s.must(err)
	s.run(s.sink, 0, 1, 1)
	tx := s.stage(s.sink, 1, 2, 3)
	s.sees(1)
	s.says(marker(0, 1, 1))
	s.must(tx.Abort(ctx))
	s.sees(1)
	tx = s.stage(s.sink, 1, 4)
	s.must(tx.Commit(ctx, marker(1, 1, 4)))
	s.sees(1, 4)
}

// The marker is that of the newest commit, in every field, before and after a fence.
func (s *suite) markers() {
	m, err := s.sink.Peek(ctx, query)
	s.must(err)
	if !m.Zero() {
		s.Fatalf("nothing was written, the marker is %+v", m)
	}
	m, err = s.sink.Peek(ctx, "")
	s.must(err)
	if !m.Zero() {
		s.Fatalf("nothing was written, the marker is %+v", m)
	}
	if m, err = s.sink.Fence(ctx, query, 1); err != nil || !m.Zero() {
		s.Fatalf("a new sink has %+v, %v", m, err)
	}
	s.says(sinks.Marker{})
	for epoch := range int64(3) {
		s.run(s.sink, epoch, 1, epoch)
		s.says(marker(epoch, 1, epoch))
	}
	sink, m := s.owner(2)
	if want := marker(2, 1, 2); m != want {
		s.Fatalf("the fence gives %+v, want %+v", m, want)
	}
	s.run(sink, 7, 2, 7)
	s.says(marker(7, 2, 7))
}

// A look, of this query or another, disturbs nobody: not between epochs, not in the middle of one.
func (s *suite) peekStopsNobody() {
	_, err := s.sink.Fence(ctx, query, 1)
	s.must(err)
	s.run(s.sink, 0, 1, 1)
	tx := s.stage(s.sink, 1, 2)
	s.says(marker(0, 1, 1))
	_, _ = s.open().Peek(ctx, another)
	_, _ = s.open().Peek(ctx, "")
	s.must(tx.Commit(ctx, marker(1, 1, 2)))
	s.run(s.sink, 2, 1, 3)
	s.sees(1, 2, 3)
}

// A sink that holds the rows of a query refuses every other one, new queries too, and its owner keeps running.
func (s *suite) anotherQuery() {
	_, err := s.sink.Fence(ctx, query, 1)
	s.must(err)
	s.run(s.sink, 0, 1, 1)
	for _, id := range []string{another, ""} {
		if _, err := s.open().Peek(ctx, id); diag.CodeOf(err) != diag.SinkForeign {
			s.Errorf("peek of query %q: %v", id, err)
		}
	}
	if _, err := s.open().Fence(ctx, another, 9); diag.CodeOf(err) != diag.SinkForeign {
		s.Errorf("fence: %v", err)
	}
	s.run(s.sink, 1, 1, 2)
	s.sees(1, 2)
}

// What an earlier owner had staged cannot be committed any more, and it cannot begin anything that counts.
func (s *suite) fenced() {
	_, err := s.sink.Fence(ctx, query, 1)
	s.must(err)
	s.run(s.sink, 0, 1, 1)
	tx := s.stage(s.sink, 1, 2)
	sink, m := s.owner(2)
	if want := marker(0, 1, 1); m != want {
		s.Fatalf("the fence gives %+v, want %+v", m, want)
	}
	s.lost(tx.Commit(ctx, marker(1, 1, 2)))
	s.run(sink, 1, 2, 2)
	s.sees(1, 2)
	late, err := s.sink.Begin(ctx, 2, logged)
	if err == nil {
		s.write(s.sink, late, 9)
		if err = late.Stage(ctx); err == nil {
			err = late.Commit(ctx, marker(2, 1, 9))
		}
	}
	s.lost(err)
	s.run(sink, 2, 2, 3)
	s.sees(1, 2, 3)
}

func (s *suite) committedTwice() {
	_, err := s.sink.Fence(ctx, query, 1)
	s.must(err)
	tx := s.stage(s.sink, 0, 1, 2)
	for range 2 {
		s.must(tx.Commit(ctx, marker(0, 1, 1, 2)))
		s.sees(1, 2)
	}
}

// An epoch that another owner committed counts, whoever repeats it: one effect. The owner of the past hears of that.
func (s *suite) byWhomever() {
	_, err := s.sink.Fence(ctx, query, 1)
	s.must(err)
	s.run(s.sink, 0, 1, 1, 2)
	sink, _ := s.owner(2)
	s.must(s.stage(sink, 0, 1, 2).Commit(ctx, marker(0, 2, 1, 2)))
	s.sees(1, 2)
	s.run(sink, 1, 2, 3)
	s.sees(1, 2, 3)
}

// ErrNotCommitted means what it says: nothing is visible, and the same transaction can be staged again until it is.
func (s *suite) notCommitted() {
	if s.world.Refuse == nil {
		s.Skip("it never says so")
	}
	_, err := s.sink.Fence(ctx, query, 1)
	s.must(err)
	tx := s.stage(s.sink, 0, 1, 2)
	again, ok := tx.(sinks.Restager)
	if !ok {
		s.Fatal("a transaction that says ErrNotCommitted must be a Restager")
	}
	s.world.Refuse(3)
	err = tx.Commit(ctx, marker(0, 1, 1, 2))
	for tries := 0; err != nil; tries++ {
		if !errors.Is(err, sinks.ErrNotCommitted) || tries > 10 {
			s.Fatal(err)
		}
		s.sees()
		if err = again.Restage(ctx); err == nil {
			err = tx.Commit(ctx, marker(0, 1, 1, 2))
		}
	}
	s.sees(1, 2)
	s.says(marker(0, 1, 1, 2))
}
