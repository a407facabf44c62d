package mockserver_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/mockserver"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Values come back digit for digit, members in their order, at every depth.
func TestExactRoundTrip(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine at a time does this")
	}
	t.Parallel()
	values := []string{
		`{"b":1,"a":2,"B":3,"10":4,"9":5,"":6}`,
		`{"n":[1,1.0,1.10,-0,0.1,1e2,1E+2,1e-7,123456789012345678901234567890,0.30000000000000004,9007199254740993]}`,
		`{"deep":` + strings.Repeat(`[`, 61) + strings.Repeat(`]`, 61) + `}`,
		`{"s":["","\u0000\u0001","\"\\/","é","é","مرحبا","👩‍👩‍👧‍👦","𝄞","<script>&amp;</script>","'; DROP TABLE agents; --","\u202eabc","\ufeff"]}`,
		`{"t":[true,false,null],"o":{},"l":[],"nested":{"o":{"o":{"l":[[],[{}]]}}}}`,
		`{"long":"` + strings.Repeat("long ", 20_000) + `"}`,
		`{"__proto__":{"a":1},"constructor":1,"_id":"x","createdAt":"x","elevenLabs":1}`,
	}
	c := start(t, mockserver.Options{})
	for i, v := range values {
		parsed, err := jsonvalue.Parse([]byte(v), jsonvalue.Limits{})
		if err != nil {
			t.Fatalf("value %d: %v", i, err)
		}
		want := string(jsonvalue.Marshal(parsed))
		for _, field := range []string{"settings", "variables"} {
			created := c.send("POST", agents, strings.Replace(minimalAgent, "{",
				fmt.Sprintf(`{%q:%s,`, field, v), 1)).want(201)
			created.holds(map[string]string{"/" + field: want})
			path := agents + "/" + created.text("/_id")
			c.send("PUT", path, fmt.Sprintf(`{"llmModel":"gpt-5",%q:{}}`,
				field)).want(200).holds(map[string]string{"/" + field: "{}"})
			c.send("PUT", path, fmt.Sprintf(`{"llmModel":"gpt-5",%q:%s}`, field,
				v)).want(200).holds(map[string]string{"/" + field: want})
			c.send("GET", path, "").want(200).holds(map[string]string{"/" + field: want})
			if list := string(c.send("GET", agents, "").want(200).body); !strings.Contains(list, want) {
				t.Errorf("value %d is not in the list as it was sent", i)
			}
			if state := string(c.State()); !strings.Contains(state, want) {
				t.Errorf("value %d is not in the state as it was sent", i)
			}
			if err := c.SetState(c.State()); err != nil {
				t.Fatal(err)
			}
			c.send("GET", path, "").want(200).holds(map[string]string{"/" + field: want})
			c.send("DELETE", path, "").want(204)
		}
	}
}

func TestNamesOfAnyText(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	path := c.created(minimalAgent)
	for _, name := range []string{"", " ", "ﷺ", "a\u0301", "\u202e", strings.Repeat("n", 10_000), "{{agent}}",
		"${x}", "%s%d", `\`} {
		body := string(jsonvalue.Marshal(jsonvalue.ObjectOf("llmModel", "gpt-5", "name", name)))
		c.send("PUT", path, body).want(200)
		if got := c.send("GET", path, "").want(200).text("/name"); got != name {
			t.Errorf("%q came back as %q", name, got)
		}
	}
}

const clear1, clear2 = "sk-CLEAR-SECRET-0001-abcdefghijklmnop", "sk-CLEAR-SECRET-0002-abcdefghijklmnop"

func withKey(provider, key string) string {
	return fmt.Sprintf(`"ttsModel":{"provider":%q,"voiceId":"v","elevenLabsApiKey":%q}`, provider, key)
}

func TestSecretsAreTokens(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	const pointer = "/ttsModel/elevenLabsApiKey"
	created := c.send("POST", agents, `{"name":"A","llmModel":"gpt-5",`+withKey("11labs_byo", clear1)+`}`).want(201)
	path, token := agents+"/"+created.text("/_id"), created.text(pointer)
	if !strings.HasPrefix(token, "enc_") || len(token) < 20 {
		t.Errorf("token %q", token)
	}
	same := map[string]string{pointer: `"` + token + `"`}
	c.send("GET", path, "").want(200).holds(same)
	c.send("PUT", path, `{"llmModel":"gpt-5","name":"B"}`).want(200).holds(same)
	c.send("GET", agents, "").want(200).holds(map[string]string{"/0" + pointer: same[pointer]})

	written := c.send("PUT", path, `{"llmModel":"gpt-5",`+withKey("11labs_byo", clear1)+`}`).want(200).text(pointer)
	if written == token {
		t.Error("the same secret written again has the same token, which tells that it is the same")
	}
	c.send("PUT", path,
		`{"llmModel":"gpt-5","ttsModel":{"provider":"11labs_byo"}}`).want(200).holds(map[string]string{pointer: ""})
	for _, provider := range []string{"openai", "", "11LABS_BYO", "11labs_byo "} {
		c.send("PUT", path, `{"llmModel":"gpt-5",`+withKey(provider,
			clear2)+`}`).want(200).holds(map[string]string{pointer: "", "/ttsModel/voiceId": `"v"`})
		c.send("POST", agents, `{"name":"A","llmModel":"gpt-5",`+withKey(provider,
			clear2)+`}`).want(201).holds(map[string]string{pointer: ""})
	}
	c.send("PUT", path,
		`{"llmModel":"gpt-5","ttsModel":{"elevenLabsApiKey":"`+clear2+`"}}`).want(200).holds(map[string]string{pointer: ""})

	refusals := []string{
		`{"llmModel":"nope",` + withKey("11labs_byo", clear1) + `}`,
		`{"llmModel":"` + clear1 + `",` + withKey("11labs_byo", clear1) + `}`,
		`{"llmModel":"gpt-5","ttsModel":{"elevenLabsApiKey":["` + clear1 + `"]}}`,
		`{"llmModel":"gpt-5","ttsModel":{"elevenLabsApiKey":{"a":"` + clear1 + `"}}}`,
		`{"llmModel":"gpt-5","ttsModel":{"elevenLabsApiKey":"` + clear1 + `","elevenLabsApiKey":"` + clear2 + `"}}`,
		`{"llmModel":"gpt-5","ttsModel":{"elevenLabsApiKey":"` + clear1 + `"`,
		`{"llmModel":"gpt-5","ttsModel":{"elevenLabsApiKey":"` + clear1,
		`{'elevenLabsApiKey':'` + clear1 + `'}`,
		`elevenLabsApiKey=` + clear1,
	}
	for _, body := range refusals {
		r := c.send("PUT", path, body)
		if r.status < 400 || strings.Contains(string(r.body), "CLEAR") {
			t.Errorf("%s\n%d %s", body, r.status, r.body)
		}
	}
	c.with("Content-Type", "text/plain").send("PUT", path, `{"elevenLabsApiKey":"`+clear1+`"}`).refuses(415)
	c.send("PUT", agents+"/nope", `{"llmModel":"gpt-5",`+withKey("11labs_byo", clear1)+`}`).refuses(404)
	for _, place := range []string{"/__mock/requests", "/__mock/state", agents, path} {
		if r := c.send("GET", place, ""); strings.Contains(string(r.body), "CLEAR") ||
			strings.Contains(string(r.body), apiKey) {
			t.Errorf("%s shows a secret", place)
		}
	}
}

// No two secrets get the same token, even if the state is replaced in between.
func TestTokensAreGivenOnce(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	seen := map[string]bool{}
	for range 5 {
		token := c.send("POST", agents, `{"name":"A","llmModel":"gpt-5",`+withKey("11labs_byo",
			clear1)+`}`).want(201).text("/ttsModel/elevenLabsApiKey")
		if seen[token] {
			t.Errorf("%s was given twice", token)
		}
		seen[token] = true
		if err := c.SetState(c.State()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWorkspacesNeverMeet(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	one, two := c.in("ws-1"), c.in("ws-2")
	first, second := one.created(minimalAgent), two.created(strings.Replace(minimalAgent, "Renewals", "Other", 1))
	one.send("GET", agents, "").want(200).holds(map[string]string{"/0/name": `"Renewals"`,
		"/0/workspaceId": `"ws-1"`, "/1": ""})
	two.send("GET", agents, "").want(200).holds(map[string]string{"/0/name": `"Other"`,
		"/0/workspaceId": `"ws-2"`, "/1": ""})
	before := two.send("GET", second, "").want(200)
	one.send("PUT", second, `{"llmModel":"gpt-5","name":"stolen"}`).refuses(404)
	one.send("DELETE", second, "").refuses(404)
	one.send("DELETE", first, "").want(204)
	equalBytes(t, "the neighbour changed", two.send("GET", second, "").body, before.body)
	for _, odd := range []string{"ws-1/", "WS-1", "ws-1 x", "ws-1, ws-2", "*", "..", "ü"} {
		c.in(odd).send("GET", agents, "").want(200).holds(map[string]string{"": "[]"})
	}
}

func TestCreateListReadUpdateDelete(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	c.send("GET", agents, "").want(200).holds(map[string]string{"": "[]"})
	var paths []string
	for i := range 12 {
		created := c.send("POST", agents, strings.Replace(minimalAgent, "Renewals", fmt.Sprint("Agent ", i),
			1)).want(201)
		path := agents + "/" + created.text("/_id")
		if got := created.header.Get("Location"); got != path {
			t.Errorf("Location %q, want %q", got, path)
		}
		if id := created.text("/_id"); len(id) != 24 || strings.Trim(id, "0123456789abcdef") != "" {
			t.Errorf("identity %q", id)
		}
		equalBytes(t, "read after create", c.send("GET", path, "").want(200).body, created.body)
		paths = append(paths, path)
	}
	c.send("PUT", paths[3], `{"llmModel":"gpt-5","name":"changed"}`).want(200)
	c.send("DELETE", paths[5], "").want(204)
	c.send("DELETE", paths[5], "").refuses(404)
	list := c.send("GET", agents, "").want(200).value.([]any)
	if len(list) != 11 {
		t.Fatalf("%d agents", len(list))
	}
	// in order of creation
	for i, want := range []string{"Agent 0", "Agent 1", "Agent 2", "changed", "Agent 4", "Agent 6"} {
		if got, _ := jsonvalue.Lookup(list[i], "/name"); got != want {
			t.Errorf("item %d is %v, want %s", i, got, want)
		}
	}
}

// Members of a response are in the order of the document, in whatever order they were sent.
func TestOrderOfMembers(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{})
	created := c.send("POST", agents,
		`{"variables":{},"ttsModel":{"voiceId":"v","provider":"p"},"llmModel":"gpt-5","name":"A"}`).want(201)
	path := agents + "/" + created.text("/_id")
	updated := c.send("PUT", path, `{"settings":{},"llmModel":"gpt-5","name":"B"}`).want(200)
	schema := c.doc.Resource("agents").Schema
	for _, r := range []*reply{created, updated} {
		last := -1
		for _, m := range r.value.(*jsonvalue.Object).Members {
			for i, p := range schema.Properties {
				if p.Name == m.Name && i < last {
					t.Errorf("%s is out of order: %s", m.Name, r.body)
				} else if p.Name == m.Name {
					last = i
				}
			}
		}
	}
	updated.holds(map[string]string{"/ttsModel": `{"voiceId":"v","provider":"p"}`})
}

// The same requests to two servers of the same seed and clock give the same bytes.
func TestSameSeedSameAnswers(t *testing.T) {
	t.Parallel()
	run := func(seed uint64) string {
		c := start(t, mockserver.Options{Seed: seed})
		path := c.created(`{"name":"A","llmModel":"gpt-5",` + withKey("11labs_byo", clear1) + `}`)
		c.created(minimalAgent)
		c.send("PUT", path, `{"llmModel":"gpt-5","name":"B"}`).want(200)
		return string(c.State())
	}
	if a, b := run(7), run(7); a != b {
		t.Errorf("two runs of seed 7 differ:\n%s\n%s", a, b)
	}
	if a, b := run(7), run(8); a == b {
		t.Error("seeds 7 and 8 make the same")
	}
}
