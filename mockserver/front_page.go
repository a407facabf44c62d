package mockserver

import (
	"fmt"
	"html"
	"net/http"
	"slices"
	"strings"
)

// wantsPage reports whether a request comes from somebody who reads it in a browser.
func wantsPage(r *http.Request) bool {
	isPage := func(m mediaRange) bool { return m.name == "text/html" && m.weight > 0 }
	return slices.ContainsFunc(acceptedBy(r.Header), isPage)
}

// shownOperations bounds the operations on the front page.
const shownOperations = 500

// frontPage is the index for people: it leads to the inspector.
func (a *api) frontPage(address string) []byte {
	address = strings.TrimSuffix(address, "/")
	var b strings.Builder
	title := html.EscapeString(strings.TrimSpace(a.doc.Title + " " + a.doc.Version))
	fmt.Fprintf(&b, `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>%[1]s · agentmock</title>
<link rel="icon" href="__mock/inspector/icon.svg">
<link rel="stylesheet" href="__mock/inspector/style.css">
</head>
<body class="front">
<main>
<h1>%[1]s</h1>
<p>A mock of this API, made by agentmock from <code>%[2]s</code>.</p>
<p><a class="inspector" href="__mock/">Open the inspector</a></p>
<ul>
<li>Base URL: <code>%[3]s</code></li>
<li>Document: <a href="openapi.yaml">YAML</a>, <a href="openapi.json">JSON</a></li>
<li>Control: <a href="__mock/openapi.yaml">its document</a>, <a href="__mock/health">health</a>, `+
		`<a href="__mock/state">state</a>, <a href="__mock/requests">requests</a></li>
</ul>
<h2>Operations</h2>
<table>
`, title, html.EscapeString(a.doc.Name), html.EscapeString(address))
	for _, op := range a.doc.Operations[:min(len(a.doc.Operations), shownOperations)] {
		fmt.Fprintf(&b, "<tr><td><code>%s</code></td><td><code>%s</code></td><td>%s</td></tr>\n",
			html.EscapeString(op.Method), html.EscapeString(op.Path), html.EscapeString(op.Summary))
	}
	b.WriteString("</table>\n")
	if more := len(a.doc.Operations) - shownOperations; more > 0 {
		fmt.Fprintf(&b, "<p>and %d more</p>\n", more)
	}
	b.WriteString("</main>\n</body>\n</html>\n")
	return []byte(b.String())
}
