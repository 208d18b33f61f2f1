package wal

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
	"strconv"
	"strings"

	"streamsql/internal/diag"
	"streamsql/internal/fault"
	"streamsql/internal/store"
)

// QueryText is the text an epoch was run under and the description of its plan, for comparison.
type QueryText struct {
	SQL  string // secrets and "where" options are placeholders
	JSON []byte
}

func (q QueryText) crc() string {
	sum := crc32.Update(crc32.Checksum([]byte(q.SQL), castagnoli), castagnoli, []byte{0})
	return fmt.Sprintf("%08x", crc32.Update(sum, castagnoli, q.JSON))
}

// queryRef names the files of a text and what they contain. It is repeated in every offset record, so that a damaged
// or exchanged text is noticed.
type queryRef struct{ name, crc string }

// queryFile is a name under query/ without its extension: the epoch, and the term when two owners had different texts
// for one epoch ("12", "12-4").
type queryFile struct {
	epoch int64
	name  string
}

const (
	queryDir = "query/"
	sqlExt   = ".sql"
	jsonExt  = ".json"
)

// WriteQuery records the text that runs from epoch on; call it before WriteOffsets of that epoch, or, when a planned
// epoch is repeated under another text, before any sink commits. When the text is the one already in force it does
// nothing.
func (l *Log) WriteQuery(ctx context.Context, epoch int64, sql string, plan []byte) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.usable(); err != nil {
		return err
	}
	text := QueryText{sql, plan}
	if l.text.crc == text.crc() {
		return nil
	}
	// An owner before us planned the epoch and did not finish it: it is repeated under another text.
	again := epoch == l.offsets.last && l.commits.last < epoch && l.last.Term < l.term.Number
	if epoch != l.offsets.last+1 && !again {
		return diag.New(diag.Internal, "text of epoch %d out of turn: newest offsets %d", epoch, l.offsets.last)
	}
	name, same := strconv.FormatInt(epoch, 10), false
	var err error
	if !again {
		if same, err = l.createText(ctx, name, text); err != nil {
			return err
		}
	}
	if !same { // an owner that died left another text for the epoch: nothing is overwritten
		name = fmt.Sprintf("%d-%d", epoch, l.term.Number)
		if same, err = l.createText(ctx, name, text); err != nil {
			return err
		}
		if !same { // only a process that believes in the same term can have made it
			return l.lost(readTerm(ctx, l.st, l.term.Number))
		}
	}
	l.text = queryRef{name, text.crc()}
	l.queries = append(l.queries, queryFile{epoch, name})
	return l.faults.Point(fault.QueryTextWritten)
}

// createText creates both files; false when one is there with other content.
func (l *Log) createText(ctx context.Context, name string, text QueryText) (bool, error) {
	// The description first: texts are listed by it, so that one whose owner died in between is found and deleted.
	for _, part := range []struct {
		ext  string
		data []byte
	}{{jsonExt, text.JSON}, {sqlExt, []byte(text.SQL)}} {
		file := queryDir + name + part.ext
		err := l.st.Create(ctx, file, part.data, nil)
		if errors.Is(err, store.ErrExist) {
			found, err := l.st.Get(ctx, file)
			if err != nil {
				return false, readFailed(l.st, file, err)
			}
			if !bytes.Equal(found, part.data) {
				return false, nil
			}
			continue
		}
		if err != nil {
			if errors.Is(err, store.ErrFatal) {
				l.broken = writeFailed(l.st, file, err)
			}
			return false, writeFailed(l.st, file, err)
		}
	}
	return true, nil
}

// QueryAt reads the text that an epoch was planned under and verifies it against the epoch's offset record.
func (l *Log) QueryAt(ctx context.Context, epoch int64) (QueryText, error) {
	rec, err := readOffsets(ctx, l.st, epoch)
	if err != nil {
		return QueryText{}, err
	}
	return readQuery(ctx, l.st, rec)
}

func readQuery(ctx context.Context, st store.Store, rec *OffsetRecord) (QueryText, error) {
	if rec.QueryName == "" {
		return QueryText{}, missing(st, queryDir, offsetsName(rec.Epoch)+" names no text")
	}
	var q QueryText
	for _, ext := range []string{sqlExt, jsonExt} {
		name := queryDir + rec.QueryName + ext
		data, err := st.Get(ctx, name)
		if errors.Is(err, store.ErrNotExist) {
			return QueryText{}, missing(st, name, offsetsName(rec.Epoch)+" was planned under it")
		}
		if err != nil {
			return QueryText{}, readFailed(st, name, err)
		}
		if ext == sqlExt {
			q.SQL = string(data)
		} else {
			q.JSON = data
		}
	}
	if got := q.crc(); got != rec.QueryCRC {
		return QueryText{}, damaged(st, queryDir+rec.QueryName+sqlExt+" or "+jsonExt,
			fmt.Errorf("its checksum is %s, but %s names %s", got, offsetsName(rec.Epoch), rec.QueryCRC))
	}
	return q, nil
}

// FindQuery looks for a text, the newest first. A text without a checksum in an offset record is only as good as match
// makes sure of. ok is false when no text matches.
func (l *Log) FindQuery(ctx context.Context, match func(QueryText) bool) (text QueryText, ok bool, err error) {
	l.mu.Lock()
	queries := slices.Clone(l.queries)
	l.mu.Unlock()
	for _, q := range slices.Backward(queries) {
		text, err := readTexts(ctx, l.st, q.name)
		if errors.Is(err, store.ErrNotExist) {
			continue // its owner died between the two files: nothing ran under it
		}
		if err != nil {
			return QueryText{}, false, readFailed(l.st, queryDir+q.name, err)
		}
		if match(text) {
			return text, true, nil
		}
	}
	return QueryText{}, false, nil
}

// readTexts reads both files of a text.
func readTexts(ctx context.Context, st store.Store, name string) (QueryText, error) {
	sql, err := st.Get(ctx, queryDir+name+sqlExt)
	if err != nil {
		return QueryText{}, err
	}
	json, err := st.Get(ctx, queryDir+name+jsonExt)
	return QueryText{string(sql), json}, err
}

// listQueries lists the texts, oldest first.
func listQueries(ctx context.Context, st store.Store) ([]queryFile, error) {
	infos, err := st.List(ctx, queryDir)
	if err != nil {
		return nil, readFailed(st, queryDir, err)
	}
	var out []queryFile
	for _, i := range infos {
		name, ok := strings.CutSuffix(strings.TrimPrefix(i.Name, queryDir), jsonExt) // the file made first
		if !ok {
			continue
		}
		digits, _, _ := strings.Cut(name, "-")
		if epoch, ok := number(digits); ok {
			out = append(out, queryFile{epoch, name})
		}
	}
	slices.SortFunc(out, func(a, b queryFile) int { return cmp.Compare(a.epoch, b.epoch) })
	return out, nil
}
