package mockserver

import (
	"sync"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// scratch is memory that writing an item needs for a moment.
type scratch struct {
	text   jsonvalue.Text
	buffer []byte
	large  bool // it is not kept for another item
}

var scratches = sync.Pool{New: func() any { return &scratch{} }}

// largestScratch is the number of bytes of the largest item whose scratch is kept for another one.
const largestScratch = 1 << 16

func newScratch() *scratch { return scratches.Get().(*scratch) }

// release ends the use of the scratch and of all that refers to it.
func (s *scratch) release() {
	if s.text.Clear(); !s.large {
		scratches.Put(s)
	}
}

// scan reads an item, which is a node until the next call. It reports false where only
// jsonvalue.Parse can read it.
func (s *scratch) scan(encoded []byte) (item jsonvalue.Node, ok bool) {
	s.large = s.large || len(encoded) > largestScratch
	ok = s.text.Scan(encoded, jsonvalue.Limits{Depth: storedDepth})
	return s.text.Root(), ok
}

// marshal returns what jsonvalue.Marshal does, until the next call.
func (s *scratch) marshal(v any) []byte {
	s.buffer = jsonvalue.Append(s.buffer[:0], v)
	s.large = s.large || len(s.buffer) > largestScratch
	return s.buffer
}

// marshal is jsonvalue.Marshal, in no more memory than the text needs.
func marshal(v any) []byte {
	s := newScratch()
	defer s.release()
	text := s.marshal(v)
	return append(make([]byte, 0, len(text)), text...)
}
