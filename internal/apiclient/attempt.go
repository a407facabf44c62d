package apiclient

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/agentmock/agentmock/openapi"
)

// Attempt is a request that was sent, and what came of it. Nobody may change it.
type Attempt struct {
	Method, Address string
	Header          http.Header // as it was sent, but for what the transport adds
	Body            []byte
	Response        *openapi.ResponseData // nil: there is none, for the reason that Err states
	Err             error
	Began           time.Time
	Took            time.Duration // until the end of the response
}

// Attempt sends a request once and at once, whatever rate and pauses say. Of r, header and body
// count. The error is one of the types of this package where the caller may have to tell them
// apart: UndeliveredError, UnsendableError, TimeoutError, TooLongError, BrokenOffError, UnreadableError.
func (c *Client) Attempt(ctx context.Context, method, address string,
	r *openapi.Request) (*openapi.ResponseData, error) {
	ctx, cancel := c.bound(ctx, method)
	defer cancel()
	var wrote atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { wrote.Store(true) }})
	req, err := c.newRequest(ctx, method, address, r)
	if err != nil {
		return nil, &UndeliveredError{&UnsendableError{err}}
	}
	c.requests.Add(1)
	if c.options.Observe == nil {
		return c.exchange(req, &wrote)
	}
	seen := Attempt{Method: method, Address: address, Header: req.Header, Body: r.Body, Began: c.options.Now()}
	seen.Response, seen.Err = c.exchange(req, &wrote)
	seen.Took = c.options.Now().Sub(seen.Began)
	c.options.Observe(ctx, seen)
	return seen.Response, seen.Err
}

// exchange sends a request and reads the response. Something of the request may have reached the target
// if wrote is set.
func (c *Client) exchange(req *http.Request, wrote *atomic.Bool) (*openapi.ResponseData, error) {
	res, err := c.http.Do(req)
	switch {
	case err != nil && !wrote.Load():
		return nil, &UndeliveredError{c.explain(err)}
	case err != nil:
		return nil, c.explain(err)
	}
	c.responses.Add(1)
	defer res.Body.Close()
	body, err := c.read(req, res)
	if err != nil {
		return nil, err
	}
	return &openapi.ResponseData{Status: res.StatusCode, Header: res.Header, Body: body}, nil
}

// bound bounds the time of one attempt. A request that may change something is not cut off the
// moment its context ends: what it has changed would stay, and nobody would know.
func (c *Client) bound(ctx context.Context, method string) (context.Context, context.CancelFunc) {
	if safe(method) || ctx.Err() != nil {
		return context.WithTimeout(ctx, c.options.Timeout)
	}
	own, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.options.Timeout)
	stop := context.AfterFunc(ctx, func() {
		if c.options.Sleep(own, c.options.Grace) == nil {
			cancel()
		}
	})
	return own, func() { stop(); cancel() }
}

// safe reports whether a method changes nothing by its definition (RFC 9110 §9.2.1).
func safe(method string) bool {
	return slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace}, method)
}

func (c *Client) newRequest(ctx context.Context, method, address string, r *openapi.Request) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(r.Body))
	if len(r.RawPath) > 0 && errors.As(err, new(url.EscapeError)) {
		req, err = asWritten(ctx, method, address, r.Body)
	}
	if err != nil {
		return nil, err
	}
	if err := checkHeader(r.Header); err != nil {
		return nil, err
	}
	maps.Copy(req.Header, r.Header)
	if host := req.Header.Get("Host"); host != "" {
		req.Host = host
	}
	if _, named := req.Header["User-Agent"]; !named { // without a value, net/http sends none
		req.Header.Set("User-Agent", c.options.UserAgent)
	}
	if _, named := req.Header["Accept-Encoding"]; !named {
		req.Header.Set("Accept-Encoding", acceptEncoding)
	}
	return req, nil
}

// asWritten returns a request whose path has escapes that cannot be decoded: it is sent as it is written.
func asWritten(ctx context.Context, method, address string, body []byte) (*http.Request, error) {
	scheme, rest, _ := strings.Cut(address, "://")
	host, path, _ := strings.Cut(rest, "/")
	req, err := http.NewRequestWithContext(ctx, method, scheme+"://"+host, bytes.NewReader(body))
	if err == nil {
		req.URL.Opaque = "/" + path
	}
	return req, err
}

// checkHeader refuses values that no header can have. Net/http would do so with a message that
// shows the value.
func checkHeader(header http.Header) error {
	for _, name := range slices.Sorted(maps.Keys(header)) {
		for _, value := range header[name] {
			if i := strings.IndexFunc(value, IsControl); i >= 0 {
				return fmt.Errorf("header %s: a value with the control character %q cannot be sent",
					strings.ToLower(name), value[i])
			}
		}
	}
	return nil
}

// IsControl reports whether a character cannot be in the value of a header (RFC 9110 §5.5).
func IsControl(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }
