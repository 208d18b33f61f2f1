package scalar

// Reads is a set of what a value depends on.
type Reads uint8

// What an expression can read.
const (
	ReadsRow   Reads = 1 << iota // columns of the row
	ReadsClock                   // the epoch's clock: the value is fixed for an epoch and known once it has begun
)

// readsNothing is the answer of a kind whose value depends on its operands alone.
const readsNothing Reads = 0

// DependsOnClock reports whether e or anything below it reads the epoch's clock.
func DependsOnClock(e Expr) bool { return len(ClockReads(e)) > 0 }

// ClockReads lists the parts of e that read the epoch's clock themselves, in evaluation order.
func ClockReads(e Expr) []Expr {
	var out []Expr
	Walk(e, func(x Expr) {
		if x.reads()&ReadsClock != 0 {
			out = append(out, x)
		}
	})
	return out
}
