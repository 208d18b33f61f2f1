// Package elementary has the elementary functions of real numbers: logarithms, exponentials, powers, and the circular
// and hyperbolic functions with their inverses.
//
// It promises the same bits on every processor, because a replayed epoch must write what the first run wrote. Package
// math promises that for its exact functions only (Sqrt, FMA, Frexp, Ldexp, Mod, Floor …): others are assembly on some
// processors, and Go code may be compiled to fused multiply-adds on some (arm64) and not on others (amd64). So here
//
//   - every product of floats is explicitly converted, float64(x*y), which the language promises to round (so is every
//     quotient by a power of two, which compiles to a product), or is left to math.FMA, which is exact everywhere;
//   - of package math only the exact functions are used (internal/archtest watches over both).
//
// The functions calculate with pairs of floats, about 100 bits, and round once at the end. The result is the float
// nearest to the true value, except where the true value is within about 2^-40 units in the last place of the middle
// of two floats.
//
//	pair.go         numbers as unevaluated sums of two floats, and their arithmetic
//	round.go        the one rounding at the end, with subnormal results
//	logarithm.go    Log, Log10
//	exponential.go  Exp
//	power.go        Pow
//	reduce.go       x modulo π/2, for every x
//	circular.go     Sin, Cos, Tan
//	arc.go          Asin, Acos, Atan, Atan2
//	hyperbolic.go   Sinh, Cosh, Tanh
package elementary
