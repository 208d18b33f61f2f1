// Package archtest is the law of the source tree, as tests: which package may import which, who may use which module,
// and a few promises about text that no compiler keeps. There is nothing here to import.
//
//	law_test.go      the import law: layers, agreed exceptions, third parties (the table to edit)
//	tree_test.go     the walk over the source tree
//	imports_test.go  reads the imports and judges them
//	time_test.go     who reads the machine's clock
//	streams_test.go  who touches the streams of the process
//	float_test.go    whose arithmetic is the same on every processor
//	module_test.go   least versions of modules with known advisories
//	text_test.go     files that documents name exist; nothing from a developer's machine; package names
//	width_test.go    lines of at most 120 characters
//
// Every test reports all that it finds at once.
package archtest
