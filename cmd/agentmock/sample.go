package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/internal/curl"
	"github.com/agentmock/agentmock/openapi"
)

// sampler makes requests that a mock of doc answers with success: for people to paste, and to see what a mock holds.
type sampler struct {
	doc       *openapi.Document
	base      string // http://127.0.0.1:4010
	apiKey    string
	workspace string
}

// first is the request to begin with: one that changes an item, else one that reads it, else one that lists or creates, else any
// of an operation that belongs to no collection. It is nil where none can be made up. A nil item is none; items are as the mock
// answers them.
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

// call is a request of an operation with the first body that the document takes, nil where there is none.
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
	header, query := http.Header{}, url.Values{}
	if len(op.Security) > 0 {
		for _, credential := range op.Security[0] {
			s.authorize(credential, header, query)
		}
	}
	for _, p := range op.Parameters {
		value := text(p.Example)
		if s.doc.Scope != nil && p.In == "header" && strings.EqualFold(p.Name, s.doc.Scope.Header) {
			value = s.workspace
		}
		switch {
		case !p.Required || value == "":
		case p.In == "header":
			header.Set(p.Name, value)
		case p.In == "query":
			query.Set(p.Name, value)
		case p.In == "path" && path[p.Name] == "":
			path[p.Name] = value
		}
	}
	if body != nil {
		header.Set("Content-Type", op.Body.JSON().Type)
	}
	if len(op.JudgeRequest(&openapi.Request{Path: path, Query: query, Header: header, Body: body})) > 0 {
		return nil
	}
	target := op.Path
	for name, value := range path {
		target = strings.ReplaceAll(target, "{"+name+"}", url.PathEscape(value))
	}
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	return &curl.Request{Method: op.Method, URL: s.base + target, Header: header, Body: body}
}

func (s sampler) authorize(c *openapi.Credential, header http.Header, query url.Values) {
	switch c.In {
	case "header":
		header.Set(c.Name, c.Prefix+s.apiKey)
	case "query":
		query.Set(c.Name, s.apiKey)
	case "cookie":
		header.Add("Cookie", c.Name+"="+s.apiKey)
	}
}

// bodies are what could be sent to an operation, the best first: its shortest example, and what an item holds of the fields
// that the body must have. A nil body is none.
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
	required := map[string]json.RawMessage{}
	for _, p := range media.Schema.Properties {
		if value, ok := item[p.Name]; ok && p.RequiredIn(openapi.RequestView) {
			required[p.Name] = value
		}
	}
	if body, err := json.Marshal(required); err == nil {
		candidates = append(candidates, body)
	}
	return candidates
}

// text is a JSON scalar as it stands in a URL or a header: strings without their quotes. Anything else is "".
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
