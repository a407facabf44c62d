package contract

import (
	"net/http"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/openapi"
)

// testSession is a session of a run over the agent document that sends nothing.
func testSession(t *testing.T) *session {
	t.Helper()
	return sessionOver(t, openapi.Agent())
}

func sessionOver(t *testing.T, doc *openapi.Document) *session {
	t.Helper()
	target, err := Target{BaseURL: "http://handler.test", APIKey: "a-key-of-the-tests"}.normal()
	if err != nil {
		t.Fatal(err)
	}
	r := newRunner(doc, target, Options{}.normal())
	return r.newSession(&fixtures.Fixture{ID: "fixture", Operation: "updateAgent"})
}

// exchanged is an exchange of an operation about the item "1": the body that was sent, and the
// status and body that came back.
func exchanged(t *testing.T, s *session, operation, body string, status int, answered string) *exchange {
	t.Helper()
	op := s.run.doc.Operation(operation)
	if op == nil {
		t.Fatalf("the document has no operation %s", operation)
	}
	request := s.run.target.base(s.run.doc, op)
	request.Body = []byte(body)
	if op.Resource != nil {
		request.Path[op.ItemParameter] = "1"
	}
	x := &exchange{sent: sent{op: op, request: request, url: s.run.target.address(op, request)}}
	if body != "" {
		x.sent.body = parsed(t, body)
	}
	if status > 0 {
		x.got.answer = jsonAnswer(status, answered)
		x.receive()
	}
	return x
}

// agentItem is an item of the agent document with a name, as it was last seen.
func agentItem(t *testing.T, s *session) *item {
	t.Helper()
	it := newItem(s.run.doc.Operation("getAgent").Resource, "1")
	it.latest = parsed(t, `{"_id":"1","name":"a"}`)
	it.known["name"] = knownValue{"a", it.resource.Schema.Member("name")}
	it.fixed["_id"] = "1"
	s.know(it)
	return it
}

// told are findings in short: check, pointer or place, and "note" where they are notes.
func told(list []Finding) string {
	var out []string
	for _, f := range list {
		text := f.Check
		if text == "" {
			text = f.Rule
		}
		if f.Pointer != "" {
			text += " " + f.Pointer
		}
		if f.note {
			text += " (note)"
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

// things is a document with a list in an object, pages, and values with examples.
func things(t *testing.T) *openapi.Document {
	t.Helper()
	doc, err := openapi.Load("testdata/things.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// jsonAnswer returns an answer with a JSON body.
func jsonAnswer(status int, body string) *openapi.ResponseData {
	header := http.Header{"Content-Type": {"application/json"}}
	return &openapi.ResponseData{Status: status, Header: header, Body: []byte(body)}
}
