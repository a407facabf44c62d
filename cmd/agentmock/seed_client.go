package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"github.com/agentmock/agentmock/internal/apiclient"
	"github.com/agentmock/agentmock/internal/redact"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

const (
	maxSeedAnswer = 256 << 20 // bytes of one answer: a list has everything
	maxWaits      = 20        // answers of 429 to one request
	longestWait   = 5 * time.Minute
)

// seedClient sends requests one after the other.
type seedClient struct {
	*seedTarget
	http    *http.Client
	gap     time.Duration // between two requests
	retries int
	timeout time.Duration
	now     func() time.Time
	sleep   func(context.Context, time.Duration) error
	waiting func(time.Duration) // told of waits that the target asked for
	next    time.Time
}

// seedAnswer is what came back.
type seedAnswer struct {
	status int
	header http.Header
	body   []byte
}

func (a *seedAnswer) ok() bool { return a.status >= 200 && a.status < 300 }

// undelivered is the error for a request that surely did not reach the target.
type undelivered struct{ error }

func (e *undelivered) Unwrap() error { return e.error }

// send carries out a request. It waits where the target says so (429), and tries again where
// nothing can have arrived. A cancelled ctx keeps it from starting, not from finishing: whoever has
// sent something wants to know what came of it.
func (c *seedClient) send(ctx context.Context, op *openapi.Operation, id string, body []byte) (*seedAnswer, error) {
	for waits, tries := 0, 0; ; {
		if err := c.wait(ctx); err != nil {
			return nil, err
		}
		a, err := c.once(context.WithoutCancel(ctx), op, id, body)
		var lost *undelivered
		switch {
		case err == nil && a.status == http.StatusTooManyRequests && waits < maxWaits:
			d := apiclient.Pause(op, a.header, a.body, c.now(), time.Second<<min(waits, 6))
			if d > longestWait {
				return a, nil
			}
			waits++
			c.waiting(d)
			if err := c.sleep(ctx, d); err != nil {
				return nil, err
			}
		case errors.As(err, &lost) && tries < c.retries:
			if err := c.sleep(ctx, 200*time.Millisecond<<tries); err != nil {
				return nil, err
			}
			tries++
		default:
			return a, err
		}
	}
}

// wait keeps to the rate.
func (c *seedClient) wait(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if d := c.next.Sub(c.now()); d > 0 {
		if err := c.sleep(ctx, d); err != nil {
			return err
		}
	}
	c.next = c.now().Add(c.gap)
	return nil
}

func (c *seedClient) once(ctx context.Context, op *openapi.Operation, id string, body []byte) (*seedAnswer, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	var sent atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { sent.Store(true) }})
	var content io.Reader
	if body != nil {
		content = bytes.NewReader(body)
	}
	address, header := c.request(op, id)
	req, err := http.NewRequestWithContext(ctx, op.Method, address, content)
	if err != nil {
		return nil, err
	}
	req.Header = header
	if body != nil && len(header.Values("Content-Type")) == 0 {
		header.Set("Content-Type", op.Body.JSON().Type)
	}
	res, err := c.http.Do(req)
	if err != nil {
		if !sent.Load() {
			return nil, &undelivered{err}
		}
		return nil, err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(io.LimitReader(res.Body, maxSeedAnswer+1))
	if err == nil && len(data) > maxSeedAnswer {
		err = fmt.Errorf("the answer is longer than %d bytes", maxSeedAnswer)
	}
	return &seedAnswer{res.StatusCode, res.Header, data}, err
}

func sleepContext(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// listed is an item that the target has.
type listed struct{ id, name string }

// list reads the identities and names of all items of the workspace.
func (c *seedClient) list(ctx context.Context) ([]listed, error) {
	a, err := c.send(ctx, c.resource.List, "", nil)
	if err != nil {
		return nil, err
	}
	if !a.ok() {
		return nil, c.refusal("listing "+c.resource.Name, a)
	}
	value, err := jsonvalue.Parse(a.body, jsonvalue.Limits{Lenient: true, Depth: 1000})
	if err != nil {
		return nil, fmt.Errorf("the list of %s is not JSON: %w", c.resource.Name, err)
	}
	if c.resource.ListProperty != "" {
		if o, ok := value.(*jsonvalue.Object); ok {
			value, _ = o.Get(c.resource.ListProperty)
		}
	}
	items, ok := value.([]any)
	if !ok {
		return nil, fmt.Errorf("the list of %s is %s, not a list", c.resource.Name, jsonvalue.TypeOf(value))
	}
	out := make([]listed, 0, len(items))
	for _, item := range items {
		o, _ := item.(*jsonvalue.Object)
		out = append(out, listed{textOf(o, c.resource.Identity), textOf(o, seedName)})
	}
	return out, nil
}

// textOf is a member as it would stand in a path.
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

// refusal is the error for an answer that is none of success: what was tried, the status, and the
// answer's own words.
func (c *seedClient) refusal(what string, a *seedAnswer) error {
	message := ""
	if value, err := jsonvalue.Parse(a.body, jsonvalue.Limits{Lenient: true}); err == nil {
		for _, pointer := range []string{"/error/message", "/message", "/error", "/detail", "/title"} {
			if found, ok := jsonvalue.Lookup(value, pointer); ok {
				if text, ok := found.(string); ok {
					message = ": " + text
					break
				}
			}
		}
	}
	secrets := redact.New(c.doc.SecretNames(), []string{c.apiKey}) // targets repeat what they were sent
	return &exitError{exitViolations, fmt.Errorf("%s: the target answered %d %s%s", what, a.status,
		http.StatusText(a.status), secrets.Text(message))}
}
