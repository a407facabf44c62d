package mutants

import (
	"net/http"
	"slices"
	"time"
)

// refusalVariations refuse with other statuses and other bodies.
func refusalVariations() []Variation {
	plain := func(media, body string) func(http.Handler) http.Handler {
		return eachRefusal(func(_ *call, a *answer) *answer {
			return &answer{status: a.status, header: http.Header{"Content-Type": {media}}, body: []byte(body)}
		})
	}
	return []Variation{
		{ID: "credentials-403", Summary: "refuses bad credentials with 403",
			Apply: restatusRefusals(func(_ *call, status int) int { return change(status, 401, 403) })},
		{ID: "workspace-404", Summary: "answers 404 where the workspace is missing",
			Apply: restatusRefusals(func(c *call, status int) int {
				if c.header.Get(wsHeader) == "" {
					return change(status, 400, 404)
				}
				return status
			})},
		{ID: "workspace-401", Summary: "takes the workspace for a credential and answers 401 without it",
			Apply: restatusRefusals(func(c *call, status int) int {
				if c.header.Get(wsHeader) == "" {
					return change(status, 400, 401)
				}
				return status
			})},
		{ID: "bodies-422", Summary: "refuses bad bodies with 422",
			Apply: restatusRefusals(func(c *call, status int) int {
				if c.header.Get(wsHeader) != "" {
					return change(status, 400, 422)
				}
				return status
			})},
		{ID: "refusals-400", Summary: "refuses everything with 400",
			Apply: restatusRefusals(func(_ *call, status int) int { return 400 })},
		{ID: "foreign-agents-403", Summary: "answers 403 for agents that it does not show",
			Apply: restatusRefusals(func(c *call, status int) int {
				if c.id != "" {
					return change(status, 404, 403)
				}
				return status
			})},
		{ID: "unknown-agents-410", Summary: "answers 410 for unknown agents",
			Apply: restatusRefusals(func(c *call, status int) int {
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
			Apply: eachRefusal(func(_ *call, a *answer) *answer {
				return &answer{status: a.status,
					header: http.Header{}}
			})},
		{ID: "refusals-problem", Summary: "refuses with application/problem+json",
			Apply: eachRefusal(func(_ *call, a *answer) *answer {
				refusal := reply(a.status, map[string]any{"type": "about:blank",
					"title": http.StatusText(a.status), "status": a.status})
				refusal.header.Set("Content-Type", "application/problem+json")
				return refusal
			})},
		{ID: "refusals-list", Summary: "refuses with a JSON list of strings",
			Apply: eachRefusal(func(_ *call, a *answer) *answer { return reply(a.status, []any{"rejected"}) })},
		{ID: "too-many-requests", Summary: "answers 429 to every seventh request, to be tried again at once",
			Apply: limited(func(a *answer) *answer {
				a.header.Set("Retry-After", "0")
				return a
			})},
		{ID: "too-many-requests-until", Summary: "answers 429 to every seventh request, with a time in the body",
			Apply: limited(func(a *answer) *answer {
				a.body = encode(map[string]any{"error": map[string]any{
					"code": "rate_limit_exceeded", "message": "Too many requests.",
					"reset_at": time.Unix(0, 0).UTC().Format(time.RFC3339), // has passed
				}})
				return a
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

// eachRefusal changes every 4xx of the API's own operations.
func eachRefusal(f func(*call, *answer) *answer) func(http.Handler) http.Handler {
	return always(func(c *call) *answer {
		a := c.forward()
		if !a.refused() {
			return a
		}
		return f(c, a)
	})
}

func restatusRefusals(f func(c *call, status int) int) func(http.Handler) http.Handler {
	return eachRefusal(func(c *call, a *answer) *answer {
		a.status = f(c, a.status)
		return a
	})
}

// limited answers 429 to every seventh request, and does nothing of it.
func limited(f func(*answer) *answer) func(http.Handler) http.Handler {
	return plant(func() func(*call) *answer {
		n := &counter{}
		return func(c *call) *answer {
			if n.every(7) {
				return f(fail(http.StatusTooManyRequests, "slow down"))
			}
			return c.forward()
		}
	})
}

// refuseReferences refuses bodies that are good but for what they refer to.
func refuseReferences(match func(body map[string]any) bool) func(http.Handler) http.Handler {
	return always(func(c *call) *answer {
		if slices.Contains([]operation{create, update}, c.op) && match(c.body()) {
			return fail(http.StatusUnprocessableEntity, "no such reference")
		}
		return c.forward()
	})
}
