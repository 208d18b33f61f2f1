// Package javaregex runs regular expressions that are written, and mean, as java.util.regex has them, in time linear in
// the text.
//
//	pattern ──tokens──▶ parser ──node tree──▶ RE2 text ──▶ Go's regexp   every text on which both agree
//	                                     └──▶ program  ──▶ machine       the others (see Regexp)
//
// A pattern either means exactly what it means in Java or is refused; nothing is taken with another meaning. Every
// class, flag and escape is resolved by the parser, so the RE2 text holds literals, explicit ranges, groups and
// repetitions only and none of RE2's own shorthands can leak in.
//
// Translated:
//
//   - literals, `|`, groups `(…)`, `(?:…)`, `(?<name>…)`, repetitions `* + ? {n} {n,} {n,m}`, greedy and lazy
//   - flags i d m s x u, for the rest of a group `(?i)` or for one of their own `(?i:…)`, and switched off `(?-i)`
//   - `.` leaves out \n, \r, \u0085, \u2028 and \u2029; with (?s) nothing; with (?d) \n only
//   - `^ $ \A \z \Z \b \B`; `$` and \Z also match before a line end that ends the text, `(?m)` at every line end
//   - classes with ranges, nested classes, `&&` and `^`; \d \w \s \h \v and their negations; \R outside of a class
//   - \p{…}: POSIX names (ASCII), general categories, scripts, the binary properties of Unicode that Go has tables for
//   - escapes \t \n \r \f \a \e \cX \0n \xhh \x{h…} \uhhhh, \Q…\E
//   - (?i) folds ASCII only, (?iu) as Character.toUpperCase and toLowerCase do
//
// Refused, because no automaton can do it in linear time: look-around, back-references, possessive quantifiers,
// atomic groups, \G. Refused, because Java's versions differ or its reading surprises: (?U), \X, \b{g}, \N{…}, `(?i)`
// with a property that is about case, classes that mix `&&` with what follows a nested class, a quantifier on nothing
// or on another quantifier, a repetition of what can match nothing and holds a group or prefers to match nothing.
// Refused, because RE2 does: repetitions beyond 1000.
//
// Three differences remain. \b and \B see ASCII words as \w does (Java 19 and later do, earlier versions count
// letters of every script). What Unicode says of a character is what Go's tables say, and the tables of Java are of
// another version. A text is read by whole characters: after an empty match before a character beyond U+FFFF Java
// would look inside it.
package javaregex
