package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"slices"

	"github.com/agentmock/agentmock/fixtures"
	"github.com/agentmock/agentmock/internal/apiclient"
	"github.com/agentmock/agentmock/internal/curl"
	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi"
)

// firstCall is a request to begin with: the mock that doc and o make answers it with success. Nil:
// none can be made up.
func firstCall(doc *openapi.Document, o mockserver.Options, base string) *curl.Request {
	resource := doc.DefaultResource()
	item, workspace := firstItem(doc, resource, o)
	s := sampler{doc: doc, base: base, apiKey: "demo-key", workspace: workspace}
	if len(o.APIKeys) > 0 {
		s.apiKey = o.APIKeys[0]
	}
	return s.first(resource, item)
}

// firstItem is an item that is there at start, and its workspace: the first of the state that was
// brought along, else the first generated one. It is nil where there is none.
func firstItem(doc *openapi.Document, resource *openapi.Resource,
	o mockserver.Options) (map[string]json.RawMessage, string) {
	workspace := fixtures.DefaultWorkspace
	if len(o.Workspaces) > 0 {
		workspace = o.Workspaces[0]
	}
	if resource == nil {
		return nil, workspace
	}
	var item map[string]json.RawMessage
	var state map[string]json.RawMessage
	raw, _ := o.State.(json.RawMessage) // as serveFlags.options has it
	if json.Unmarshal(raw, &state) == nil {
		var list []map[string]json.RawMessage
		if json.Unmarshal(state[resource.Name], &list) == nil && len(list) > 0 {
			item = list[0]
			if doc.Scope != nil {
				workspace = cmp.Or(text(item[doc.Scope.Property]), workspace)
			}
			return item, workspace
		}
	}
	if o.Agents == 0 {
		return nil, workspace
	}
	generator := fixtures.NewGenerator(doc, o.Seed)
	generator.Profile, generator.Resource, generator.Workspace = o.Profile, resource.Name, workspace
	raw, err := generator.Agent(0)
	if err != nil || json.Unmarshal(raw, &item) != nil {
		return nil, workspace
	}
	return item, workspace
}

// sampler makes requests that a mock of doc answers with success: for people to paste, and to see
// what a mock holds.
type sampler struct {
	doc       *openapi.Document
	base      string // http://127.0.0.1:4010
	apiKey    string
	workspace string
}

// first is the request to begin with: one that changes an item, else one that reads it, else one
// that lists or creates, else any of an operation that belongs to no collection. It is nil where
// none can be made up. A nil item is none; items are as the mock answers them.
func (s sampler) first(resource *openapi.Resource, item map[string]json.RawMessage) *curl.Request {
	if resource == nil {
		for _, op := range s.doc.Operations {
			if req := s.call(op, "", nil); req != nil && op.Action == openapi.NoAction {
				return req
			}
		}
		return nil
	}
	id := text(item[resource.Identity])
	ofItem := []*openapi.Operation{resource.Write(), resource.Read}
	for i, op := range append(ofItem, resource.List, resource.Create) {
		if op == nil || i < len(ofItem) && id == "" {
			continue
		}
		if req := s.call(op, id, item); req != nil {
			return req
		}
	}
	return nil
}

// call is a request of an operation with the first body that the document takes, nil where there is
// none.
func (s sampler) call(op *openapi.Operation, id string, item map[string]json.RawMessage) *curl.Request {
	for _, body := range bodies(op, item) {
		path := map[string]string{}
		if op.Resource != nil && id != "" {
			path[op.Resource.ItemParameter] = id
		}
		if req := s.request(op, path, body); req != nil {
			return req
		}
	}
	return nil
}

// request is a request of an operation, nil if the document would refuse it.
func (s sampler) request(op *openapi.Operation, path map[string]string, body []byte) *curl.Request {
	r := apiclient.Caller{Key: s.apiKey, Workspace: s.workspace}.Request(s.doc, op)
	if len(op.Security) > 0 {
		for _, credential := range op.Security[0] {
			if apiclient.Basic(credential) {
				credential.Set(r, s.apiKey) // the mock takes a key as it is, too, and people can read it
			}
		}
	}
	for _, p := range op.Parameters {
		if p.In == "path" && path[p.Name] == "" && p.Example == nil && op.Action != openapi.NoAction {
			return nil // a made-up item is not there
		}
	}
	maps.Copy(r.Path, path)
	if r.Body = body; body != nil {
		r.Header.Set("Content-Type", op.Body.JSON().Type)
	}
	if len(op.ValidateRequest(r)) > 0 {
		return nil
	}
	return &curl.Request{Method: op.Method, URL: apiclient.Address(s.base, op, r), Header: r.Header, Body: body}
}

// bodies are what could be sent to an operation, the best first: its shortest example, and what an
// item holds of the fields that the body has. A nil body is none.
func bodies(op *openapi.Operation, item map[string]json.RawMessage) [][]byte {
	if op.Body == nil {
		return [][]byte{nil}
	}
	media := op.Body.JSON()
	if media == nil {
		return nil
	}
	var candidates [][]byte
	for _, example := range media.Examples {
		if body, err := json.Marshal(example.Value); err == nil {
			candidates = append(candidates, body)
		}
	}
	slices.SortStableFunc(candidates, func(a, b []byte) int { return len(a) - len(b) })
	if media.Schema == nil {
		return candidates
	}
	for _, members := range []map[string]json.RawMessage{told(media.Schema, item, 1), told(media.Schema, item, 0)} {
		if body, err := json.Marshal(members); err == nil {
			candidates = append(candidates, body)
		}
	}
	return candidates
}

// told are the members of an item that a request must tell, and so many others of those that it
// may.
func told(schema *openapi.Schema, item map[string]json.RawMessage, others int) map[string]json.RawMessage {
	members := map[string]json.RawMessage{}
	for _, p := range schema.Properties {
		value, ok := item[p.Name]
		switch {
		case !ok || p.Schema.ReadOnly:
		case p.RequiredIn(openapi.RequestView):
			members[p.Name] = value
		case others > 0 && text(value) != "":
			members[p.Name] = value
			others--
		}
	}
	return members
}

// text is a JSON scalar as it stands in a URL or a header: strings without their quotes. Anything
// else is "".
func text(value any) string {
	raw, err := json.Marshal(value)
	if err != nil || bytes.Equal(raw, []byte("null")) || len(raw) == 0 || raw[0] == '{' || raw[0] == '[' {
		return ""
	}
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(raw)
}
