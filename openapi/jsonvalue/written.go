package jsonvalue

// ScanWritten reads a text that Append has written, as far as the members of an object or the items of a
// list that it is: each of them is a Node, and what is inside of one is read when somebody looks. It takes
// a fraction of the time of Scan, because it does not ask whether the text is JSON: of any other text it
// makes nonsense, or panics.
func (t *Text) ScanWritten(src []byte) {
	t.src, t.text = src, string(src)
	t.tape, t.names = t.tape[:0], t.names[:0]
	s := scanner{Text: t}
	switch kind := s.peek(); kind {
	case '{', '[':
		s.writtenInside(kind)
	default:
		s.writtenValue()
	}
}

// writtenInside reads an object or a list.
func (s *scanner) writtenInside(kind byte) {
	s.put(kind, 0)
	count := 0
	for s.at = 1; s.text[s.at] != kind+2; count++ { // see nested
		if s.text[s.at] == ',' {
			s.at++
		}
		if kind == '{' {
			s.str()
			s.named()
			s.at++ // the colon
		}
		s.writtenValue()
	}
	root := &s.tape[0]
	root.end, root.next, root.count = uint32(len(s.text)), uint32(len(s.tape)), uint32(count)
}

// writtenValue reads a value, but not what is inside of it.
func (s *scanner) writtenValue() {
	start := s.at
	switch kind := s.peek(); kind {
	case '{', '[':
		s.pass()
		s.put(kind, start)
		k := &s.tape[len(s.tape)-1]
		k.next, k.closed = uint32(len(s.tape)), true
	case '"':
		s.str()
	case 't', 'n':
		s.at += len("true")
		s.put(kind, start)
	case 'f':
		s.at += len("false")
		s.put(kind, start)
	default:
		for c := s.peek(); c != 0 && c != ',' && c != ']' && c != '}'; c = s.peek() {
			s.at++
		}
		s.put('0', start)
	}
}

// pass passes an object or a list.
func (s *scanner) pass() {
	for depth := 0; ; s.at++ {
		switch s.text[s.at] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				s.at++
				return
			}
		case '"':
			s.at++
			for s.ordinary(); s.text[s.at] != '"'; s.at++ {
				if s.text[s.at] == '\\' {
					s.at++
				}
			}
		}
	}
}

// opened returns the node as one of which the members or items have been read.
func (n Node) opened() Node {
	k := n.token()
	if !k.closed {
		return n
	}
	inside := &Text{}
	inside.ScanWritten(n.text.src[k.start:k.end])
	return inside.Root()
}
