package mutants

import (
	"net/http"
	"strings"
)

// gatewayVariations are what stands in front of a backend: proxies, gateways and caches.
func gatewayVariations() []Variation {
	return []Variation{
		{ID: "doubled-headers-joined", Summary: "joins the values of a doubled header into one (RFC 9110 §5.3)",
			Apply: stateless(func(c *call) *response {
				joinHeaders(c.header)
				return c.forward()
			})},
		{ID: "unavailable-at-times", Summary: "returns 503 and a Retry-After for one request in two hundred",
			Apply: unavailable(200, http.StatusServiceUnavailable, "0")},
		{ID: "bad-gateway-at-times", Summary: "returns 502 for one request in two hundred",
			Apply: unavailable(200, http.StatusBadGateway, "")},
		{ID: "refusals-with-more-members", Summary: "refuses with more members than the error needs",
			Apply: eachRefusal(func(c *call, resp *response) *response {
				refusal := jsonResponse(resp.status, map[string]any{
					"error": map[string]any{"code": "E_INVALID", "message": "refused", "traceId": "c0ffee",
						"fields": []any{map[string]any{"path": []any{"llmModel"}, "location": "body"}}},
					"statusCode": resp.status, "path": c.url.Path, "timestamp": "2025-01-19T02:57:27.923Z"})
				refusal.header.Set("Content-Type", "application/json; charset=utf-8")
				return refusal
			})},
		{ID: "trailing-newline", Summary: "ends JSON with a newline",
			Apply: eachResponse(func(_ *call, resp *response) {
				if len(resp.body) > 0 {
					resp.body = append(resp.body, '\n')
				}
			})},
		{ID: "cache-headers", Summary: "responds with the headers of a cache, and with an entity tag for each body",
			Apply: eachResponse(func(_ *call, resp *response) {
				resp.header.Set("Vary", "Accept-Encoding, X-Workspace-Id")
				resp.header.Set("Age", "0")
				resp.header.Set("Via", "1.1 gateway")
				resp.header.Set("Etag", `"v1"`)
			})},
		{ID: "workspaces-by-key", Summary: "refuses requests in a workspace that the key is not for, with 403",
			Apply: stateful(func() func(*call) *response {
				own := &memory[string]{}
				return func(c *call) *response {
					ws := c.header.Get(wsHeader)
					if first, known := own.lookup(c.header.Get(keyHeader)); known && ws != "" && ws != first &&
						c.header.Get(keyHeader) != "" {
						return errorResponse(http.StatusForbidden, "not your workspace")
					}
					resp := c.forward()
					if resp.ok() {
						own.first(c.header.Get(keyHeader), ws)
					}
					return resp
				}
			})},
		{ID: "reads-behind", Summary: "serves the first two reads after a write from a copy that lags behind",
			Lags: true, Apply: lagging(2, read)},
		{ID: "lists-behind", Summary: "serves the first two lists after a write from a copy that lags behind",
			Lags: true, Apply: lagging(2, list)},
		{ID: "all-behind", Summary: "serves the first read and list after a write from a copy that lags behind",
			Lags: true, Apply: lagging(1, read, list)},
	}
}

// joinHeaders makes one value of the values of each header.
func joinHeaders(h http.Header) {
	for _, name := range []string{keyHeader, wsHeader} {
		if values := h.Values(name); len(values) > 1 {
			h.Set(name, strings.Join(values, ", "))
		}
	}
}

// unavailable answers each n-th request with a status, and does not execute it.
func unavailable(n, status int, retryAfter string) func(http.Handler) http.Handler {
	return stateful(func() func(*call) *response {
		requests := &counter{}
		return func(c *call) *response {
			if !requests.every(n) {
				return c.forward()
			}
			resp := errorResponse(status, "try again")
			if retryAfter != "" {
				resp.header.Set("Retry-After", retryAfter)
			}
			return resp
		}
	})
}
