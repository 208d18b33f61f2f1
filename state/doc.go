// Package state is the memory of a query: keyed columnar containers that operators change in place, whose touched rows
// leave as one state file per epoch, and which can be rebuilt from those files on any number of lanes.
package state
