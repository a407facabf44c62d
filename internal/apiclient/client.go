package apiclient

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/agentmock/agentmock/openapi"
)

// What the zero Options stand for.
const (
	DefaultTimeout = 30 * time.Second
	DefaultGrace   = 3 * time.Second
	DefaultMaxBody = 32 << 20
)

// MaxValues is the number of JSON values that an answer may have: each costs memory, however few
// bytes it takes in the answer.
const MaxValues = 1 << 19

// LongestPause is the longest time that a target may ask to wait for.
const LongestPause = 5 * time.Minute

// The bounds of sending a request again.
const (
	maxPauses  = 8                      // for one request
	firstRetry = 100 * time.Millisecond // doubled for each further one
)

// Options configure a Client. The zero value is usable.
type Options struct {
	// Transport carries the requests; nil: a transport of the client's own, which follows the proxy
	// settings of the environment.
	Transport http.RoundTripper
	// TLS configures the client's own transport; nil: the system's defaults.
	TLS *tls.Config
	// Connections is the number of idle connections that are kept; 0: as net/http does.
	Connections int
	// Timeout bounds one attempt, its answer included; 0: DefaultTimeout.
	Timeout time.Duration
	// Grace is how long a request with an unsafe method (RFC 9110 §9.2.1) may still take after its
	// context has ended: cut off, nobody would know what it has changed. 0: DefaultGrace.
	Grace time.Duration
	// Retries is how often a request is sent again of which nothing can have reached the target, or
	// which changes nothing and failed for a reason that may pass.
	Retries int
	// Rate bounds the requests per second; 0: no bound.
	Rate float64
	// UserAgent is sent where a request does not name that header; empty: none is. A request that
	// names it without a value is sent without it.
	UserAgent string
	// MaxBody bounds a response body in bytes, decompressed; 0: DefaultMaxBody.
	MaxBody int
	// OnPause is called before all requests are held back because of a 429, from the goroutine of
	// the request; nil: never.
	OnPause func(time.Duration)
	// Observe is called after each attempt, with its context and from its goroutine; nil: never.
	Observe func(context.Context, Attempt)
	// Now and Sleep are the client's clock; nil: time.Now and Sleep.
	Now   func() time.Time
	Sleep func(context.Context, time.Duration) error
}

// Sleep waits, and returns early with the error of a context that ends.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Client sends requests. It is safe for concurrent use; all its requests share one rate and one
// pause. Close it after use.
type Client struct {
	http                *http.Client
	options             Options
	requests, responses atomic.Int64

	mu      sync.Mutex
	limiter *rate.Limiter // spaces requests out evenly
	until   time.Time     // no request goes before: the target asked for it
}

// New returns a client.
func New(o Options) *Client {
	o.Timeout = cmp.Or(o.Timeout, DefaultTimeout)
	o.Grace = cmp.Or(o.Grace, DefaultGrace)
	o.MaxBody = cmp.Or(o.MaxBody, DefaultMaxBody)
	if o.OnPause == nil {
		o.OnPause = func(time.Duration) {}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = Sleep
	}
	if o.Transport == nil {
		o.Transport = o.transport()
	}
	limit := rate.Limit(o.Rate)
	if limit <= 0 {
		limit = rate.Inf
	}
	// A redirect is an answer of the target, and what it leads to is not the target.
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	client := &http.Client{Transport: o.Transport, CheckRedirect: stay}
	return &Client{http: client, options: o, limiter: rate.NewLimiter(limit, 1)}
}

func (o *Options) transport() *http.Transport {
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: min(o.Timeout, 10*time.Second)}).DialContext,
		TLSHandshakeTimeout: 10 * time.Second,
		TLSClientConfig:     o.TLS,
		MaxIdleConns:        o.Connections,
		MaxIdleConnsPerHost: o.Connections,
		IdleConnTimeout:     30 * time.Second,
		DisableCompression:  true, // the client decompresses itself
		ForceAttemptHTTP2:   true,
	}
}

// Close closes idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Requests returns the number of requests sent so far, retries included.
func (c *Client) Requests() int { return int(c.requests.Load()) }

// Responses returns the number of requests that were answered, be it only in part.
func (c *Client) Responses() int { return int(c.responses.Load()) }

// Do sends a request to an address as Deliver does, and sends it again where the target asks for
// patience (429), after the time that it asks for. A 429 is returned where that takes too long or
// happens too often. A request with a safe method, which changes nothing, is also sent again, as often
// as Options.Retries says, where its connection broke off or a status says that the fault is passing.
func (c *Client) Do(ctx context.Context, op *openapi.Operation, address string,
	r *openapi.Request) (*openapi.ResponseData, error) {
	var broke error // the error of an attempt that may have reached the target
	for pauses, failures := 0, 0; ; {
		res, err := c.Deliver(ctx, op.Method, address, r)
		if broke != nil && errors.As(err, new(*UndeliveredError)) {
			return nil, broke
		}
		switch {
		case err == nil && res.Status == http.StatusTooManyRequests && pauses < maxPauses:
			d := Pause(op, res.Header, res.Body, c.options.Now(), ShortestPause<<pauses)
			if d > LongestPause {
				return res, nil
			}
			c.options.OnPause(d)
			c.hold(d)
			pauses++
		case safe(op.Method) && passing(res, err) && failures < c.options.Retries && ctx.Err() == nil:
			d := firstRetry << failures
			if res != nil && res.Header.Get("Retry-After") != "" {
				d = Pause(op, res.Header, nil, c.options.Now(), d)
			}
			if d > LongestPause || c.options.Sleep(ctx, d) != nil {
				return res, err
			}
			failures++
			broke = cmp.Or(err, broke)
		default:
			return res, err
		}
	}
}

// Passing reports whether a status says that the target, or what is in front of it, is not ready, which
// may pass (RFC 9110 §15.6.3 to §15.6.5).
func Passing(status int) bool {
	return status == http.StatusBadGateway || status == http.StatusServiceUnavailable ||
		status == http.StatusGatewayTimeout
}

// passing reports whether an attempt may have failed for a reason that passes, or because the
// connection broke off.
func passing(res *openapi.ResponseData, err error) bool {
	if err == nil {
		return Passing(res.Status)
	}
	return !errors.As(err, new(*UndeliveredError)) && !errors.As(err, new(*TimeoutError)) &&
		!errors.As(err, new(*TooLongError)) && !errors.As(err, new(*UnreadableError))
}

// Deliver sends a request when rate and pauses allow it, and again where nothing of it can have
// reached the target: a second delivery could change the target twice. Of r, header and body count.
func (c *Client) Deliver(ctx context.Context, method, address string,
	r *openapi.Request) (*openapi.ResponseData, error) {
	for retries := 0; ; retries++ {
		if err := c.wait(ctx); err != nil {
			return nil, &UndeliveredError{err}
		}
		res, err := c.Attempt(ctx, method, address, r)
		retry := errors.As(err, new(*UndeliveredError)) && !errors.As(err, new(*UnsendableError))
		if !retry || retries >= c.options.Retries || ctx.Err() != nil {
			return res, err
		}
		if err := c.options.Sleep(ctx, firstRetry<<retries); err != nil {
			return nil, &UndeliveredError{err}
		}
	}
}
