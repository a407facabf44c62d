package mutants

import (
	"net/http"
	"slices"
	"time"
)

// refusalVariations refuse with other statuses and bodies.
func refusalVariations() []Variation {
	plain := func(media, body string) func(http.Handler) http.Handler {
		return eachRefusal(func(_ *call, resp *response) *response {
			return &response{status: resp.status, header: http.Header{"Content-Type": {media}}, body: []byte(body)}
		})
	}
	return []Variation{
		{ID: "credentials-403", Summary: "refuses bad credentials with 403",
			Apply: setRefusalStatus(func(_ *call, status int) int { return change(status, 401, 403) })},
		{ID: "workspace-404", Summary: "returns 404 where the workspace is missing",
			Apply: setRefusalStatus(func(c *call, status int) int {
				if c.header.Get(wsHeader) == "" {
					return change(status, 400, 404)
				}
				return status
			})},
		{ID: "workspace-401", Summary: "takes the workspace for a credential and returns 401 without it",
			Apply: setRefusalStatus(func(c *call, status int) int {
				if c.header.Get(wsHeader) == "" {
					return change(status, 400, 401)
				}
				return status
			})},
		{ID: "bodies-422", Summary: "refuses bad bodies with 422",
			Apply: setRefusalStatus(func(c *call, status int) int {
				if c.header.Get(wsHeader) != "" {
					return change(status, 400, 422)
				}
				return status
			})},
		{ID: "refusals-400", Summary: "refuses everything with 400",
			Apply: setRefusalStatus(func(_ *call, status int) int { return 400 })},
		{ID: "foreign-agents-403", Summary: "returns 403 for agents that it does not show",
			Apply: setRefusalStatus(func(c *call, status int) int {
				if c.id != "" {
					return change(status, 404, 403)
				}
				return status
			})},
		{ID: "unknown-agents-410", Summary: "returns 410 for unknown agents",
			Apply: setRefusalStatus(func(c *call, status int) int {
				if c.id != "" {
					return change(status, 404, 410)
				}
				return status
			})},
		{ID: "refusals-plain-text", Summary: "refuses in plain text", Apply: plain("text/plain; charset=utf-8",
			"Bad Request\n")},
		{ID: "refusals-html", Summary: "refuses in HTML", Apply: plain("text/html",
			"<html><body><h1>Error</h1></body></html>")},
		{ID: "refusals-empty", Summary: "refuses without a body",
			Apply: eachRefusal(func(_ *call, resp *response) *response {
				return &response{status: resp.status, header: http.Header{}}
			})},
		{ID: "refusals-problem", Summary: "refuses with application/problem+json",
			Apply: eachRefusal(func(_ *call, resp *response) *response {
				refusal := jsonResponse(resp.status, map[string]any{"type": "about:blank",
					"title": http.StatusText(resp.status), "status": resp.status})
				refusal.header.Set("Content-Type", "application/problem+json")
				return refusal
			})},
		{ID: "refusals-list", Summary: "refuses with a JSON list of strings",
			Apply: eachRefusal(func(_ *call, resp *response) *response {
				return jsonResponse(resp.status,
					[]any{"rejected"})
			})},
		{ID: "too-many-requests", Summary: "returns 429 for every 41st request, to be tried again at once",
			Apply: limited(func(resp *response) *response {
				resp.header.Set("Retry-After", "0")
				return resp
			})},
		{ID: "too-many-requests-until", Summary: "returns 429 for every 41st request, with a time in the body",
			Apply: limited(func(resp *response) *response {
				resp.body = encode(map[string]any{"error": map[string]any{
					"code": "rate_limit_exceeded", "message": "Too many requests.",
					"reset_at": time.Unix(0, 0).UTC().Format(time.RFC3339), // has passed
				}})
				return resp
			})},
		{ID: "phones-looked-up", Summary: "refuses ids of phone numbers that it does not know",
			Apply: refuseReferences(func(body map[string]any) bool {
				phones, _ := body["phoneNumberIds"].([]any)
				return len(phones) > 0
			})},
		{ID: "elevenlabs-keys-tried", Summary: "refuses ElevenLabs keys that ElevenLabs does not know",
			Apply: refuseReferences(func(body map[string]any) bool {
				tts, _ := body["ttsModel"].(map[string]any)
				return tts["provider"] == "11labs_byo" && clearKey(body) != ""
			})},
	}
}

func change(status, from, to int) int {
	if status == from {
		return to
	}
	return status
}

// eachRefusal changes every 4xx response of the API's operations.
func eachRefusal(f func(*call, *response) *response) func(http.Handler) http.Handler {
	return stateless(func(c *call) *response {
		resp := c.forward()
		if !resp.refused() {
			return resp
		}
		return f(c, resp)
	})
}

func setRefusalStatus(f func(c *call, status int) int) func(http.Handler) http.Handler {
	return eachRefusal(func(c *call, resp *response) *response {
		resp.status = f(c, resp.status)
		return resp
	})
}

// limited returns 429 for every 41st request without executing it.
func limited(f func(*response) *response) func(http.Handler) http.Handler {
	return stateful(func() func(*call) *response {
		n := &counter{}
		return func(c *call) *response {
			if n.every(41) { // each one costs a run a second, for that is the least that a client waits
				return f(errorResponse(http.StatusTooManyRequests, "slow down"))
			}
			return c.forward()
		}
	})
}

// refuseReferences refuses valid bodies for what they refer to.
func refuseReferences(match func(body map[string]any) bool) func(http.Handler) http.Handler {
	return stateless(func(c *call) *response {
		if slices.Contains([]operation{create, update}, c.op) && match(c.body()) {
			return errorResponse(http.StatusUnprocessableEntity, "no such reference")
		}
		return c.forward()
	})
}
