package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// tab is a page in a browser.
type tab struct {
	t       *testing.T
	browser *chromium
	session string
	mu      sync.Mutex
	faults  []string // errors of scripts, and what the content security policy forbids
}

type params = map[string]any

// open makes a tab of a size, in a world of its own: nothing is stored that another one has.
func (c *chromium) open(width, height int, theme string) *tab {
	c.t.Helper()
	var at struct {
		BrowserContextID string `json:"browserContextId"`
		TargetID         string `json:"targetId"`
		SessionID        string `json:"sessionId"`
	}
	t := &tab{t: c.t, browser: c}
	must := func(err error) {
		c.t.Helper()
		if err != nil {
			c.t.Fatal(err)
		}
	}
	must(c.ask("", "Target.createBrowserContext", params{}, &at))
	must(c.ask("", "Target.createTarget", params{"url": "about:blank", "browserContextId": at.BrowserContextID}, &at))
	must(c.ask("", "Target.attachToTarget", params{"targetId": at.TargetID, "flatten": true}, &at))
	t.session = at.SessionID
	c.mu.Lock()
	c.heard[t.session] = t.hear
	c.mu.Unlock()
	for _, domain := range []string{"Page", "Runtime", "Log"} {
		t.ask(domain+".enable", params{}, nil)
	}
	t.resize(width, height, theme)
	return t
}

func (t *tab) resize(width, height int, theme string) {
	t.t.Helper()
	t.ask("Emulation.setDeviceMetricsOverride", params{"width": width, "height": height, "deviceScaleFactor": 1,
		"mobile": width < 600}, nil)
	t.ask("Emulation.setEmulatedMedia", params{"features": []params{
		{"name": "prefers-color-scheme", "value": theme}}}, nil)
}

func (t *tab) hear(m cdpMessage) {
	if m.Method != "Runtime.exceptionThrown" && m.Method != "Log.entryAdded" {
		return
	}
	if m.Method == "Log.entryAdded" && strings.Contains(string(m.Params), `"source":"network"`) {
		return // refusals and lost connections, which tests provoke
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.faults = append(t.faults, string(m.Params))
}

// isSound fails the test for what went wrong in the page.
func (t *tab) isSound() {
	t.t.Helper()
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, fault := range t.faults {
		t.t.Errorf("the page: %s", fault)
	}
}

func (t *tab) ask(method string, p params, result any) {
	t.t.Helper()
	if err := t.browser.ask(t.session, method, p, result); err != nil {
		t.t.Fatal(err)
	}
}

func (t *tab) visit(url string) {
	t.t.Helper()
	t.ask("Page.navigate", params{"url": url}, nil)
	t.until(`document.readyState === "complete" && location.href.startsWith(` + quoted(url) + `)`)
}

// evaluate returns the value of an expression, as JSON.
func (t *tab) evaluate(expression string) (json.RawMessage, error) {
	var got struct {
		Result struct {
			Value json.RawMessage `json:"value"`
		} `json:"result"`
		ExceptionDetails json.RawMessage `json:"exceptionDetails"`
	}
	if err := t.browser.ask(t.session, "Runtime.evaluate", params{"expression": expression, "awaitPromise": true,
		"returnByValue": true, "userGesture": true}, &got); err != nil {
		return nil, err
	}
	if got.ExceptionDetails != nil {
		return nil, fmt.Errorf("%s: %s", expression, got.ExceptionDetails)
	}
	return got.Result.Value, nil
}

// text returns the value of an expression, or what it promises, as a text.
func (t *tab) text(expression string) string {
	t.t.Helper()
	value, err := t.evaluate("Promise.resolve(" + expression + ").then(String)")
	if err != nil {
		t.t.Fatal(err)
	}
	var text string
	_ = json.Unmarshal(value, &text)
	return text
}

// until waits for a condition in the page.
func (t *tab) until(condition string) {
	t.t.Helper()
	ctx, cancel := context.WithTimeout(t.t.Context(), browserWait)
	defer cancel()
	var value json.RawMessage
	var err error
	for ctx.Err() == nil {
		if value, err = t.evaluate("Boolean(" + condition + ")"); err == nil && string(value) == "true" {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.t.Fatalf("not in %s: %s (%s, %v); the page shows\n%s\n%q", browserWait, condition, value, err, t.shown(),
		t.faults)
}

func (t *tab) shown() string {
	value, _ := t.evaluate(`(document.activeElement?.outerHTML ?? "").slice(0, 300) + "\n" +
		document.body.innerText.slice(0, 3000)`)
	var text string
	_ = json.Unmarshal(value, &text)
	return text
}

// click presses the mouse on the first element of a selector that is shown, as a person does: what lies above
// it would get the click.
func (t *tab) click(selector string) {
	t.t.Helper()
	find := `[...document.querySelectorAll(` + quoted(selector) + `)].find((e) => e.getClientRects().length)`
	t.until(find)
	var at struct{ X, Y float64 }
	value, err := t.evaluate(`(() => { const e = ` + find + `; e.scrollIntoView({block: "nearest"});
		const r = e.getClientRects()[0]; return {X: r.x + r.width / 2, Y: r.y + r.height / 2}; })()`)
	if err != nil || json.Unmarshal(value, &at) != nil {
		t.t.Fatalf("%s: %s, %v", selector, value, err)
	}
	for _, kind := range []string{"mousePressed", "mouseReleased"} {
		t.ask("Input.dispatchMouseEvent", params{"type": kind, "x": at.X, "y": at.Y, "button": "left",
			"clickCount": 1}, nil)
	}
}

// choose chooses an option of a select element.
func (t *tab) choose(selector, value string) {
	t.t.Helper()
	wanted := quoted(value)
	list := `[...document.querySelectorAll(` + quoted(selector+" option") + `)]`
	t.until(list + `.some((o) => o.value === ` + wanted + `)`)
	t.text(`(() => { const s = document.querySelector(` + quoted(selector) + `); s.focus(); s.value = ` + wanted + `;
		for (const name of ["input", "change"]) s.dispatchEvent(new Event(name, {bubbles: true})); })()`)
}

// fill puts a text in place of what an element has.
func (t *tab) fill(selector, text string) {
	t.t.Helper()
	t.until(`document.querySelector(` + quoted(selector) + `)`)
	t.text(`(() => { const e = document.querySelector(` + quoted(selector) + `); e.focus(); e.select(); })()`)
	t.ask("Input.insertText", params{"text": text}, nil)
}

// keyCodes are those of the keys that are no characters.
var keyCodes = map[string]int{"Tab": 9, "Enter": 13, "Escape": 27, " ": 32, "End": 35, "Home": 36, "ArrowUp": 38,
	"ArrowDown": 40}

// press presses keys one after another: their names, or characters.
func (t *tab) press(keys ...string) {
	t.t.Helper()
	for _, key := range keys {
		p := params{"type": "keyDown", "key": key, "windowsVirtualKeyCode": keyCodes[key]}
		switch {
		case key == "Enter":
			p["text"] = "\r"
		case len(key) == 1:
			p["text"] = key
		}
		t.ask("Input.dispatchKeyEvent", p, nil)
		up := params{"type": "keyUp", "key": key, "windowsVirtualKeyCode": keyCodes[key]}
		t.ask("Input.dispatchKeyEvent", up, nil)
	}
}

// focused returns the selector-like name of the element that has the focus.
func (t *tab) focused() string {
	t.t.Helper()
	return t.text(`(() => { const e = document.activeElement; return e.tagName.toLowerCase() + (e.id ? "#" + e.id : "")
		+ (e.className ? "." + String(e.className).trim().split(/\s+/).join(".") : ""); })()`)
}

// picture writes what the page shows to a file, PNG.
func (t *tab) picture(file string) {
	t.t.Helper()
	var shot struct{ Data string }
	t.ask("Page.captureScreenshot", params{"format": "png"}, &shot)
	data, err := base64.StdEncoding.DecodeString(shot.Data)
	if err == nil {
		err = os.WriteFile(file, data, 0o644)
	}
	if err != nil {
		t.t.Fatal(err)
	}
}

// quoted returns a text as JavaScript has it.
func quoted(text string) string {
	b, _ := json.Marshal(text)
	return string(b)
}
