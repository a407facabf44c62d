package mutants

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// freeVariations are further habits of object mappers and databases.
func freeVariations() []Variation {
	return []Variation{
		{ID: "nulls-dropped", Summary: "drops members of free objects that are null",
			Apply: inFree(dropMembers(func(v any) bool { return v == nil }))},
		{ID: "empties-dropped", Summary: "drops members of free objects that are empty lists or objects",
			Apply: inFree(dropMembers(func(v any) bool { return v != nil && emptyValue(v) }))},
		{ID: "gaps-completed", Summary: "adds 0 where a gap has no days or no hours", Apply: within(gaps, completeGap)},
		{ID: "voice-completed", Summary: "adds a language to voices that have none",
			Apply: editAgents(func(agent map[string]any) { fill("language", "en")(ttsModelOf(agent)) })},
		{ID: "token-hint", Summary: "shows the last four characters of an ElevenLabs key",
			Apply: revealKeys(func(_ *call, agent map[string]any, key string) {
				if tts := ttsModelOf(agent); tts["provider"] == "11labs_byo" {
					tts["elevenLabsApiKey"] = "****" + key[max(0, len(key)-4):]
				}
			}, create, read, update, list)},
		{ID: "doubles", Summary: "keeps numbers as 64-bit floats, and writes them as JavaScript does",
			Apply: eachContent(func(v any) any {
				n, ok := v.(json.Number)
				f, err := n.Float64()
				if !ok || err != nil {
					return v
				}
				return json.Number(shortest(f))
			})},
	}
}

// edgeVariations are habits of routers and of what is in front of a backend.
func edgeVariations() []Variation {
	return []Variation{
		{ID: "key-with-realm", Summary: "refuses bad credentials with a WWW-Authenticate and no body",
			Apply: eachRefusal(func(_ *call, resp *response) *response {
				if resp.status == http.StatusUnauthorized {
					return &response{status: resp.status,
						header: http.Header{"Www-Authenticate": {`ApiKey realm="api"`}}}
				}
				return resp
			})},
		{ID: "deprecated-headers", Summary: "announces limits and a sunset in headers",
			Apply: eachResponse(func(_ *call, resp *response) {
				resp.header.Set("Ratelimit", `"default";r=50;t=30`)
				resp.header.Set("Sunset", "Fri, 31 Dec 2027 23:59:59 GMT")
				resp.header.Set("Vary", "Accept-Encoding, Origin")
			})},
		{ID: "empty-id-lists", Summary: "lists agents where the id is empty, as routers do that ignore a last slash",
			Apply: stateless(func(c *call) *response {
				if c.request.Method == http.MethodGet && c.url.Path == collection+"/" {
					return c.list()
				}
				return c.forward()
			})},
		{ID: "empty-id-redirects", Summary: "redirects an empty id to the list with 307",
			Apply: stateless(func(c *call) *response {
				if c.url.Path == collection+"/" {
					return &response{status: http.StatusTemporaryRedirect,
						header: http.Header{"Location": {collection}}}
				}
				return c.forward()
			})},
		{ID: "long-ids-414", Summary: "refuses long ids with 414, and ids that are not UTF-8 with an empty 400",
			Apply: stateless(func(c *call) *response {
				switch {
				case len(c.id) > 255:
					return errorResponse(http.StatusRequestURITooLong, "URI too long")
				case strings.ContainsRune(c.id, '\ufffd'), strings.Contains(c.id, "\x00"):
					return &response{status: http.StatusBadRequest, header: http.Header{"Connection": {"close"}}}
				}
				return c.forward()
			})},
		{ID: "ids-in-body-refused", Summary: "refuses bodies with an _id that is not that of the path, with 409",
			Apply: stateless(func(c *call) *response {
				if id, sent := c.body()["_id"]; sent && id != c.id && c.forwardable() {
					return errorResponse(http.StatusConflict, "the ids differ")
				}
				return c.forward()
			})},
		{ID: "deleted-again-410", Summary: "returns 410 for what was deleted, and 404 for what never was",
			Apply: stateful(func() func(*call) *response {
				gone := &memory[bool]{}
				return func(c *call) *response {
					resp := c.forward()
					if c.op == remove && resp.ok() {
						gone.put(c.id, true)
					}
					if _, was := gone.lookup(c.id); was && resp.status == http.StatusNotFound {
						return errorResponse(http.StatusGone, "deleted")
					}
					return resp
				}
			})},
		{ID: "references-without-blanks",
			Summary: "refuses ids of phone numbers and voices that have blanks, or are long",
			Apply: refuseReferences(func(body map[string]any) bool {
				phones, _ := body["phoneNumberIds"].([]any)
				return slices.ContainsFunc(append(slices.Clone(phones), ttsModelOf(body)["voiceId"]), func(v any) bool {
					return strings.ContainsRune(text(v), ' ') || len(text(v)) > 64
				})
			})},
	}
}

// dropMembers removes members of objects.
func dropMembers(dropped func(any) bool) func(any) any {
	return func(v any) any {
		if o, ok := v.(map[string]any); ok {
			maps.DeleteFunc(o, func(_ string, v any) bool { return dropped(v) })
		}
		return v
	}
}

func completeGap(v any) any {
	if gap, ok := v.(map[string]any); ok {
		fill("days", 0)(gap)
		fill("hours", 0)(gap)
	}
	return v
}

// shortest writes a number with as few digits as tell it from others.
func shortest(f float64) string {
	if f == float64(int64(f)) {
		return fmt.Sprint(int64(f))
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}
