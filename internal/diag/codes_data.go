package diag

// Codes of input data: records that cannot be read, and the files they are in. Those of records and fields reach a
// person only under error-handling.mode = fail; under the other modes they go to logs and dead letters.
var (
	RecordSyntax    = define("record-syntax", ExitData, "A record is not well-formed in the table's format.")
	RecordNotObject = define("record-not-object", ExitData,
		"A JSON record is an array or a single value where an object is needed.")
	RecordTooDeep = define("record-too-deep", ExitData, "A record is nested more than 512 levels deep.")
	RecordTooLong = define("record-too-long", ExitData,
		"A record is longer than the format allows (its max-record-size).")
	RecordNotUTF8  = define("record-not-utf8", ExitData, "A text is not valid UTF-8, or names half of a surrogate pair.")
	DuplicateKey   = define("duplicate-key", ExitData, "A record has a declared column twice.")
	FieldType      = define("field-type", ExitData, "A value has another type than the column.")
	FieldRange     = define("field-out-of-range", ExitData, "A value does not fit the column without loss.")
	FieldMalformed = define("field-malformed", ExitData,
		"A text is not a date, time or number in the form that the column needs.")
	FieldMissing = define("field-missing", ExitData, "A record lacks a column that must be there.")
	FieldNull    = define("field-null", ExitData, "A record has NULL in a NOT NULL column.")

	Unwritable = define("value-unwritable", ExitData,
		"A value cannot be written in the table's format so that it is read back.")

	SourcePath        = define("source-path", ExitConfig, "The path of a file table cannot be read as rows.")
	SourceOffset      = define("source-offset", ExitState, "The logged position of a file table cannot be understood.")
	SourceFileChanged = define("source-file-changed", ExitConfig,
		"A file changed or went away between being logged and being read again.")
	SourceGone = define("source-gone", ExitSource,
		"The directory of a watched table is gone, or it lists no files although it had some.")
	SourceDamaged = define("source-damaged", ExitConfig,
		"A compressed file is damaged or cut short; none of its rows are taken.")
	SourceLimit = define("source-limit", ExitConfig, "A compressed file unpacks to more than the limits allow.")
)
