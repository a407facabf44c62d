package main

import (
	"encoding/json"
	"slices"

	"github.com/agentmock/agentmock/internal/apiclient"
	"github.com/agentmock/agentmock/internal/curl"
	"github.com/agentmock/agentmock/internal/sample"
	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// firstRequests returns requests for people to begin with, which a mock of doc that has just been made with o
// answers with success: one that reads, and the most instructive one. They are nil where the document allows
// none without guessing.
func firstRequests(doc *openapi.Document, server *mockserver.Server, o mockserver.Options,
	base string) (get, call *curl.Request) {
	resource := doc.DefaultResource()
	workspace, raw := server.FirstItem()
	var item map[string]json.RawMessage
	_ = json.Unmarshal(raw, &item) // nil where there is none
	e := exampleRequests{doc: doc, base: base, apiKey: "demo-key", workspace: workspace, item: item,
		bodies: sample.NewDocumented(openapi.RequestView, membersByPointer(item))}
	if len(o.APIKeys) > 0 {
		e.apiKey = o.APIKeys[0]
	}
	if resource != nil && resource.List != nil {
		get = e.request(resource.List, "")
	}
	return get, e.best(resource)
}

// membersByPointer returns the members of an item as a source of documented values has them.
func membersByPointer(item map[string]json.RawMessage) map[string][]any {
	out := map[string][]any{}
	for name, raw := range item {
		if v, err := jsonvalue.Parse(raw, jsonvalue.Limits{}); err == nil {
			out[jsonvalue.Join("", name)] = []any{v}
		}
	}
	return out
}

// exampleRequests makes requests of one document that a mock of it answers with success.
type exampleRequests struct {
	doc       *openapi.Document
	base      string // http://127.0.0.1:4010
	apiKey    string
	workspace string
	item      map[string]json.RawMessage // one that the mock holds; nil: none
	bodies    *sample.Documented         // values of the item first
}

// best returns the most instructive request: one that changes the item, else one that reads it,
// else one that lists or creates, else one of an operation that belongs to no collection.
func (e exampleRequests) best(resource *openapi.Resource) *curl.Request {
	if resource == nil {
		for _, op := range e.doc.Operations {
			if op.Action != openapi.NoAction && !op.Resource.Singleton {
				continue
			}
			if req := e.request(op, ""); req != nil {
				return req
			}
		}
		return nil
	}
	id := text(e.item[resource.Identity])
	ofItem := []*openapi.Operation{resource.Write(), resource.Read}
	for i, op := range append(ofItem, resource.List, resource.Create) {
		if op == nil || i < len(ofItem) && id == "" {
			continue
		}
		if req := e.request(op, id); req != nil {
			return req
		}
	}
	return nil
}

// request returns a request of an operation with the first of its bodies that the document allows;
// nil where it allows none.
func (e exampleRequests) request(op *openapi.Operation, id string) *curl.Request {
	r := e.withoutBody(op, id)
	if r == nil {
		return nil
	}
	for _, body := range e.bodiesOf(op) {
		if body != nil {
			encoded, contentType, err := op.Body.Preferred().Encode(body)
			if err != nil {
				continue
			}
			r.Body = encoded
			r.Header.Set("Content-Type", contentType)
		}
		if len(op.ValidateRequest(r)) == 0 {
			address := apiclient.Address(e.base, op, r)
			return &curl.Request{Method: op.Method, URL: address, Header: r.Header, Body: r.Body}
		}
	}
	return nil
}

// withoutBody returns what every request of an operation has, about the item of that id; nil where
// a path names another item, which may not exist.
func (e exampleRequests) withoutBody(op *openapi.Operation, id string) *openapi.Request {
	r := apiclient.Caller{Key: e.apiKey, Workspace: e.workspace}.Request(e.doc, op)
	if len(op.Security) > 0 {
		for _, credential := range op.Security[0] {
			if apiclient.Basic(credential) {
				credential.Set(r, e.apiKey) // the mock takes a key as it is, too, and people can read it
			}
		}
	}
	for _, p := range op.Parameters {
		switch {
		case p.In != "path":
		case op.Resource != nil && p.Name == op.ItemParameter && id != "":
			r.Path[p.Name] = id
		case p.Example == nil && op.Action != openapi.NoAction:
			return nil
		}
	}
	return r
}

// bodiesOf returns what could be sent to an operation, the best first: its examples, the shortest
// one first, then values with little and with everything. A nil body is none.
func (e exampleRequests) bodiesOf(op *openapi.Operation) []any {
	if op.Body == nil {
		return []any{nil}
	}
	media := op.Body.Preferred()
	if media == nil {
		return nil
	}
	var bodies []any
	for _, example := range media.Examples {
		bodies = append(bodies, example.Value)
	}
	slices.SortStableFunc(bodies, func(a, b any) int {
		return len(jsonvalue.Marshal(a)) - len(jsonvalue.Marshal(b))
	})
	for _, extent := range []sample.Extent{sample.Smallest, sample.Complete} {
		v, err := e.bodies.Value(sample.Place{Schema: media.Schema}, extent)
		if o, isObject := v.(*jsonvalue.Object); err == nil && (!isObject || len(o.Members) > 0) {
			bodies = append(bodies, v)
		}
	}
	return bodies
}

// text returns a JSON scalar as it stands in a URL or header; "" for other values.
func text(raw json.RawMessage) string {
	v, err := jsonvalue.Parse(raw, jsonvalue.Limits{})
	switch v.(type) {
	case *jsonvalue.Object, []any:
		return ""
	}
	if err != nil {
		return ""
	}
	return sample.Text(v)
}
