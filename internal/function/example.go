package function

import (
	"strings"

	"streamsql/internal/sqltype"
)

// ex is an example written NAME(args).
func ex(want string, args ...any) Example { return Example{Args: args, Want: want} }

// exs is an example with its own spelling.
func exs(sql, want string, args ...any) Example { return Example{Args: args, Want: want, SQL: sql} }

func examples(e ...Example) []Example { return e }

// Literals of types that no Go constant has.
func dec(p, s int32, text string) Lit { return Lit{sqltype.DecimalType(p, s), text} }

// ts is TIMESTAMP 'text', with the precision that the digits of the text give it.
func ts(text string) Lit {
	_, fraction, _ := strings.Cut(text, ".")
	return Lit{sqltype.TimestampType(int32(len(fraction))), text}
}

func date(text string) Lit { return Lit{sqltype.DateType, text} }
