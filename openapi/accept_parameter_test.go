package openapi

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"testing"
)

// TestAcceptedParametersAreValid: what is plainly right needs no second look, which finds nothing
// either.
func TestAcceptedParametersAreValid(t *testing.T) {
	t.Parallel()
	texts := append(slices.Clone(someTexts), " ", " 1 ", "1 ", "-0", "1.50", "1e2", "01", "+1", "1e2000", "[1]",
		"{}", "\xff", "\ufffd", "true ", "a,b", "TRUE", "-1.5", "9007199254740993")
	accepted := 0
	for _, schema := range []string{
		"{type: string}", "{type: integer}", "{type: number, minimum: 1}", "{type: boolean}",
		"{type: [integer, 'null']}", "{type: [string, integer], maximum: 1}", "{type: string, maxLength: 1}",
		"{type: string, pattern: '^[^a]*$'}", "{type: integer, format: int32}", "{type: string, enum: ['1', a]}",
		"{type: [boolean, number]}", "{enum: [1, a]}", "{type: array, items: {type: integer}}", "{type: object}",
		"{type: string, format: date-time}", "{type: string, not: {const: '1'}}", "{}",
	} {
		for i, shape := range []string{"in: path, required: true", "in: query", "in: query, required: true",
			"in: query, allowEmptyValue: true", "in: header", "in: header, required: true", "in: cookie",
			"in: path, required: true, style: label"} {
			name := map[bool]string{true: "x", false: "X-Odd-name"}[i%2 == 0]
			doc, err := Parse("api.yaml", fmt.Appendf(nil, "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n"+
				"  /p/{%s}:\n    get:\n      parameters: [{name: %s, %s, schema: %s}]\n"+
				"      responses: {'204': {description: d}}\n",
				name, name, shape, schema))
			if err != nil {
				t.Fatal(err)
			}
			p := doc.Operations[0].Parameters[0]
			for _, text := range texts {
				r := &Request{Path: map[string]string{name: text}, Query: url.Values{name: {text}},
					Header: http.Header{}}
				r.Header.Add(name, text)
				for range 2 {
					slow := p.validateTexts(p.values(r), RequestView)
					if p.acceptedIn(r, RequestView) {
						accepted++
						if len(slow) > 0 {
							t.Errorf("%s %s: %q is accepted, but %v", shape, schema, text, slow)
						}
					}
					r.Query.Add(name, pick(rand.New(rand.NewPCG(1, uint64(i))), texts))
					r.Header.Add(name, "more")
				}
			}
			if r := (&Request{}); p.acceptedIn(r, RequestView) && len(p.validateTexts(p.values(r), RequestView)) > 0 {
				t.Errorf("%s %s: nothing is accepted", shape, schema)
			}
		}
	}
	if accepted < 500 {
		t.Errorf("only %d are accepted", accepted)
	}
}

func TestCarriedCredentialsAreValid(t *testing.T) {
	t.Parallel()
	for _, c := range []*Credential{
		{In: "header", Name: "x-key", key: "X-Key"}, {In: "query", Name: "key", key: "key"},
		{In: "header", Name: "Authorization", key: "Authorization", Prefix: "Bearer "},
		{In: "cookie", Name: "c", key: "c"},
	} {
		for _, text := range []string{"", " ", "k", " k ", "Bearer", "Bearer ", "bearer k", "Bearer  ", "Basic k",
			"BEARER \tk"} {
			r := &Request{Header: http.Header{c.key: {text}}, Query: url.Values{c.key: {text}}}
			if c.carriedBy(r) != (c.In != "cookie" && len(c.Secrets(r)) == 1) {
				t.Errorf("%+v: %q is carried: %t", c, text, c.carriedBy(r))
			}
			r.Header.Add(c.key, "Bearer other")
			r.Query.Add(c.key, "Bearer other")
			if c.carriedBy(r) {
				t.Errorf("%+v: two are carried", c)
			}
		}
	}
}
