package proxy

import (
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// DefaultTimeout is how long an upstream may take to begin its answer.
const DefaultTimeout = 5 * time.Minute

// Options are the settings of a proxy.
type Options struct {
	// Upstream is where all requests go, whatever they name: a scheme, a host, and the path that those of
	// requests are appended to. It has no user, query or fragment.
	Upstream *url.URL
	// PreserveHost sends the Host that the client has sent, in place of the upstream's.
	PreserveHost bool
	// Forwarded adds X-Forwarded-For, X-Forwarded-Host and X-Forwarded-Proto. Those that the client has sent
	// are passed on in any case.
	Forwarded bool
	// TLS is how an upstream with https is trusted. Nil is as the system does.
	TLS *tls.Config
	// Timeout bounds how long the upstream may take to begin its answer, once it has the request. 0 is as long
	// as the client waits.
	Timeout time.Duration
}

// New returns a handler that passes requests on, safe for concurrent use. Where the upstream does not answer, it
// answers itself: 502, or 504 after Options.Timeout. It then calls the method Unanswered(reason string) of its
// http.ResponseWriter, if that has one.
func New(o Options) http.Handler {
	f := &forwarder{options: o, base: strings.TrimSuffix(o.Upstream.EscapedPath(), "/")}
	// Environment variables name proxies on the way to the upstream. They are looked at once.
	via, _ := http.ProxyFromEnvironment(&http.Request{URL: o.Upstream})
	f.whole = via != nil && o.Upstream.Scheme == "http"
	f.reverse = &httputil.ReverseProxy{
		Rewrite: f.rewrite, Transport: f.transport(via), FlushInterval: -1, BufferPool: &buffers{},
		ErrorHandler: f.unanswered, ErrorLog: log.New(io.Discard, "", 0),
	}
	return f
}

// forwarder is the proxy.
type forwarder struct {
	options Options
	base    string // the path of the upstream, without a slash at the end
	whole   bool   // a proxy on the way wants whole URLs as targets
	reverse *httputil.ReverseProxy
}

// name returns how messages call the upstream: without its path, which may be a secret.
func (f *forwarder) name() string { return f.options.Upstream.Scheme + "://" + f.options.Upstream.Host }

// connections is how many idle connections to the upstream are kept: those of as many clients as may be at once.
const connections = 1024

func (f *forwarder) transport(via *url.URL) *http.Transport {
	return &http.Transport{
		Proxy:                 http.ProxyURL(via),
		DialContext:           (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		TLSHandshakeTimeout:   10 * time.Second,
		TLSClientConfig:       f.options.TLS.Clone(),
		MaxIdleConns:          connections,
		MaxIdleConnsPerHost:   connections,
		IdleConnTimeout:       30 * time.Second,
		ResponseHeaderTimeout: f.options.Timeout,
		ExpectContinueTimeout: time.Second,
		DisableCompression:    true, // bodies stay as they are
		ForceAttemptHTTP2:     true,
	}
}

func (f *forwarder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	out := &writer{ResponseWriter: w, chunks: r.ProtoMajor == 1}
	if r.Method == http.MethodConnect {
		out.refuse(http.StatusMethodNotAllowed, "CONNECT is for proxies that lead anywhere; this one leads to "+
			f.name())
		return
	}
	if r.Body != nil && r.Body != http.NoBody {
		out.body = &sent{ReadCloser: r.Body, request: r}
		r.Body = out.body
	}
	f.reverse.ServeHTTP(out, r)
}

// rewrite makes the request to the upstream. It undoes what httputil does for safety where a proxy is trusted to
// say who the client is: this one says nothing, unless it is asked to.
func (f *forwarder) rewrite(r *httputil.ProxyRequest) {
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"} {
		if values, sent := r.In.Header[name]; sent {
			r.Out.Header[name] = append([]string(nil), values...)
		}
	}
	if f.options.Forwarded {
		r.SetXForwarded()
	}
	r.Out.URL = f.target(r.In)
	r.Out.Host = ""
	if f.options.PreserveHost {
		r.Out.Host = r.In.Host
	}
	if body, ok := r.In.Body.(*sent); ok {
		r.Out.Trailer = make(http.Header, len(r.In.Trailer)) // announced ones by their names
		for name := range r.In.Trailer {
			r.Out.Trailer[name] = nil
		}
		body.trailer = r.Out.Trailer
	}
}

// target returns the URL of a request at the upstream, with path and query exactly as they came.
func (f *forwarder) target(r *http.Request) *url.URL {
	target := r.RequestURI
	if !strings.HasPrefix(target, "/") && target != "*" { // a whole URL, of which only the path counts
		target = r.URL.RequestURI()
	}
	path, query, asked := strings.Cut(target, "?")
	u := &url.URL{Scheme: f.options.Upstream.Scheme, Host: f.options.Upstream.Host, RawQuery: query,
		ForceQuery: asked && query == ""}
	if target != "*" {
		path = f.base + path
	}
	switch {
	case f.whole:
		u.Opaque = "//" + u.Host + path
	case strings.HasPrefix(path, "//"): // which net/url takes for a host in Opaque
		u.Path, u.RawPath = r.URL.Path, r.URL.RawPath
	default:
		u.Opaque = path
	}
	return u
}

// sent is the body of a request on its way to the upstream.
type sent struct {
	io.ReadCloser
	request *http.Request
	trailer http.Header // of the request to the upstream
	broken  atomic.Bool // the client has not sent all of it
}

func (b *sent) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	switch err {
	case nil:
	case io.EOF: // then the trailers are there, announced or not
		for name, values := range b.request.Trailer {
			b.trailer[name] = values
		}
	default:
		b.broken.Store(true)
	}
	return n, err
}

// writer keeps net/http from adding headers to an answer that the upstream has not sent.
type writer struct {
	http.ResponseWriter
	body   *sent // of the request; nil for none
	chunks bool  // the client speaks a version in which only a body in chunks has trailers
}

// Unwrap lets http.ResponseController find the connection.
func (w *writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *writer) WriteHeader(status int) {
	if h := w.Header(); status >= http.StatusOK {
		for _, name := range []string{"Date", "Content-Type"} {
			if _, sent := h[name]; !sent {
				h[name] = nil
			}
		}
		if w.chunks && h["Trailer"] != nil { // an upstream with HTTP/2 may send both
			h.Del("Content-Length")
		}
	}
	w.ResponseWriter.WriteHeader(status)
}

// buffers are those that bodies pass through.
type buffers struct{ pool sync.Pool }

const bufferSize = 32 << 10

// Get implements httputil.BufferPool, as does Put.
func (b *buffers) Get() []byte {
	if buffer, ok := b.pool.Get().(*[bufferSize]byte); ok {
		return buffer[:]
	}
	return make([]byte, bufferSize)
}

func (b *buffers) Put(buffer []byte) { b.pool.Put((*[bufferSize]byte)(buffer)) }
