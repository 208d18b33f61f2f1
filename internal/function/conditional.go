package function

import "streamsql/internal/sqltype"

func conditionalFamily(f *family) {
	f.add("GREATEST", of(sqltype.Null), likeArg(0), spec{Variadic: true, Doc: "The greatest argument; NULL if any is.",
		Examples: examples(ex("3", 1, 3, 2), ex("NULL", 1, nil), ex("b", "a", "b"))})
	f.add("LEAST", of(sqltype.Null), likeArg(0), spec{Variadic: true, Doc: "The least argument; NULL if any is.",
		Examples: examples(ex("1", 1, 3.5, 2), ex("a", "a", "b"))})

	f.add("IF", of(sqltype.Boolean, sqltype.Null, sqltype.Null), eitherNull(1, 2), spec{Form: Special,
		Doc: "IF(condition, a, b) is a where the condition is TRUE, else b. Only the chosen branch is evaluated."})
	f.add("IFNULL", of(sqltype.Null, sqltype.Null), likeArg(1), spec{
		Form: Special,
		Doc:  "IFNULL(a, b) is COALESCE(a, b).",
	})
	f.add("NULLIF", of(sqltype.Null, sqltype.Null), nullable(0), spec{
		Form: Special,
		Doc:  "NULLIF(a, b), of the type of a, is NULL where a = b, else a.",
	})
	f.add("COALESCE", of(sqltype.Null), firstNotNull, spec{Form: Special, Variadic: true,
		Doc: "The first argument that is not NULL. Later arguments are evaluated only for rows that need them."})

	for _, p := range []struct {
		name, doc string
		examples  []Example
	}{
		{"IS_ALPHA", "Every character is a letter, and there is at least one. FALSE for NULL.",
			examples(ex("true", "héllo"), ex("false", ""), ex("false", "a1"))},
		{"IS_DIGIT", "Every character is a digit, and there is at least one. FALSE for NULL.",
			examples(ex("true", "0123"), ex("false", "1.5"))},
		{"IS_DECIMAL", "The text is a number, with spaces around it or not. FALSE for NULL.",
			examples(ex("true", "-1.5e3"), ex("false", "1,5"), ex("false", nil))},
	} {
		f.add(p.name, of(sqltype.Varchar), always(sqltype.BooleanType.Required()), spec{
			Nulls:    Custom,
			Doc:      p.doc,
			Examples: p.examples,
		})
	}
}

func nullable(i int) result {
	return func(args []sqltype.Type) (sqltype.Type, error) { return args[i].Nullable(), nil }
}

// eitherNull is the type of arguments i and j, which is common.
func eitherNull(i, j int) result {
	return func(args []sqltype.Type) (sqltype.Type, error) {
		return args[i].WithNull(!args[i].NotNull || !args[j].NotNull), nil
	}
}

// firstNotNull cannot be NULL when one of the arguments cannot.
func firstNotNull(args []sqltype.Type) (sqltype.Type, error) {
	t := args[0].Nullable()
	for _, a := range args {
		t.NotNull = t.NotNull || a.NotNull
	}
	return t, nil
}
