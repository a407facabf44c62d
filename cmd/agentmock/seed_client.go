package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/agentmock/agentmock/internal/apiclient"
	"github.com/agentmock/agentmock/internal/redact"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// seedClient sends requests to the target where agents are created.
type seedClient struct {
	*target
	doc       *openapi.Document
	resource  *openapi.Resource
	workspace string
	options   apiclient.Options
	http      *apiclient.Client // by connect
}

// connect makes the client ready to send; onPause is called when the target asks for a pause.
func (c *seedClient) connect(onPause func(time.Duration)) {
	c.options.OnPause = onPause
	c.http = apiclient.New(c.options)
}

// String names the target as users do.
func (c *seedClient) String() string {
	if c.doc.Scope == nil {
		return c.baseURL
	}
	return fmt.Sprintf("workspace %s at %s", c.workspace, c.baseURL)
}

// succeeded reports whether a response is a success.
func succeeded(r *openapi.ResponseData) bool { return r.Status/100 == 2 }

// send sends a request of an operation; id is that of the item, "" for the collection. The body, nil
// for none, is sent as JSON or in the form that the operation takes.
func (c *seedClient) send(ctx context.Context, op *openapi.Operation, id string,
	body *jsonvalue.Object) (*openapi.ResponseData, error) {
	r := apiclient.Caller{Key: c.apiKey, Workspace: c.workspace, Header: c.header}.Request(c.doc, op)
	if id != "" {
		r.Path[op.ItemParameter] = id
	}
	if len(r.Header.Values("Accept")) == 0 {
		r.Header.Set("Accept", "application/json")
	}
	if body != nil {
		encoded, contentType, err := op.Body.Preferred().Encode(body)
		if err != nil {
			return nil, fmt.Errorf("%s: the body %w", op.ID, err)
		}
		if r.Body = encoded; len(r.Header.Values("Content-Type")) == 0 {
			r.Header.Set("Content-Type", contentType)
		}
	}
	return c.http.Do(ctx, op, apiclient.Address(c.baseURL, op, r), r)
}

// listed is an item that the target has.
type listed struct {
	id, name string
	item     *jsonvalue.Object
}

// list returns the identities and names of all items of the workspace.
func (c *seedClient) list(ctx context.Context) ([]listed, error) {
	a, err := c.send(ctx, c.resource.List, "", nil)
	if err != nil {
		return nil, err
	}
	if !succeeded(a) {
		return nil, c.refusal("listing "+c.resource.Name, a)
	}
	value, err := jsonvalue.Parse(a.Body, jsonvalue.Limits{Lenient: true, Depth: 1000})
	if err != nil {
		return nil, fmt.Errorf("the list of %s is not JSON: %w", c.resource.Name, err)
	}
	items, ok := c.resource.List.Unwrap(value).([]any)
	if !ok {
		return nil, fmt.Errorf("the list of %s is %s, not a list", c.resource.Name, jsonvalue.TypeOf(value))
	}
	out := make([]listed, 0, len(items))
	for _, item := range items {
		o, _ := item.(*jsonvalue.Object)
		out = append(out, listed{c.resource.List.IdentityText(item), textOf(o, seedName), o})
	}
	return out, nil
}

// textOf returns a member as it would stand in a path.
func textOf(o *jsonvalue.Object, name string) string {
	switch v, _ := o.Get(name); v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	default:
		return string(jsonvalue.Marshal(v))
	}
}

// refusal returns the error for a response that is no success: what was tried, the status, and the
// message of the response.
func (c *seedClient) refusal(what string, a *openapi.ResponseData) error {
	message := ""
	if value, err := jsonvalue.Parse(a.Body, jsonvalue.Limits{Lenient: true}); err == nil {
		for _, pointer := range []string{"/error/message", "/message", "/error", "/detail", "/title"} {
			found, _ := jsonvalue.Lookup(value, pointer)
			if text, ok := found.(string); ok {
				message = ": " + text
				break
			}
		}
	}
	secrets := redact.New(c.doc.SecretNames(), []string{c.apiKey}) // targets repeat what they were sent
	return &exitError{exitViolations, fmt.Errorf("%s: the target answered %d %s%s", what, a.Status,
		http.StatusText(a.Status), secrets.Text(message))}
}
