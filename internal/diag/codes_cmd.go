package diag

// Codes of the command line.
var (
	QueryFile   = define("query-file", ExitConfig, "The query file cannot be read.")
	StateFolder = define("state-folder", ExitConfig, "The state folder cannot be opened or made.")
)
