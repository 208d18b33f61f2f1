// Package budget accounts for memory that grows with the data: containers, queues, buffers. Whoever holds such memory
// owns an Account and keeps it current. The sum is compared with what the process may use, once per epoch: a query that
// has outgrown it fails with an error that names the largest holder, instead of being killed by the system without a
// word.
package budget

import (
	"sort"
	"sync"
	"sync/atomic"
)

// Budget is a set of accounts. The zero value is ready; a nil *Budget opens accounts that
// it does not report.
type Budget struct {
	limit    int64 // 0 = none
	mu       sync.Mutex
	accounts []*Account
}

// Account is one holder's bytes. Safe for concurrent use. A nil *Account ignores every figure.
type Account struct {
	name  string
	bytes atomic.Int64
}

// New makes a budget of so many bytes; 0 is no limit.
func New(limit int64) *Budget { return &Budget{limit: limit} }

// Limit is what the accounts may hold in all; 0 when there is no limit.
func (b *Budget) Limit() int64 {
	if b == nil {
		return 0
	}
	return b.limit
}

// Sum is what all accounts hold.
func (b *Budget) Sum() int64 {
	if b == nil {
		return 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	sum := int64(0)
	for _, a := range b.accounts {
		sum += a.Bytes()
	}
	return sum
}

// Over reports whether the accounts hold more than the limit.
func (b *Budget) Over() bool { return b.Limit() > 0 && b.Sum() > b.limit }

// Open adds an account under a name that a person understands ("state aggregate-1f00", "scan bids").
func (b *Budget) Open(name string) *Account {
	a := &Account{name: name}
	if b != nil {
		b.mu.Lock()
		b.accounts = append(b.accounts, a)
		b.mu.Unlock()
	}
	return a
}

// Set replaces the figure.
func (a *Account) Set(bytes int64) {
	if a != nil {
		a.bytes.Store(bytes)
	}
}

// Add changes the figure by delta and returns the new one.
func (a *Account) Add(delta int64) int64 {
	if a == nil {
		return 0
	}
	return a.bytes.Add(delta)
}

// Bytes is the figure.
func (a *Account) Bytes() int64 {
	if a == nil {
		return 0
	}
	return a.bytes.Load()
}

// Line is one account of a report.
type Line struct {
	Name  string
	Bytes int64
}

// Report lists the accounts, largest first.
func (b *Budget) Report() []Line {
	if b == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	out := make([]Line, len(b.accounts))
	for i, a := range b.accounts {
		out[i] = Line{a.name, a.Bytes()}
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].Bytes != out[j].Bytes {
			return out[i].Bytes > out[j].Bytes
		}
		return out[i].Name < out[j].Name
	})
	return out
}
