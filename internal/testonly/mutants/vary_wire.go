package mutants

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strings"
	"time"
)

// wireVariations differ in headers and in how bytes travel.
func wireVariations() []Variation {
	labelled := func(media string) func(http.Handler) http.Handler {
		return relabel(media, create, read, update, list)
	}
	return []Variation{
		{ID: "charset", Summary: "labels JSON with a charset", Apply: labelled("application/json; charset=utf-8")},
		{ID: "charset-capitals", Summary: "labels JSON with a charset in capitals and no blank",
			Apply: labelled("application/json;charset=UTF-8")},
		{ID: "media-type-bare", Summary: "labels JSON application/json and nothing else",
			Apply: labelled("application/json")},
		{ID: "media-type-capitals", Summary: "labels JSON in capitals", Apply: labelled("Application/JSON")},
		{ID: "extra-headers", Summary: "answers with more headers, a cookie among them",
			Apply: eachAnswer(func(_ *call, a *answer) {
				a.header.Set("X-Request-Id", "c0ffee")
				a.header.Set("Etag", `W/"7"`)
				a.header.Set("X-Ratelimit-Remaining", "59")
				a.header.Set("Cache-Control", "no-store")
				a.header.Add("Set-Cookie", "sid=1; Path=/; HttpOnly")
			})},
		{ID: "connection-closed", Summary: "closes the connection after each answer",
			Apply: eachAnswer(func(_ *call, a *answer) { a.header.Set("Connection", "close") })},
		{ID: "gzip", Summary: "compresses answers for clients that take it",
			Apply: eachAnswer(func(c *call, a *answer) {
				if !strings.Contains(c.header.Get("Accept-Encoding"), "gzip") || len(a.body) == 0 {
					return
				}
				var buf bytes.Buffer
				z := gzip.NewWriter(&buf)
				z.Write(a.body)
				z.Close()
				a.body = buf.Bytes()
				a.header.Set("Content-Encoding", "gzip")
			})},
		{ID: "chunked", Summary: "sends answers in pieces and does not state their length",
			Apply: func(inner http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					newCall(inner, r).forward().writeInPieces(w)
				})
			}},
		{ID: "slow", Summary: "takes two milliseconds longer for every answer", Apply: Delayed(2 * time.Millisecond)},
	}
}

func eachAnswer(f func(*call, *answer)) func(http.Handler) http.Handler {
	return always(func(c *call) *answer {
		a := c.forward()
		f(c, a)
		return a
	})
}

// writeInPieces sends the answer in three chunks.
func (a *answer) writeInPieces(w http.ResponseWriter) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.Header().Del("Content-Length")
	w.WriteHeader(a.status)
	flusher, _ := w.(http.Flusher)
	for rest := a.body; len(rest) > 0; {
		n := min(len(rest), len(a.body)/3+1)
		w.Write(rest[:n])
		rest = rest[n:]
		if flusher != nil {
			flusher.Flush()
		}
	}
}
