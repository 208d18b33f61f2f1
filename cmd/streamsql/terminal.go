package main

import (
	"os"

	"golang.org/x/term"
)

// terminal tells whether f is one.
func terminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// colour tells whether to colour what goes to f: a terminal, and NO_COLOR is not set.
func colour(f *os.File) bool {
	_, no := os.LookupEnv("NO_COLOR")
	return terminal(f) && !no
}
