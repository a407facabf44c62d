package main

import "testing"

// TestBrowserProxy looks at what passes a proxy by its page: the answer's violation is at its place, and what only
// a mock has is not there.
func TestBrowserProxy(t *testing.T) {
	c := startInspecting(t)
	p := inspect(t, c, startServer(t, "proxy", "--upstream", oddBackend(t)))
	p.send("GET", "/v1/api/agents", "")
	p.until(row("answer: type"))
	p.click(`#request-rows .row.refused`)
	p.until(`document.querySelector('#request-detail [aria-label="Response"] .violation')?.textContent.includes("type")`)
	p.until(`!document.querySelector('#request-detail [aria-label="Request"] .violation')`)
	p.until(`document.querySelector("#document").textContent.includes("proxy of http://127.0.0.1:")`)
	p.until(`document.querySelector("#live").textContent === "live"`)
	for _, view := range []string{"items", "faults", "state", "sessions"} {
		p.until(`document.querySelector('.nav [data-view="` + view + `"]').offsetParent === null`)
	}
	p.view("operations")
	p.isSound()
}
