package diag

// Codes of what the planner does after parsing: declarations, names, types, windows, changes.
var (
	NotInThisRelease = define("not-in-this-release", ExitSQL, "Valid in the dialect, but not supported.")

	UnknownConnector = define("unknown-connector", ExitSQL, "WITH names a connector that does not exist.")
	UnknownFormat    = define("unknown-format", ExitSQL,
		"WITH names a format that the connector does not have, or not for this use.")
	UnknownOption = define("unknown-option", ExitSQL, "WITH has an option that the connector does not know.")
	OptionMissing = define("option-missing", ExitSQL, "WITH lacks an option that the connector needs.")
	OptionValue   = define("option-value", ExitSQL, "The value of an option cannot be read.")
	SharedPlace   = define("shared-place", ExitSQL,
		"Two tables are written to one place, or a table is read where another is written.")
	ConnectorUse      = define("connector-use", ExitSQL, "A table is read or written whose connector cannot do that.")
	ConnectorColumn   = define("connector-column", ExitSQL, "A table has a column that its connector cannot give.")
	UnknownSetting    = define("unknown-setting", ExitSQL, "SET names a streamsql.* key that does not exist.")
	SettingValue      = define("setting-value", ExitSQL, "The value of a setting cannot be used.")
	UnknownVariable   = define("unknown-variable", ExitSQL, "${name} in a text has no value.")
	SecretUnavailable = define("secret-unavailable", ExitConfig, "${env:…} or ${file:…} could not be resolved.")

	UnknownType   = define("unknown-type", ExitSQL, "A type that does not exist.")
	TypeParameter = define("type-parameter", ExitSQL, "Length, precision or scale of a type cannot be used.")
	DuplicateName = define("duplicate-name", ExitSQL, "A table, view, column or alias is declared twice.")
	EmptyTable    = define("empty-table", ExitSQL, "A table without stored columns.")
	WatermarkType = define("watermark-type", ExitSQL,
		"WATERMARK FOR something that is not a TIMESTAMP(p) or TIMESTAMP_LTZ(p) column with p up to 3.")
	DeadLetterForm = define("dead-letter-table", ExitSQL,
		"error-handling.dead-letter-table does not name a table that can take dead letters.")

	UnknownTable    = define("unknown-table", ExitSQL, "FROM or INSERT INTO names a table that is not declared before it.")
	UnknownColumn   = define("unknown-column", ExitSQL, "A column that the table does not have.")
	AmbiguousColumn = define("ambiguous-column", ExitSQL, "A name that two columns of a sub-query have.")
	ColumnCount     = define("column-count", ExitSQL,
		"A list of columns and the query it belongs to have different lengths.")
	TypeMismatch = define("type-mismatch", ExitSQL, "A value has a type that is not allowed there.")
	StoreType    = define("store-type", ExitSQL,
		"A query column cannot be stored in the table's column without a CAST.")
	StoreNull       = define("store-null", ExitSQL, "A query column may be NULL, but the table's column may not.")
	BadLiteral      = define("bad-literal", ExitSQL, "A number, date, time or interval literal that cannot be read.")
	NotGrouped      = define("not-grouped", ExitSQL, "A column is neither grouped by nor inside an aggregate.")
	AggregatePlace  = define("aggregate-place", ExitSQL, "An aggregate is used where rows are not grouped yet.")
	GroupConstant   = define("group-constant", ExitSQL, "GROUP BY a number: ordinals do not exist here.")
	EventTime       = define("event-time", ExitSQL, "A window over a column that is not an event time.")
	WindowAuxiliary = define("window-auxiliary", ExitSQL, "TUMBLE_START and its like without the same TUMBLE in GROUP BY.")
	UpdatesSink     = define("updates-sink", ExitSQL,
		"A query that changes its earlier rows writes to a table that only takes new ones.")
	UpdatesInput = define("updates-input", ExitSQL,
		"An operation that needs rows which never change reads rows that do.")
	NoQuery      = define("no-query", ExitSQL, "A file without INSERT INTO and without SELECT.")
	MixedQueries = define("mixed-queries", ExitSQL, "A file has more than one bare SELECT, or one beside INSERT INTO.")
	ViewDepth    = define("view-depth", ExitSQL,
		"Views and WITH queries are nested more than 60 deep, or unfold to too large a plan.")
)
