package function

import "streamsql/internal/sqltype"

// ex is an example written NAME(args).
func ex(want string, args ...any) Example { return Example{Args: args, Want: want} }

// exs is an example with its own spelling.
func exs(sql, want string, args ...any) Example { return Example{Args: args, Want: want, SQL: sql} }

func examples(e ...Example) []Example { return e }

// Literals of types that Go's constants do not stand for.
func dec(p, s int32, text string) Lit { return Lit{sqltype.DecimalType(p, s), text} }
func ts(text string) Lit              { return Lit{sqltype.TimestampType(3), text} }
func date(text string) Lit            { return Lit{sqltype.DateType, text} }
