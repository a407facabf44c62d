package main

import (
	"fmt"
	"strings"
	"testing"
)

// TestBrowserInspectorKeyboard goes through the page without a mouse.
func TestBrowserInspectorKeyboard(t *testing.T) {
	p := startInspector(t)
	id, _ := firstAgent(t, p.mock.url)
	p.send("PUT", "/v1/api/agents/"+id, `{"llmModel": 5}`)
	p.until(row("PUT"))
	p.press("Tab")
	if got := p.focused(); got != "a#skip.skip" {
		t.Errorf("the first stop is %s", got)
	}
	seen := map[string]bool{}
	for range 40 {
		seen[p.focused()] = true
		if p.text(`getComputedStyle(document.activeElement).outlineStyle`) == "none" {
			t.Errorf("%s shows no focus", p.focused())
		}
		p.press("Tab")
		if p.text(`document.activeElement === document.body`) == "true" {
			break
		}
	}
	for _, stop := range []string{"select#session", "select#workspace", "button#theme.quiet", "input#filter",
		"button#clear.quiet"} {
		if !seen[stop] {
			t.Errorf("Tab does not reach %s, only %v", stop, seen)
		}
	}
	p.press("/")
	if got := p.focused(); got != "input#filter" {
		t.Fatalf("/ leads to %s", got)
	}
	p.press("p", "u", "t")
	p.until(`document.querySelectorAll("#request-rows li:not([hidden])").length === 1`)
	p.press("Escape")
	p.until(`document.querySelectorAll("#request-rows li:not([hidden])").length === 2`)
	p.press("ArrowDown", "ArrowDown", "ArrowUp", "Enter")
	p.until(`document.querySelector("#request-detail .violation")`)
	p.press("End") // the detail follows
	p.until(`document.querySelector("#request-detail h2")?.textContent === "/v1/api/agents"`)
	p.isSound()
}

// TestBrowserInspectorFull fills the journal while the page is open.
func TestBrowserInspectorFull(t *testing.T) {
	p := startInspector(t)
	for i := range 1300 {
		p.send("GET", fmt.Sprintf("/v1/api/agents?n=%d", i), "")
	}
	p.until(row("n=1299"))
	if n := p.text(`document.querySelectorAll("#request-rows .row").length`); n != "1000" {
		t.Errorf("%s rows", n)
	}
	p.text(`document.querySelectorAll("#request-rows li").forEach((li) => { li.kept = true; })`)
	p.send("GET", "/v1/api/agents?one=more", "")
	p.until(row("one=more"))
	if n := p.text(`[...document.querySelectorAll("#request-rows li")].filter((li) => li.kept).length`); n != "999" {
		t.Errorf("one more request has left %s of 1000 rows", n)
	}
	// What filters says so at once; how long a browser takes to draw it depends on the machine.
	p.fill("#filter", "n=12")
	p.until(`document.querySelectorAll("#request-rows li:not([hidden])").length === 100`)
	p.isSound()
}

// TestBrowserInspectorToken opens the page of a mock that asks for a token.
func TestBrowserInspectorToken(t *testing.T) {
	p := startInspectorAsking(t, "sesame")
	p.until(`document.querySelector("#token").open`)
	if got := p.text(`document.body.textContent`); strings.Contains(got, "Call agent API") {
		t.Error("the page has data before the token is told")
	}
	p.fill("#token-value", "guess")
	p.press("Enter")
	p.until(`document.querySelector("#token").open && !document.querySelector("#token-error").hidden`)
	p.fill("#token-value", "sesame")
	p.press("Enter")
	p.until(`document.querySelector("#main").dataset.ready && !document.querySelector("#token").open`)
	firstAgent(t, p.mock.url)
	p.until(row("/v1/api/agents"))
	p.ask("Page.reload", params{}, nil)
	p.until(`document.querySelector("#main").dataset.ready`)
	p.until(row("/v1/api/agents"))
	p.isSound()
}

func startInspectorAsking(t *testing.T, token string) *inspected {
	t.Helper()
	c, mock := startInspecting(t), startServe(t, "--control-token", token)
	p := &inspected{c.open(1280, 900, "dark"), mock}
	p.visit(mock.url + "/__mock/")
	return p
}

// TestBrowserInspectorJSON wants the page's editor to keep what JavaScript's own reading of JSON loses.
func TestBrowserInspectorJSON(t *testing.T) {
	p := startInspector(t)
	for _, row := range []struct{ call, want string }{
		{`compact(' { "b" : 1.0 , "a" : [ 12345678901234567890.10 , "\\u00e9 ] }" ] , "2" : {} , "1" : [ ] } ')`,
			`{"b":1.0,"a":[12345678901234567890.10,"\u00e9 ] }"],"2":{},"1":[]}`},
		{`pretty('{"a":[1e400,{"b":"\\\\"}],"c":{}}')`,
			"{\n  \"a\": [\n    1e400,\n    {\n      \"b\": \"\\\\\"\n    }\n  ],\n  \"c\": {}\n}"},
		{`put('{"a":{"b/c":[1.0,2]},"z":0}', "/a/b~1c/1", "3.0")`, `{"a":{"b/c":[1.0,3.0]},"z":0}`},
		{`put('{"a":1}', "/b/~0", "true")`, `{"a":1,"b":{"~":true}}`},
		{`put('{"a":{"b":1,"c":2}}', "/a/b", undefined)`, `{"a":{"c":2}}`},
		{`put('{"__proto__":1}', "/__proto__", "2")`, `{"__proto__":2}`},
		{`changes('{"a":1.0,"b":[1, 2],"c":3}', '{"a":1.00,"b":[1,2],"d":"x"}')`, `{"a":1.00,"d":"x","c":null}`},
		{`changes('{"a":{"x":1}}', ' { "a" : { "x" : 1 } } ')`, `undefined`},
		{`at('{"a":[{"b":"c"}]}', "/a/0/b")`, `"c"`},
		{`lines('{"a":[],"b":[1]}').map((l) => (l.pointer ?? "-") + " " + l.text).join("|")`,
			` {|/a []|/b [|/b/0 1|- ]|- }`},
	} {
		if got := p.text(`import("./inspector/json.js").then((json) => json.` + row.call + `)`); got != row.want {
			t.Errorf("%s\ngot  %s\nwant %s", row.call, got, row.want)
		}
	}
	p.isSound()
}
