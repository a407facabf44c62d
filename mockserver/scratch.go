package mockserver

import (
	"slices"
	"sync"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// scratch is memory that writing an item needs for a moment.
type scratch struct {
	text   jsonvalue.Text
	nodes  []jsonvalue.Node // of the members of object
	object jsonvalue.Object
	buffer []byte
	large  bool // it is not kept for another item
}

var scratches = sync.Pool{New: func() any { return &scratch{} }}

// largestScratch is the number of bytes of the largest item whose scratch is kept for another one.
const largestScratch = 1 << 16

func newScratch() *scratch { return scratches.Get().(*scratch) }

// release ends the use of the scratch and of all that refers to it.
func (s *scratch) release() {
	if s.large {
		return
	}
	s.text.Clear()
	clear(s.nodes[:cap(s.nodes)])
	clear(s.object.Members[:cap(s.object.Members)])
	s.nodes, s.object.Members = s.nodes[:0], s.object.Members[:0]
	scratches.Put(s)
}

// scan reads an item, which is a node until the next call. It reports false where only
// jsonvalue.Parse can read it.
func (s *scratch) scan(encoded []byte) (item jsonvalue.Node, ok bool) {
	s.large = s.large || len(encoded) > largestScratch
	ok = s.text.Scan(encoded, jsonvalue.Limits{Depth: storedDepth})
	return s.text.Root(), ok
}

// scanWritten is scan for an item that marshal has written: its members are read, and what is inside of
// them when it is looked at.
func (s *scratch) scanWritten(encoded []byte) jsonvalue.Node {
	s.large = s.large || len(encoded) > largestScratch
	s.text.ScanWritten(encoded)
	return s.text.Root()
}

// leaves returns an object of which all members are nodes, until the next call.
func (s *scratch) leaves(item jsonvalue.Node) *jsonvalue.Object {
	s.nodes = slices.Grow(s.nodes[:0], item.Len())
	s.object.Members = slices.Grow(s.object.Members[:0], item.Len())
	for name, member := range item.Members() {
		s.nodes = append(s.nodes, member)
		leaf := &s.nodes[len(s.nodes)-1]
		s.object.Members = append(s.object.Members, jsonvalue.Member{Name: name, Value: leaf})
	}
	return &s.object
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
