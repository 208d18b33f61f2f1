package javaregex

import "unicode/utf8"

// machine runs a program over a text, all alternatives side by side, in order of preference: time is at most the
// length of the text times that of the program, memory is that of the program. It knows every edge of Java's, from
// the whole text.
type machine struct {
	prog    *program
	text    []byte
	cur     threads
	next    threads
	stack   []frame
	caps    []int // captures of the thread that is being followed
	matched []int
}

// threads is the alternatives at one place: instructions in order of preference, each with its captures.
type threads struct {
	dense  []int32
	sparse []int32 // index in dense, valid if dense there agrees
	caps   []int   // saves per instruction
}

// frame is work left while instructions are followed: an instruction, or a capture to be put back.
type frame struct {
	pc   int32
	slot int32 // ≥ 0: restore caps[slot] = old
	old  int
}

func newMachine(p *program) *machine {
	m := &machine{prog: p, caps: make([]int, p.saves), matched: make([]int, p.saves)}
	m.cur, m.next = newThreads(p), newThreads(p)
	return m
}

func newThreads(p *program) threads {
	n := len(p.insts)
	return threads{dense: make([]int32, 0, n), sparse: make([]int32, n), caps: make([]int, n*p.saves)}
}

func (t *threads) has(pc int32) bool {
	k := t.sparse[pc]
	return int(k) < len(t.dense) && t.dense[k] == pc
}

func (t *threads) add(pc int32) {
	t.sparse[pc] = int32(len(t.dense))
	t.dense = append(t.dense, pc)
}

// find gives the captures of the first match that begins at from or later; nil without one. Borrowed until the next
// call.
func (m *machine) find(text []byte, from int) []int {
	m.text = text
	m.cur.dense = m.cur.dense[:0]
	found := false
	for at := from; ; {
		if !found {
			for i := range m.caps {
				m.caps[i] = -1
			}
			m.follow(&m.cur, m.prog.start, at)
		}
		if len(m.cur.dense) == 0 {
			break
		}
		r, width := rune(-1), 0
		if at < len(text) {
			r, width = utf8.DecodeRune(text[at:])
		}
		found = m.step(r, at+width) || found
		if m.cur, m.next = m.next, m.cur; at == len(text) {
			break
		}
		at += width
	}
	if !found {
		return nil
	}
	return m.matched
}

// step moves the threads over r, which ends at to; r < 0 is the end of the text. A thread that matches ends those that
// come after it.
func (m *machine) step(r rune, to int) (found bool) {
	m.next.dense = m.next.dense[:0]
	for _, pc := range m.cur.dense {
		i := &m.prog.insts[pc]
		switch i.op {
		case instMatch:
			copy(m.matched, m.cur.capsOf(pc, m.prog.saves))
			return true
		case instChar:
			if r >= 0 && i.set.has(r) {
				copy(m.caps, m.cur.capsOf(pc, m.prog.saves))
				m.follow(&m.next, i.next, to)
			}
		}
	}
	return false
}

func (t *threads) capsOf(pc int32, saves int) []int { return t.caps[int(pc)*saves : (int(pc)+1)*saves] }

// follow adds what pc leads to without reading a character, with m.caps, which it leaves as they were.
func (m *machine) follow(t *threads, pc int32, at int) {
	m.stack = append(m.stack[:0], frame{pc: pc, slot: -1})
	for len(m.stack) > 0 {
		f := m.stack[len(m.stack)-1]
		m.stack = m.stack[:len(m.stack)-1]
		if f.slot >= 0 {
			m.caps[f.slot] = f.old
			continue
		}
		m.chain(t, f.pc, at)
	}
}

// chain follows first choices from pc; second choices are pushed.
func (m *machine) chain(t *threads, pc int32, at int) {
	for !t.has(pc) {
		t.add(pc)
		switch i := &m.prog.insts[pc]; i.op {
		case instSplit:
			m.stack = append(m.stack, frame{pc: i.arg, slot: -1})
			pc = i.next
		case instSave:
			m.stack = append(m.stack, frame{slot: i.arg, old: m.caps[i.arg]})
			m.caps[i.arg] = at
			pc = i.next
		case instEdge:
			if !edge(i.arg).at(m.text, at) {
				return
			}
			pc = i.next
		default:
			copy(t.capsOf(pc, m.prog.saves), m.caps)
			return
		}
	}
}
