package contract

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/agentmock/agentmock/internal/apiclient"
	"github.com/agentmock/agentmock/openapi"
)

// maxAnswer bounds the bytes of an answer that are read.
const maxAnswer = 32 << 20

// answer is what came back, as it came.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// client sends requests: spaced out, again where they surely were not delivered, and later where
// the target says so.
type client struct {
	http     *http.Client
	throttle *throttle
	options  Options
	requests atomic.Int64
	answers  atomic.Int64
	waiting  func(time.Duration)
}

func newClient(t Target, o Options) *client {
	transport := t.Transport
	if transport == nil {
		transport = &http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			DialContext:         (&net.Dialer{Timeout: min(o.Timeout, 10*time.Second)}).DialContext,
			TLSHandshakeTimeout: 10 * time.Second,
			TLSClientConfig:     t.TLS,
			MaxIdleConns:        2 * o.Jobs,
			MaxIdleConnsPerHost: 2 * o.Jobs,
			IdleConnTimeout:     30 * time.Second,
			DisableCompression:  true, // answers are judged as they are
			ForceAttemptHTTP2:   true,
		}
	}
	return &client{
		http: &http.Client{
			Transport: transport,
			// A redirect is an answer to be judged, and what it leads to is not the target.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		throttle: newThrottle(o),
		options:  o,
		waiting:  func(time.Duration) {},
	}
}

func (c *client) close() { c.http.CloseIdleConnections() }

// send carries out one request. An answer of 429 is waited for unless it is wanted.
func (c *client) send(ctx context.Context, op *openapi.Operation, address string, header http.Header,
	body []byte, want429 bool) (*answer, error) {
	for attempt := 0; ; attempt++ {
		a, err := c.deliver(ctx, op.Method, address, header, body)
		if err != nil || a.status != http.StatusTooManyRequests || want429 {
			return a, err
		}
		d := apiclient.Pause(op, a.header, a.body, c.options.clock(), time.Duration(attempt+1)*apiclient.ShortestPause)
		if attempt+1 >= patience || d > longestPause {
			return a, nil
		}
		c.waiting(d)
		c.throttle.pause(d)
	}
}

// deliver tries again where nothing of the request can have reached the target.
func (c *client) deliver(ctx context.Context, method, address string, header http.Header, body []byte) (*answer,
	error) {
	for attempt := 0; ; attempt++ {
		if err := c.throttle.wait(ctx); err != nil {
			return nil, err
		}
		a, delivered, err := c.once(ctx, method, address, header, body)
		if err == nil || delivered || attempt >= c.options.Retries || ctx.Err() != nil ||
			errors.As(err, new(*unsendable)) {
			return a, err
		}
		if err := c.options.sleep(ctx, 100*time.Millisecond<<attempt); err != nil {
			return nil, err
		}
	}
}

// unsendable is the error for a request that HTTP has no form for.
type unsendable struct{ reason string }

func (e *unsendable) Error() string { return e.reason }

func (c *client) once(ctx context.Context, method, address string, header http.Header, body []byte) (a *answer,
	delivered bool, err error) {
	ctx, cancel := c.patiently(ctx, method)
	defer cancel()
	var wrote atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { wrote.Store(true) }})
	var content io.Reader // nil, so that no Content-Length is sent where there is no body
	if len(body) > 0 {
		content = bytes.NewReader(body)
	}
	req, err := http.NewRequestWithContext(ctx, method, address, content)
	if err != nil {
		return nil, false, &unsendable{err.Error()}
	}
	req.Header = header.Clone()
	if host := req.Header.Get("Host"); host != "" {
		req.Host = host
	}
	if len(req.Header.Values("User-Agent")) == 0 {
		req.Header.Set("User-Agent", "agentmock/"+c.options.Version)
	}
	if reason := unsendableHeader(req.Header); reason != "" {
		return nil, false, &unsendable{reason}
	}
	c.requests.Add(1)
	res, err := c.http.Do(req)
	if err != nil {
		return nil, wrote.Load(), c.explain(err)
	}
	c.answers.Add(1)
	defer res.Body.Close()
	data, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, true, fmt.Errorf("the answer, %d, broke off after %d bytes of its body: %w", res.StatusCode,
			len(data), c.explain(err))
	case len(data) > maxAnswer:
		return nil, true, &tooLong{res.StatusCode}
	}
	data, err = decoded(res.Header.Get("Content-Encoding"), data)
	if err != nil {
		return nil, true, fmt.Errorf("the answer, %d, %w", res.StatusCode, err)
	}
	return &answer{res.StatusCode, res.Header, data}, true, nil
}

// afterthought is how long a creation may take to be answered after the run was ended.
const afterthought = 3 * time.Second

// patiently bounds one request. What may create something is not cut off the moment that the run is
// ended: it would be there, and nobody would know what to remove.
func (c *client) patiently(ctx context.Context, method string) (context.Context, context.CancelFunc) {
	if method != http.MethodPost || ctx.Err() != nil {
		return context.WithTimeout(ctx, c.options.Timeout)
	}
	own, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.options.Timeout)
	stop := context.AfterFunc(ctx, func() {
		select {
		case <-own.Done():
		case <-time.After(min(afterthought, c.options.Timeout)):
			cancel()
		}
	})
	return own, func() { stop(); cancel() }
}

// decoded undoes a compression that was not asked for, which is lawful (RFC 9110 §12.5.3).
func decoded(encoding string, data []byte) ([]byte, error) {
	if !strings.EqualFold(encoding, "gzip") || len(data) == 0 {
		return data, nil
	}
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err == nil {
		data, err = io.ReadAll(io.LimitReader(r, maxAnswer))
	}
	if err != nil {
		return nil, fmt.Errorf("says that it is compressed (content-encoding: gzip), and is not: %w", err)
	}
	return data, nil
}

// explain drops the method and address that net/http puts in front (they may hold secrets and are
// reported anyway) and says how long we waited.
func (c *client) explain(err error) error {
	var at *url.Error
	if errors.As(err, &at) {
		err = at.Err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return &timeout{c.options.Timeout}
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("the connection was closed: %w", err)
	}
	return err
}

// tooLong is the error for an answer that nobody wants to read.
type tooLong struct{ status int }

func (e *tooLong) Error() string {
	return fmt.Sprintf("the answer, %d, is longer than %d bytes", e.status, maxAnswer)
}

// timeout is the error for an answer that did not come in time.
type timeout struct{ after time.Duration }

func (e *timeout) Error() string { return fmt.Sprintf("no answer within %s", e.after) }

func unsendableHeader(header http.Header) string {
	for name, values := range header {
		for _, value := range values {
			if i := strings.IndexFunc(value, func(r rune) bool { return (r < ' ' && r != '\t') || r == 0x7f }); i >= 0 {
				return fmt.Sprintf("header %s: a value with the control character %q cannot be sent",
					strings.ToLower(name), value[i])
			}
		}
	}
	return ""
}
