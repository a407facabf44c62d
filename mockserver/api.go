package mockserver

import (
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/agentmock/agentmock/internal/redact"
	"github.com/agentmock/agentmock/internal/secrets"
	"github.com/agentmock/agentmock/openapi"
)

// api is what a document says, worked out once for all requests. It is immutable, but for the samples that
// it keeps.
type api struct {
	*service
	generation  uint32 // number of documents that the server has had before
	doc         *openapi.Document
	options     *Options
	transfers   *transfers
	redactor    *redact.Set // for what clients send: by the names of secrets, and by the keys
	known       *redact.Set // for the server's own words, which mention those names: by the keys alone
	exposed     string      // value of Access-Control-Expose-Headers
	scope       string      // the header of that role, in its canonical spelling; "" for none
	examples    *examples
	collections []*collection // of the document's resources, in their order
	operations  func() []byte // what the control API says of them; it is made when somebody asks
}

func newAPI(doc *openapi.Document, o *Options) (*api, error) {
	from := newExamples(o.Log)
	a := &api{
		doc: doc, options: o, examples: from, transfers: newTransfers(doc.SecretNames()), exposed: exposedHeaders(doc),
		redactor: secrets.Hiding(doc, o.secrets(), SessionHeader), known: redact.New(nil, o.secrets()),
		collections: newCollections(doc, from, o),
	}
	if doc.Scope != nil {
		a.scope = http.CanonicalHeaderKey(doc.Scope.Header)
	}
	a.operations = sync.OnceValue(a.describeOperations)
	var err error
	if a.service, err = newService(doc.Operations, a.newEndpoint); err != nil {
		return nil, err
	}
	a.faulty = true
	return a, nil
}

// examined is the number of answers that are made at start, so that the log tells at once which of
// them cannot be made; those of larger documents are made, and complained of, when they are asked for.
const examined = 200

func (a *api) examine() {
	for _, op := range a.doc.Operations[:min(len(a.doc.Operations), examined)] {
		if success := a.endpoints[op].success; success.shape == fixed {
			success.example()
		}
	}
}

// scopeOf returns the value of the scope header; "" where the document has no scope.
func (a *api) scopeOf(h http.Header) string {
	if a.scope == "" {
		return ""
	}
	return h.Get(a.scope)
}

// collectionOf returns the collection of a resource, nil for none.
func (a *api) collectionOf(r *openapi.Resource) *collection {
	if i := slices.Index(a.doc.Resources, r); i >= 0 {
		return a.collections[i]
	}
	return nil
}

// collectionAt returns the collection of a path, or nil.
func (a *api) collectionAt(path string) *collection {
	i := slices.IndexFunc(a.collections, func(c *collection) bool { return c.CollectionPath == path })
	if i < 0 {
		return nil
	}
	return a.collections[i]
}

// collectionNamed returns the collection that states call by a name, or nil.
func (a *api) collectionNamed(name string) *collection {
	i := slices.IndexFunc(a.collections, func(c *collection) bool { return c.Name == name })
	if i < 0 {
		return nil
	}
	return a.collections[i]
}

func (a *api) collectionNames() string {
	names := make([]string, len(a.collections))
	for i, c := range a.collections {
		names[i] = c.Name
	}
	return strings.Join(names, ", ")
}
