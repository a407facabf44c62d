package openapi

import (
	"sync/atomic"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// compiled is a schema as it is compiled for each view, when it is first needed.
type compiled struct {
	views [2]atomic.Pointer[compiledView]
}

// compiledView is a schema as the library compiles it for one view, and as Accepts tries it. The
// error tells that it cannot be compiled: lint did not expect it, and it accepts every value.
type compiledView struct {
	library *jsonschema.Schema
	check   *check
	err     error
}

// compiledFor returns the schema as it is compiled for a view.
func (s *Schema) compiledFor(view View) *compiledView {
	if c := s.compiled.views[view].Load(); c != nil {
		return c
	}
	t := s.doc.schemas
	t.compile.Lock()
	defer t.compile.Unlock()
	c := t.compiler(view)
	out := &compiledView{}
	if out.library, out.err = c.compile(s.pointer); out.err == nil {
		out.check = c.accepting.check(out.library)
	}
	s.compiled.views[view].Store(out)
	return out
}
