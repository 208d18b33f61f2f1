// Package terminal is what a command reads from and writes to: three streams, and what is known about the terminal at
// the end of them. Data goes to Out and nothing else does; messages, errors and the status go to Err.
//
// Where Out or Err is a terminal both share its screen, so that nothing is printed into a line that is redrawn. There
// is one value per process, made by main of its files, and one per test, made of buffers.
package terminal
