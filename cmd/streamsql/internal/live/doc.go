// Package live keeps the lower end of a terminal up to date while a query runs: it drives the redrawing of a result
// that changes in place, and puts below it one status line with what a person wants to know first.
//
//	Epoch ──▶ counts, rate ──▶ status line ┐
//	                                       ├──▶ Screen.Refresh, every 100 ms and at the end
//	rows of an updating result (console) ──┘
//
// It never writes rows or messages; those go above the frame, by the Screen's own writers.
package live
