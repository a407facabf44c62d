package main

import (
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/report"
	"github.com/agentmock/agentmock/openapi"
)

// reportPage is a report in a browser.
type reportPage struct {
	*tab
	requests []string // addresses
}

// openReport writes a report and opens the file.
func openReport(t *testing.T, c *chromium, run *report.Run, fragment string) *reportPage {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.html")
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	err = report.HTML(out, run)
	if info, _ := out.Stat(); info != nil {
		t.Logf("%d fixtures, %d bytes", len(run.Report.Fixtures), info.Size())
	}
	if out.Close(); err != nil {
		t.Fatal(err)
	}
	p := &reportPage{tab: c.open(1280, 900, "light")}
	c.mu.Lock()
	c.heard[p.session] = p.hear
	c.mu.Unlock()
	p.ask("Network.enable", params{}, nil)
	began := time.Now()
	p.visit("file://" + filepath.ToSlash(file) + fragment)
	p.until(`document.querySelector("#main").dataset.ready`)
	t.Logf("shown after %s", time.Since(began).Round(time.Millisecond))
	return p
}

func (p *reportPage) hear(m cdpMessage) {
	if m.Method == "Network.requestWillBeSent" {
		var sent struct{ Request struct{ URL string } }
		_ = json.Unmarshal(m.Params, &sent)
		p.mu.Lock()
		p.requests = append(p.requests, sent.Request.URL)
		p.mu.Unlock()
	}
	p.tab.hear(m)
}

// isAlone fails the test if the page has asked for more than itself, or if something went wrong in it.
func (p *reportPage) isAlone() {
	p.t.Helper()
	p.isSound()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, address := range p.requests {
		if !strings.HasPrefix(address, "file://") || !strings.Contains(address, "/report.html") {
			p.t.Errorf("the page asks for %s", address)
		}
	}
}

// rows waits until the list shows a number of fixtures.
func (p *reportPage) rows(n int) {
	p.t.Helper()
	p.until(fmt.Sprintf(`document.querySelectorAll("#rows li").length === %d && !found.textContent.includes("…")`, n))
}

// markup does something where it is taken for such.
const markup = `</script><script>document.title="hacked"</script><!--<img src=x onerror="document.title='hacked'">` +
	"]]>\x1b[31m\u202e${1}`{{.}}"

// hostileReport is a small report in which every text that comes from elsewhere is hostile.
func hostileReport() (*contract.Report, iter.Seq2[contract.Exchange, error]) {
	finding := func(check, pointer string) contract.Finding {
		return contract.Finding{Check: check, Operation: "updateAgent",
			Request: "PUT /v1/api/agents/{agentId}" + markup,
			Status:  500, Answer: markup, Curl: "curl " + markup, Fingerprint: check + pointer,
			Violation: openapi.Violation{Rule: check, In: "body", Pointer: pointer, Message: check + ": " + markup,
				Expected: markup, Actual: map[string]any{markup: 1}, Suggestion: markup,
				Document: openapi.Position{File: "agent.yaml" + markup, Line: 12}}}
	}
	known := finding("enum", "/llmModel")
	known.Known, known.Reason = true, "a reason "+markup
	r := &contract.Report{Tool: contract.Tool{Name: "agentmock", Version: markup},
		Document: contract.DocumentInfo{Name: markup, Title: "Title " + markup, Version: markup, SHA256: markup},
		Target:   contract.TargetInfo{BaseURL: "http://127.0.0.1:1/" + markup, WorkspaceID: markup},
		Level:    "smoke", Hints: []string{markup}, Left: []string{markup}, Interrupted: true, Unreachable: markup,
		LastRequests: []contract.LastRequest{{Request: markup, Fixture: markup, Curl: markup}},
		Vanished:     []contract.Accepted{{Fingerprint: markup, Reason: markup, Message: markup}},
		LeftOut:      &contract.LeftOut{Budget: 5, Fixtures: 6, Requests: 7},
		Fixtures: []contract.Result{
			{ID: "broken", Summary: markup, Operation: "updateAgent", Source: "file", Outcome: contract.Failed,
				Repeat: "broken", Violations: []contract.Finding{finding("value-stored", "/name"),
					finding("status", ""), known}},
			{ID: "id " + markup, Operation: markup, Outcome: contract.Errored, Reason: markup},
			{ID: "skipped", Operation: "getAgent", Outcome: contract.Skipped, Reason: markup},
			{ID: "known", Operation: "updateAgent", Outcome: contract.Passed, Violations: []contract.Finding{known},
				Notes: []contract.Finding{finding("steady", "")}},
			{ID: "run-getAgent", Operation: "getAgent", Source: "run", Outcome: contract.Passed,
				Notes: []contract.Finding{finding("steady", "")}}, // which is no fixture
		}}
	r.Summary = contract.Summary{Fixtures: 4, Passed: 1, Failed: 1, Errored: 1, Skipped: 1, Violations: 2, Known: 2,
		Notes: 2, Requests: 4}
	exchanges := []contract.Exchange{
		{Number: 1, Fixture: "broken", Operation: "updateAgent", Method: "PUT" + markup,
			URL: "http://127.0.0.1:1/a?" + markup, RequestHeader: http.Header{markup: {markup}},
			RequestBody: bodyOf(`{"name": "one</script>", "n": 1.0}`), Status: 200,
			ResponseHeader: http.Header{"X": {markup}}, ResponseBody: bodyOf(markup), Duration: time.Millisecond},
		{Number: 2, Fixture: "broken", Operation: "updateAgent", Method: "GET", URL: "/", Status: 0, Error: markup},
		{Number: 3, Fixture: "known", Operation: markup, Method: "GET", URL: "/", Status: 503,
			ResponseBody: bodyOf("a needle and \xff\xfe"), Duration: time.Second},
		{Number: 4, Method: "GET", URL: "/own", Status: 200,
			ResponseBody: contract.Body{Text: []byte("[1"), Size: 9 << 20}},
	}
	return r, sequence(exchanges)
}

func bodyOf(text string) contract.Body { return contract.Body{Text: []byte(text), Size: len(text)} }

func sequence(list []contract.Exchange) iter.Seq2[contract.Exchange, error] {
	return func(yield func(contract.Exchange, error) bool) {
		for _, x := range list {
			if !yield(x, nil) {
				return
			}
		}
	}
}

// TestBrowserReport looks at a small report as a person does.
func TestBrowserReport(t *testing.T) {
	c := startInspecting(t)
	axe := fetchAxe(t)
	r, exchanges := hostileReport()
	p := openReport(t, c, &report.Run{Report: r, Exchanges: exchanges, Command: "agentmock verify"}, "")
	p.rows(6) // two of them are the run's own
	p.until(`found.textContent === "4 of 4 fixtures"`)
	p.filters()
	p.opens()
	p.hasKeys()
	p.text(`location.hash = "#overview"`)
	p.text(`document.querySelectorAll("details, .toggle[aria-expanded=false]").forEach((e) =>
		e.localName === "details" ? e.open = true : e.click())`)
	p.until(`document.querySelectorAll(".exchange").length >= 1`)
	if got := p.text(`document.querySelectorAll("img, iframe, body script:not([type]) ~ script:not([type])").length +
		document.title`); !strings.HasPrefix(got, "0Unreachable") {
		t.Errorf("a text became markup: %s", got)
	}
	p.isAccessible(axe, "report")

	p = openReport(t, c, &report.Run{Report: r}, "#fixtures?outcome=failed&open=broken")
	p.rows(1)
	p.until(`document.querySelector(".exchanges")?.textContent.includes("were not kept")`)
	p.isAlone()
}

// filters tries each way to choose fixtures, and that the address says it.
func (p *reportPage) filters() {
	p.t.Helper()
	p.fill("#q", "value-STORED")
	p.rows(1)
	p.fill("#q", "A needle") // in an exchange
	p.rows(1)
	p.until(`document.querySelector("#rows .id").textContent === "known" && location.hash === "#fixtures?q=A+needle"`)
	p.click("#clear")
	p.rows(6)
	p.click(`#outcomes [data-outcome="known"]`)
	p.rows(2)
	p.click(`#outcomes [data-outcome="errored"]`)
	p.rows(1)
	p.click("#clear")
	p.choose("#operation", "getAgent")
	p.rows(2)
	p.click("#clear")
	p.click("#map .heat5, #map .heat3, #map .heat1") // a cell of the map
	p.rows(1)
	if got := p.text(`location.hash`); !strings.Contains(got, "operation=updateAgent&check=") {
		p.t.Errorf("a cell of the map shows %s", got)
	}
	p.text(`history.back()`)
	p.rows(6)
}

// opens opens a fixture and an exchange.
func (p *reportPage) opens() {
	p.t.Helper()
	p.click(`#rows .row`)
	p.until(`document.querySelectorAll("#rows .exchange").length === 2`)
	p.until(`location.hash.includes("open=broken")`)
	p.click("#rows .exchange summary")
	p.until(`document.querySelector('#rows [aria-label="Request body"]')?.textContent ===
		'{\n  "name": "one</script>",\n  "n": 1.0\n}'`)
	p.ask("Page.reload", params{}, nil)
	p.until(`document.querySelectorAll("#rows .exchange").length === 2`)
}

func (p *reportPage) hasKeys() {
	p.t.Helper()
	p.press("/")
	if got := p.focused(); got != "input#q" {
		p.t.Fatalf("/ leads to %s", got)
	}
	p.press("s", "k", "i", "p")
	p.until(`document.querySelectorAll("#rows li").length < 5`)
	p.press("Escape")
	p.rows(6)
	p.text(`document.querySelector("#rows .row").focus()`)
	p.press("ArrowDown", "ArrowDown", "ArrowUp", "End", "Enter")
	p.until(`document.activeElement.getAttribute("aria-expanded") === "true"`)
	p.until(`document.querySelector("#rows li:last-child .exchange").textContent.includes("/own")`)
}

// isAccessible has axe look at the page in both themes and on two sizes.
func (p *reportPage) isAccessible(axe, name string) {
	p.t.Helper()
	if _, err := p.evaluate(axe); err != nil {
		p.t.Fatal(err)
	}
	for theme, width := range map[string]int{"light": 1280, "dark": 390} {
		p.resize(width, 900, theme)
		p.settled()
		if found := p.faultsOfAxe(); found != "" {
			p.t.Errorf("%s, %s: %s", theme, name, found)
		}
		if wide := p.text(`document.documentElement.scrollWidth`); wide != fmt.Sprint(width) {
			p.t.Errorf("%s, %s: %s pixels wide, not %d: %s", theme, name, wide, width, p.text(fmt.Sprintf(`
				[...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > %d &&
				!e.closest(".table, pre, .nav")).map((e) => e.localName + "." + e.className).slice(0, 9).join()`,
				width)))
		}
	}
	p.isAlone()
}

// manyFixtures returns a report with many fixtures, of which each eleventh has failed, and four exchanges for each.
func manyFixtures(n int) (*contract.Report, iter.Seq2[contract.Exchange, error]) {
	operations := []string{"listAgents", "createAgent", "getAgent", "updateAgent", "deleteAgent"}
	checks := []string{"value-stored", "status", "response-schema", "left-out-keeps", "server-error"}
	r := &contract.Report{Document: contract.DocumentInfo{Title: "Call agent API", Version: "1.0.0"},
		Target: contract.TargetInfo{BaseURL: "http://127.0.0.1:4010"}, Level: "full", DurationMS: 90_000}
	r.Summary = contract.Summary{Fixtures: n, Requests: 4 * n}
	for i := range n {
		f := contract.Result{ID: fmt.Sprintf("fixture-%04d", i), Operation: operations[i%5], Outcome: contract.Passed,
			Summary: "One of many.", Source: "derived", DurationMS: int64(i % 70)}
		if i%11 == 0 {
			f.Outcome = contract.Failed
			check := checks[i/11%5]
			place := fmt.Sprintf("/member%d", i%13)
			f.Violations = []contract.Finding{{Check: check, Operation: f.Operation, Request: "GET /v1/api/agents",
				Status: 200,
				Cause:  check + place, Violation: openapi.Violation{Rule: check, In: "body", Pointer: place,
					Message: "not what it was in " + f.ID}, Answer: "an answer", Curl: "curl " + f.ID}}
			r.Summary.Failed, r.Summary.Violations = r.Summary.Failed+1, r.Summary.Violations+1
		}
		r.Fixtures = append(r.Fixtures, f)
	}
	r.Summary.Passed = n - r.Summary.Failed
	header := http.Header{"Content-Type": {"application/json"}, "X-Request-Id": {"678c6a17c3f1e80b52d49a07"}}
	return r, func(yield func(contract.Exchange, error) bool) {
		for i := range 4 * n {
			x := contract.Exchange{Number: int64(i + 1), Fixture: r.Fixtures[i/4].ID, Operation: operations[i/4%5],
				Method: "POST", URL: "http://127.0.0.1:4010/v1/api/agents/" + fmt.Sprint(i), Status: 200 + 204*(i%7/6),
				Duration: time.Duration(1+i*i%977) * 50 * time.Microsecond, RequestHeader: header,
				ResponseHeader: header, ResponseBody: bodyOf(fmt.Sprintf(`{"_id": "needle-%05d", "name": %q}`, i,
					strings.Repeat("x", 900)))}
			if !yield(x, nil) {
				return
			}
		}
	}
}

// TestBrowserReportMany wants a report of 5,000 fixtures and 20,000 exchanges to be quick to look at.
func TestBrowserReportMany(t *testing.T) {
	c := startInspecting(t)
	r, exchanges := manyFixtures(5000)
	p := openReport(t, c, &report.Run{Report: r, Exchanges: exchanges}, "")
	// A list that has all its rows at once would take seconds.
	if rows := p.text(`document.querySelectorAll("#rows li").length`); len(rows) > 3 {
		t.Errorf("%s rows are shown at once", rows)
	}
	for _, step := range []struct{ name, act, done string }{
		{"a filter", `document.querySelector('[data-outcome="failed"]').click()`,
			`found.textContent === "455 of 5,000 fixtures"`},
		{"no filter", `document.querySelector("#clear").click()`, `found.textContent === "5,000 of 5,000 fixtures"`},
		{"a search in fixtures", `q.value = "fixture-4994"; q.dispatchEvent(new Event("input"))`,
			`found.textContent.startsWith("1 of 5,000")`},
		{"a search in exchanges", `q.value = "needle-19976"; q.dispatchEvent(new Event("input"))`,
			`found.textContent === "1 of 5,000 fixtures"`},
		{"an exchange", `document.querySelector("#rows .row").click()`,
			`document.querySelectorAll("#rows .exchange").length === 4`},
	} {
		began := time.Now()
		p.text("(() => { " + step.act + "; })()")
		p.until(step.done)
		t.Logf("%s takes %s", step.name, time.Since(began).Round(time.Millisecond))
	}
	p.isAlone()
}

// TestBrowserReportPictures draws reports into the folder that AGENTMOCK_PICTURES names.
func TestBrowserReportPictures(t *testing.T) {
	dir := os.Getenv(picturesVariable)
	if dir == "" {
		t.Skipf("SKIPPED: nobody has asked for pictures by %s", picturesVariable)
	}
	c := startInspecting(t)
	small, few := hostileReport()
	large, many := manyFixtures(5000)
	for name, run := range map[string]*report.Run{"small": {Report: small, Exchanges: few},
		"large": {Report: large, Exchanges: many}} {
		p := openReport(t, c, run, "")
		for _, theme := range []string{"light", "dark"} {
			for _, width := range []int{1280, 390} {
				p.resize(width, 900, theme)
				for _, section := range []string{"overview", "map", "latency", "fixtures"} {
					p.text(`location.hash = ` + quoted("#"+section))
					p.settled()
					p.picture(filepath.Join(dir, fmt.Sprintf("report-%s-%s-%s-%d.png", name, section, theme, width)))
				}
			}
		}
	}
}
