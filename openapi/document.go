// Package openapi compiles an OpenAPI document, 3.0 or 3.1, into operations and rules that judge requests and answers.
//
//	doc, err := openapi.Load("agent.yaml")           // or openapi.Agent(), the embedded one
//	op := doc.Operation("updateAgent")
//	for _, v := range op.JudgeRequest(&openapi.Request{Header: h, Path: p, Body: b}) {
//		fmt.Println(v) // body /llmModel: "gpt-4" is not one of … (agent.yaml:212)
//	}
//
// Every violation says what is wrong, where, what would be right, and which line of the document says so. The package does not
// speak HTTP, keeps no state, and fetches nothing from the network.
package openapi

// Document is a compiled OpenAPI document. It is immutable and safe for concurrent use.
type Document struct {
	Name    string // as it was named when it was loaded: a path, "-", or agent.yaml for the embedded one
	Title   string
	Version string // of the described API
	OpenAPI string // 3.0.3, 3.1.0, …
	SHA256  string // of the bytes, in hexadecimal

	Operations []*Operation // by path, then method: GET, PUT, POST, DELETE, OPTIONS, HEAD, PATCH, TRACE
	Resources  []*Resource  // by collection path
	Scope      *Scope       // nil: one world for all
	Schemas    []*Schema    // components/schemas, in document order
}

type location struct{ file, pointer string }

// Load reads a document, YAML or JSON, from a file, or from standard input where the name is "-". References to other files
// must stay inside the document's folder; from standard input there are none. The error is a *LoadError for all that is wrong with the
// document, and an *fs.PathError where it cannot be read.
func Load(name string) (*Document, error) { panic("soon") }

// Parse compiles a document that is at hand. References to other files are refused.
func Parse(name string, data []byte) (*Document, error) { panic("soon") }

// Agent is the embedded document of the call agent API. It is compiled once.
func Agent() *Document { panic("soon") }

// Source is the document as it was read, byte for byte.
func (d *Document) Source() []byte { panic("soon") }

// JSON is the document with its servers replaced by the given URLs, indented, files that it refers to bundled in. Safe to publish.
func (d *Document) JSON(servers ...string) []byte { panic("soon") }

// YAML is JSON's twin. Comments are lost; Source has them.
func (d *Document) YAML(servers ...string) []byte { panic("soon") }

// Operation finds an operation by its id, or nil.
func (d *Document) Operation(id string) *Operation { panic("soon") }

// Resource finds a resource by its name, or nil.
func (d *Document) Resource(name string) *Resource { panic("soon") }

// Schema finds a schema of components/schemas by its name, or nil.
func (d *Document) Schema(name string) *Schema { panic("soon") }

// SecretNames lists the properties with x-mock: secret anywhere in the document, sorted: what must never be shown in clear.
func (d *Document) SecretNames() []string { panic("soon") }

// Check lists what Load lets pass but a careful author wants to know: examples and defaults that do not meet their schemas, at every
// level of the document, sorted by position.
func (d *Document) Check() []Problem { panic("soon") }

// Problem is one thing wrong with a document.
type Problem struct {
	Position Position
	Pointer  string // where in the document
	Message  string // what, and what would be right
}

// LoadError is everything that is wrong with a document.
type LoadError struct{ Problems []Problem }

func (e *LoadError) Error() string { panic("soon") }
