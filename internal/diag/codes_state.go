package diag

// Codes of state files.
var (
	StateDamaged = define("state-damaged", ExitState,
		"A state file is damaged: truncated, changed, or not a state file at all.")
	StateMissing = define("state-missing", ExitState, "A state file that the last commit names does not exist.")
	StateVersion = define("state-version", ExitState,
		"A state file was written in a form that this version does not know.")
	StateUnknown = define("state-container", ExitState, "The state has no container of that name.")
)
