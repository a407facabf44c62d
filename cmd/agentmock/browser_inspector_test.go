package main

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
)

// hostile is a name that does something where it is taken for markup.
const hostile = `<img src=x onerror="document.title='hacked'">`

// inspected is a mock with its inspector open in a browser.
type inspected struct {
	*tab
	mock *served
}

func inspect(t *testing.T, c *chromium, mock *served) *inspected {
	t.Helper()
	p := &inspected{c.open(1280, 900, "light"), mock}
	p.visit(mock.url + "/__mock/")
	p.until(`document.querySelector("#main").dataset.ready`)
	return p
}

// answered is what a mock has answered to a client that is not the page.
type answered struct {
	status int
	header http.Header
	body   string
}

// send sends a request as an app does, to which the inspector is nothing.
func (p *inspected) send(method, path, body string, headers ...string) answered {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), method, p.mock.url+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header = http.Header{"X-Api-Key": {"demo-key"}, "X-Workspace-Id": {"ws-demo"},
		"Content-Type": {"application/json"}}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	content, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return answered{res.StatusCode, res.Header, string(content)}
}

// member returns a text of an answer.
func (a answered) member(name string) string {
	var members map[string]json.RawMessage
	_ = json.Unmarshal([]byte(a.body), &members)
	var text string
	if json.Unmarshal(members[name], &text) != nil {
		return string(members[name])
	}
	return text
}

// view opens one of the inspector's views as a person does.
func (p *inspected) view(name string) {
	p.t.Helper()
	p.click(`.nav [data-view="` + name + `"]`)
	p.until(`!document.querySelector("section#` + name + `").hidden`)
}

// row returns an expression for the newest row of the list with a text; rows that are filtered out do not count.
func row(text string) string {
	return `[...document.querySelectorAll("#request-rows li:not([hidden]) .row")].find((r) => r.textContent.includes(` +
		quoted(text) + `))`
}

func startInspector(t *testing.T, flags ...string) *inspected {
	t.Helper()
	return inspect(t, startInspecting(t), startServe(t, flags...))
}

// inspectorVariable makes a test run try the inspector in a browser, as make browser does.
const inspectorVariable = "AGENTMOCK_INSPECTOR"

func startInspecting(t *testing.T) *chromium {
	t.Helper()
	if os.Getenv(inspectorVariable) == "" {
		t.Skipf("SKIPPED: make browser, which sets %s, tries the inspector in a browser", inspectorVariable)
	}
	t.Parallel()
	return startChromium(t, "the inspector")
}

// TestBrowserInspector looks at a mock by its page while requests come in, and changes it, as a person does.
func TestBrowserInspector(t *testing.T) {
	p := startInspector(t)
	id, _ := firstAgent(t, p.mock.url)
	agent := "/v1/api/agents/" + id

	p.until(row("/v1/api/agents"))
	p.listsRequests(agent)
	p.showsDetail(agent)
	p.keepsTextText()
	p.editsItem(agent, id)
	p.switchesFaults(agent)
	p.resets(agent, id)
	p.setsClock(agent)
	p.showsSessions()
	p.sendsOperation(id)
	p.isSound()
}

func (p *inspected) listsRequests(agent string) {
	p.t.Helper()
	p.text(`document.querySelector("#request-rows li").kept = true`)
	p.send("PUT", agent, `{"llmModel": "gpt-4o-mimi", "name": 5}`)
	p.until(row("PUT") + `?.classList.contains("refused")`)
	if got := p.text(row("PUT") + `.textContent`); !strings.Contains(got, "400") || !strings.Contains(got, "enum +1") {
		p.t.Errorf("the row of a refused request: %s", got)
	}
	if p.text(`[...document.querySelectorAll("#request-rows li")].some((li) => li.kept)`) != "true" {
		p.t.Error("a new request has replaced the rows that were there")
	}
	p.fill("#filter", "put 4xx")
	p.until(`document.querySelectorAll("#request-rows li:not([hidden])").length === 1`)
	p.fill("#filter", "no such thing")
	p.until(`document.querySelector("#requests-empty").textContent.includes("No request matches")`)
	p.click("#requests-empty button")
	p.until(`document.querySelectorAll("#request-rows li:not([hidden])").length > 1`)
}

func (p *inspected) showsDetail(agent string) {
	p.t.Helper()
	p.click("#request-rows .row.refused")
	p.until(`document.querySelector("#request-detail .line.at")`)
	place := p.text(`document.querySelector("#request-detail .line.at").textContent`)
	card := p.text(`document.querySelector("#request-detail .line.at + .violation").textContent`)
	near := p.text(`document.querySelector("#request-detail .allowed .near").textContent`)
	if !strings.Contains(place, "gpt-4o-mimi") || !strings.Contains(card, "agent.yaml:") || near != "gpt-4o-mini" {
		p.t.Errorf("the violation at %q: %q, near %q", place, card, near)
	}
	if got := p.text(`document.querySelector("#request-detail").textContent`); !strings.Contains(got,
		"validation_failed") || strings.Contains(got, "demo-key") {
		p.t.Errorf("the detail: %s", got)
	}
	for button, want := range map[string]string{"Copy as curl": "-X PUT", "Copy as fixture": "steps:"} {
		p.text(`(() => { navigator.clipboard.writeText = async (text) => { window.copied = text; }; })()`)
		p.text(`[...document.querySelectorAll("#request-detail button")]
			.find((b) => b.textContent === ` + quoted(button) + `).click()`)
		p.until(`window.copied?.includes(` + quoted(want) + `)`)
	}
}

// keepsTextText has names, paths and values with markup shown in every view.
func (p *inspected) keepsTextText() {
	p.t.Helper()
	body, _ := json.Marshal(map[string]any{"name": hostile, "llmModel": "gpt-5",
		"ttsModel": map[string]any{"provider": "rime", "voiceId": hostile}})
	created := p.send("POST", "/v1/api/agents", string(body))
	p.send("POST", "/v1/api/agents?x="+strings.ReplaceAll(hostile, " ", "%20"), `{"name":"`+strings.ReplaceAll(hostile,
		`"`, `'`)+`", "\u003cimg src=x onerror=alert(1)\u003e": "\u202e", "llmModel": "\u003cb\u003e"}`)
	p.until(row("onerror"))
	p.text(row("onerror") + `.click()`)
	p.until(`document.querySelector("#request-detail").textContent.includes("<img src=x")`)
	p.view("items")
	p.text(`location.hash = "#/items/agents/" + ` + quoted(created.member("_id")))
	p.until(`document.querySelector("#item-rows .row[aria-current] .name")?.textContent === ` + quoted(hostile))
	p.until(`[...document.querySelectorAll("#item-detail input")].some((i) => i.value === ` + quoted(hostile) + `)`)
	if n := p.text(`document.querySelectorAll("img:not(.brand img)").length`); n != "0" {
		p.t.Errorf("a name has become %s pictures", n)
	}
	if title := p.text(`document.title`); strings.Contains(title, "hacked") {
		p.t.Error("a name was executed")
	}
	p.send("DELETE", "/v1/api/agents/"+created.member("_id"), "")
}

func (p *inspected) editsItem(agent, id string) {
	p.t.Helper()
	before := p.send("GET", agent, "")
	p.view("items")
	p.click(`#item-rows .row[data-id="` + id + `"]`)
	p.until(`document.querySelector("#item-detail h2")?.textContent === ` + quoted(id))
	p.fill(`[id="field-/name"]`, "Renamed in the inspector")
	p.until(`document.querySelector("#item-changes").textContent === "Changes name"`)
	p.click("#item-save")
	p.until(`document.querySelector("#item-changes").textContent === "Saved."`)
	after := p.send("GET", agent, "")
	if after.member("name") != "Renamed in the inspector" || after.member("updatedAt") != before.member("updatedAt") {
		p.t.Errorf("after an edit by field: %s", after.body)
	}
	p.click(`[data-tab="json"]`)
	p.until(`document.querySelector("#item-text")`)
	text := p.text(`document.querySelector("#item-text").value`)
	p.fill("#item-text", strings.Replace(text, `"Renamed in the inspector"`, `"By hand", "status": 7`, 1))
	p.click("#item-save")
	p.until(`document.querySelector("#item-problems .violation")`)
	p.fill("#item-text", `{"name"`)
	p.click("#item-save")
	p.until(`!document.querySelector("#item-text-error").hidden`)
	text = strings.Replace(text, `"Renamed in the inspector"`, `"By hand"`, 1)
	p.fill("#item-text", strings.Replace(text, `"status": "ready"`, `"status": "error"`, 1))
	p.click("#item-save")
	p.until(`document.querySelector("#item-changes").textContent === "Saved."`)
	after = p.send("GET", agent, "")
	if after.member("name") != "By hand" || after.member("status") != "error" {
		p.t.Errorf("after an edit as JSON: %s", after.body)
	}
	p.click(`[data-tab="fields"]`)
}

func (p *inspected) switchesFaults(agent string) {
	p.t.Helper()
	p.view("faults")
	p.until(`document.querySelector("#fault-rows").textContent.includes("No faults")`)
	p.choose("#fault-operation", "getAgent")
	p.fill(`#fault-form [name="status"]`, "503")
	p.fill(`#fault-form [name="times"]`, "2")
	p.click(`#fault-form [type="submit"]`)
	p.until(`document.querySelector("#fault-rows").textContent.includes("2 of 2")`)
	if got := p.send("GET", agent, ""); got.status != 503 || got.header.Get("X-Mock-Fault") == "" {
		p.t.Errorf("the next request was answered %d %v", got.status, got.header)
	}
	p.until(`document.querySelector("#fault-rows").textContent.includes("1 of 2")`)
	p.click(`#fault-rows [role="switch"]`)
	p.until(`document.querySelector("#fault-rows tr.off")`)
	if got := p.send("GET", agent, ""); got.status != 200 {
		p.t.Errorf("with the fault off: %d", got.status)
	}
	p.click(`#fault-rows [role="switch"]`)
	p.until(`document.querySelector("#fault-rows tbody tr:not(.off)")`)
	if got := p.send("GET", agent, ""); got.status != 503 {
		p.t.Errorf("with the fault on again: %d", got.status)
	}
	p.click("#faults-off")
	p.until(`document.querySelector("#n-faults").textContent === ""`)
	p.fill(`#fault-form [name="status"]`, "299")
	p.click(`#fault-form [type="submit"]`)
	p.until(`!document.querySelector("#fault-error").hidden`)
	p.view("requests")
	p.click(`[data-only="faults"]`)
	p.until(`document.querySelectorAll("#request-rows li:not([hidden])").length === 2`)
	p.click("#request-rows li:not([hidden]) .row")
	p.until(`document.querySelector("#request-detail .note")`)
	p.click(`[data-only="all"]`)
}

func (p *inspected) resets(agent, id string) {
	p.t.Helper()
	p.view("state")
	p.fill(`#snapshot-form [name="name"]`, "by-hand")
	p.click(`#snapshot-form [type="submit"]`)
	p.until(`document.querySelector("#snapshot-rows").textContent.includes("by-hand")`)
	p.click("#reset")
	p.until(`document.querySelector("#toast").textContent.includes("as at start")`)
	if got := p.send("GET", agent, ""); got.member("name") == "By hand" {
		p.t.Error("the reset did nothing")
	}
	p.click(`#snapshot-rows [aria-label="Restore by-hand"]`)
	p.until(`document.querySelector("#toast").textContent.includes("that of by-hand")`)
	if got := p.send("GET", agent, ""); got.member("name") != "By hand" {
		p.t.Errorf("the snapshot was not restored: %s", got.body)
	}
	p.click("#reset-workspace")
	p.until(`document.querySelector("#toast").textContent.includes("ws-demo is as at start")`)
	before := p.text(`document.querySelector("#n-items").textContent`)
	p.fill(`#seed-form [name="count"]`, "7")
	p.fill(`#seed-form [name="seed"]`, "18446744073709551615")
	p.click(`#seed-form [type="submit"]`)
	p.until(`document.querySelector("#toast").textContent.includes("7 items added")`)
	p.view("items")
	p.until(`document.querySelectorAll("#item-rows .row").length === ` + before + ` + 7`)
}

func (p *inspected) setsClock(agent string) {
	p.t.Helper()
	p.view("state")
	p.click(`[data-clock="hold"]`)
	p.until(`document.querySelector("#clock-state").textContent === "held"`)
	p.fill(`#clock-form [name="time"]`, "2031-02-03T04:05:06Z")
	p.click(`#clock-form [type="submit"]`)
	p.until(`document.querySelector("#clock-time").textContent.startsWith("2031-02-03 04:05:06")`)
	p.click(`[data-advance="1h"]`)
	p.until(`document.querySelector("#clock-now").textContent.includes("05:05:06")`)
	got := p.send("PUT", agent, `{"llmModel":"gpt-5"}`).member("updatedAt")
	if !strings.HasPrefix(got, "2031-02-03T05:05:06") {
		p.t.Errorf("after the clock was set, updatedAt is %s", got)
	}
	p.click(`[data-clock="system"]`)
	p.until(`document.querySelector("#clock-state").textContent === "running"`)
}

func (p *inspected) showsSessions() {
	p.t.Helper()
	const session = "X-Mock-Session"
	p.send("GET", "/v1/api/agents?worker=1", "", session, "worker-1")
	p.view("sessions")
	p.until(`document.querySelector("#session-rows").textContent.includes("worker-1")`)
	p.click(`[aria-label="Show worker-1"]`)
	p.view("requests")
	p.until(`document.querySelectorAll("#request-rows .row").length === 1`)
	p.send("GET", "/v1/api/agents?shared=1", "")
	p.send("GET", "/v1/api/agents?worker=2", "", session, "worker-1")
	p.until(row("worker=2"))
	if p.text(row("shared=1")) != "undefined" {
		p.t.Error("a session shows a request of the shared one")
	}
	p.view("sessions")
	p.click(`[aria-label="End worker-1"]`)
	p.until(`document.querySelector("#session-rows").textContent.includes("No sessions")`)
	p.view("requests")
	p.until(row("shared=1"))

	// One that its owner ends while it is shown must not begin anew because the page looks at it.
	p.view("sessions")
	p.fill(`#session-form [name="name"]`, "worker-2")
	p.click(`#session-form [type="submit"]`)
	p.until(`document.querySelector("#session-rows").textContent.includes("worker-2")`)
	p.until(`document.querySelector("#session").value === "worker-2"`)
	p.text(`(async () => {
		const calls = () => performance.getEntriesByType("resource").length;
		performance.clearResourceTimings(); // of which a browser keeps 250
		for (let n = -1; n !== calls();) { n = calls(); await new Promise((done) => setTimeout(done, 500)); }
	})()`) // what is under way would come after the end
	if ended := p.send("DELETE", "/__mock/sessions/worker-2", ""); ended.status != 204 {
		p.t.Errorf("worker-2 ends with %d %s", ended.status, ended.body)
	}
	p.until(`document.querySelector("#session").value === ""`)
	if left := p.send("GET", "/__mock/sessions", ""); left.body != `{"sessions":[]}` {
		p.t.Errorf("after its end: %s", left.body)
	}
}

func (p *inspected) sendsOperation(id string) {
	p.t.Helper()
	p.view("operations")
	p.click(`#operation-rows .row[href="#/operations/updateAgent"]`)
	p.until(`document.querySelector("#operation-detail form")`)
	p.fill(`#operation-detail [name="path:agentId"]`, id)
	p.click(`#operation-detail [type="submit"]`)
	p.until(`document.querySelector("#answer-status")?.textContent === "200"`)
	p.choose(`#operation-detail [name="prefer"]`, "code=400")
	p.click(`#operation-detail [type="submit"]`)
	p.until(`document.querySelector("#answer-status")?.textContent === "400"`)
}
