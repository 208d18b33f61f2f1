// Package deadletter is what options, planner and operators must agree on about rows that cannot be read or computed:
// the keys, the modes, the columns of a dead letter.
package deadletter

import "streamsql/internal/sqltype"

// The options of a table that is read. SET 'streamsql.error-handling.mode' takes the same modes.
const (
	KeyMode  = "error-handling.mode"
	KeyTable = "error-handling.dead-letter-table"
)

// The modes: what happens to such a row.
const (
	Fail = "fail" // it fails the query (default)
	Log  = "log"  // it is dropped and counted
	DLQ  = "dlq"  // it is dropped, counted and written to the dead-letter table
)

// Modes are all modes, the default first.
func Modes() []string { return []string{Fail, Log, DLQ} }

// Schema is a dead letter: a record that could not be read or computed, with its origin and the reason. Every text is
// UTF-8, whatever the record was: raw has U+FFFD where bytes were not, and raw_base64 has the exact bytes of such
// records. It is NULL for all others.
var Schema = sqltype.Schema{
	{Name: "raw", Type: sqltype.StringType},
	{Name: "source", Type: sqltype.StringType},
	{Name: "partition", Type: sqltype.StringType},
	{Name: "position", Type: sqltype.StringType},
	{Name: "code", Type: sqltype.StringType},
	{Name: "error", Type: sqltype.StringType},
	{Name: "time", Type: sqltype.TimestampLTZType(3)},
	{Name: "raw_base64", Type: sqltype.StringType},
}

// Columns are the names of Schema's columns, for messages.
func Columns() string {
	text := ""
	for i, f := range Schema {
		if i > 0 {
			text += ", "
		}
		text += f.Name
	}
	return text
}
