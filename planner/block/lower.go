package block

import (
	"strconv"
	"strings"

	"streamsql/internal/diag"
	"streamsql/planner/lex"
)

const opKind = lex.Op

// The letters of handles and bind arguments. Each is followed by the index of a token.
const (
	letterName    = 't' // a path or the name of a called function; its first token
	letterLiteral = 'v' // a literal; its first token
	letterQuery   = 'q' // a sub-query; the bracket that opens it
	letterExists  = 'e' // EXISTS (query); the word
	letterParen   = 'p' // (x) or (x, y); the bracket
	letterCase    = 'c' // CASE … END; the word CASE
	letterCast    = 'k' // CAST or TRY_CAST; the word
	letterFilter  = 'f' // call FILTER (…); the word FILTER
	letterOver    = 'o' // call OVER …; the word OVER
	letterIndex   = 'i' // x[i]; the bracket
	letterField   = 'd' // x.f; the dot
	letterArray   = 'a' // ARRAY[…]; the word
	letterRow     = 'r' // ROW(…); the word
	letterStar    = 's' // the * of COUNT(*)
	letterKeyword = 'w' // a keyword argument
	letterNamed   = 'n' // name => value; the name
	letterBoth    = 'b' // BOTH, left out in TRIM; the word TRIM
	letterBlank   = 'z' // ' ', left out in TRIM; the word TRIM
)

// maxLowered is how deep brackets may nest in the lowered text: sqlparser stops at 200. Wraps of postfix operators nest
// in it although they do not in the source.
const maxLowered = 198

// frameKind says what an open construct is.
type frameKind uint8

const (
	parenFrame frameKind = iota
	callFrame
	castFrame
	inFrame
	indexFrame
	arrayFrame
	caseFrame
	filterFrame
	namedFrame // name => value: closed by what follows it
)

// frame is an open construct of the lowering.
type frame struct {
	kind  frameKind
	close int   // the token that closes it
	start int   // index in out of the construct's first piece
	form  *form // a function's own syntax, or nil
	seps  int   // how many separators of the form, or AS of CAST, were seen
}

// lowerer is one pass over the tokens of an expression.
type lowerer struct {
	src     *Source
	i, end  int
	out     []piece
	frames  []frame
	operand bool // an operand must come now, else an operator or the end
	last    int  // index in out where the last primary starts; -1: no primary precedes
	called  bool // that primary is a function call
	err     *diag.Error
}

// lower turns the tokens of r into text for sqlparser.
func (s *Source) lower(r Range) (lowered, *diag.Error) {
	l := &lowerer{src: s, i: r.Start, end: r.End, operand: true, last: -1}
	for l.i < l.end && l.err == nil {
		if l.operand {
			l.lowerOperand()
		} else {
			l.lowerOperator()
		}
	}
	if l.err == nil && (l.operand || len(l.frames) > 0) {
		l.unexpected(l.end)
	}
	low := lowered{pieces: l.out, after: r.End}
	if l.err == nil {
		l.err = s.checkNesting(low)
	}
	if l.err != nil {
		return lowered{}, l.err
	}
	return low, nil
}

// checkNesting refuses text that nests deeper than sqlparser reads.
func (s *Source) checkNesting(low lowered) *diag.Error {
	depth := 0
	for _, p := range low.pieces {
		depth += strings.Count(p.text, "(")
		if depth > maxLowered {
			return diag.At(diag.NestingTooDeep, s.Tokens[p.tok].Span, "the expression nests too deep here").
				WithHint("name a part of it in a sub-query")
		}
		depth -= strings.Count(p.text, ")")
	}
	return nil
}

// tok is the token at i, or the last one (EOF) beyond the end.
func (l *lowerer) tok(i int) lex.Token {
	return l.src.Tokens[min(i, len(l.src.Tokens)-1)]
}

// emit appends a piece for token tok.
func (l *lowerer) emit(text string, tok int) { l.out = append(l.out, piece{text, tok}) }

// handle is the back-quoted name of token tok.
func handle(letter byte, tok int) string { return "`" + string(letter) + strconv.Itoa(tok) + "`" }

// bind is the bind argument of token tok.
func bind(letter byte, tok int) string { return ":" + string(letter) + strconv.Itoa(tok) }

// primary emits an operand that covers n tokens from the current one.
func (l *lowerer) primary(text string, n int) {
	l.last, l.called, l.operand = len(l.out), false, false
	l.emit(text, l.i)
	l.i += n
}

// open emits the start of a construct and enters it. The current token is the first of its n opening tokens.
func (l *lowerer) open(kind frameKind, text string, n, closer int) {
	l.frames = append(l.frames, frame{kind: kind, close: closer, start: len(l.out)})
	l.emit(text, l.i)
	l.i += n
	l.operand = true
}

// wrap puts text before the last primary.
func (l *lowerer) wrap(text string) {
	l.out = append(l.out, piece{})
	copy(l.out[l.last+1:], l.out[l.last:])
	l.out[l.last] = piece{text, l.i}
}

// top is the innermost open construct, or nil.
func (l *lowerer) top() *frame {
	if len(l.frames) == 0 {
		return nil
	}
	return &l.frames[len(l.frames)-1]
}

// pop leaves the innermost construct: it is the last primary now.
func (l *lowerer) pop() frame {
	f := *l.top()
	l.frames = l.frames[:len(l.frames)-1]
	l.last, l.called, l.operand = f.start, f.kind == callFrame || f.kind == filterFrame, false
	return f
}

func (l *lowerer) unexpected(i int) { l.fail(l.src.unexpected(i)) }

func (l *lowerer) fail(err *diag.Error) {
	if l.err == nil {
		l.err = err
	}
}

// unexpected is the fault of a token that cannot occur where it does.
func (s *Source) unexpected(i int) *diag.Error { return Unexpected(s.Tokens, i) }
