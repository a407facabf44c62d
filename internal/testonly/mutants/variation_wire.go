package mutants

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strings"
	"time"
)

// wireVariations differ in headers and in how bytes are sent.
func wireVariations() []Variation {
	labelled := func(media string) func(http.Handler) http.Handler {
		return setMediaType(media, create, read, update, list)
	}
	return []Variation{
		{ID: "charset", Summary: "labels JSON with a charset", Apply: labelled("application/json; charset=utf-8")},
		{ID: "charset-capitals", Summary: "labels JSON with a charset in upper case without a space",
			Apply: labelled("application/json;charset=UTF-8")},
		{ID: "media-type-bare", Summary: "labels JSON application/json and nothing else",
			Apply: labelled("application/json")},
		{ID: "media-type-capitals", Summary: "labels JSON in upper case", Apply: labelled("Application/JSON")},
		{ID: "extra-headers", Summary: "responds with more headers, a cookie among them",
			Apply: eachResponse(func(_ *call, resp *response) {
				resp.header.Set("X-Request-Id", "c0ffee")
				resp.header.Set("Etag", `W/"7"`)
				resp.header.Set("X-Ratelimit-Remaining", "59")
				resp.header.Set("Cache-Control", "no-store")
				resp.header.Add("Set-Cookie", "sid=1; Path=/; HttpOnly")
			})},
		{ID: "connection-closed", Summary: "closes the connection after each response",
			Apply: eachResponse(func(_ *call, resp *response) { resp.header.Set("Connection", "close") })},
		{ID: "gzip", Summary: "compresses responses for clients that take it",
			Apply: eachResponse(func(c *call, resp *response) {
				if !strings.Contains(c.header.Get("Accept-Encoding"), "gzip") || len(resp.body) == 0 {
					return
				}
				var buf bytes.Buffer
				z := gzip.NewWriter(&buf)
				z.Write(resp.body)
				z.Close()
				resp.body = buf.Bytes()
				resp.header.Set("Content-Encoding", "gzip")
			})},
		{ID: "chunked", Summary: "sends responses in chunks and does not state their length",
			Apply: func(inner http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					newCall(inner, r).forward().writeInChunks(w)
				})
			}},
		{ID: "slow", Summary: "takes two milliseconds longer for every response", Apply: Delayed(2 * time.Millisecond)},
	}
}

func eachResponse(f func(*call, *response)) func(http.Handler) http.Handler {
	return stateless(func(c *call) *response {
		resp := c.forward()
		f(c, resp)
		return resp
	})
}

// writeInChunks sends the response in three chunks.
func (resp *response) writeInChunks(w http.ResponseWriter) {
	for name, values := range resp.header {
		w.Header()[name] = values
	}
	w.Header().Del("Content-Length")
	w.WriteHeader(resp.status)
	flusher, _ := w.(http.Flusher)
	for rest := resp.body; len(rest) > 0; {
		n := min(len(rest), len(resp.body)/3+1)
		w.Write(rest[:n])
		rest = rest[n:]
		if flusher != nil {
			flusher.Flush()
		}
	}
}
