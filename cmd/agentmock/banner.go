package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/agentmock/agentmock/openapi"
)

// greeting is what serve says when it has begun to listen.
type greeting struct {
	Message  string `json:"message"` // for the json format: listening on http://127.0.0.1:4010
	URL      string `json:"url"`
	Version  string `json:"version"`
	Document string `json:"document"`
	State    string `json:"state"`
	Keys     string `json:"keys"`
	Warning  string `json:"warning,omitempty"`
	Curl     string `json:"curl,omitempty"`
}

// describe names a document in a line: which file, which API, how much of it.
func describe(doc *openapi.Document, builtIn bool) string {
	name := documentName(doc.Name)
	if builtIn {
		name = "built-in " + name
	}
	return fmt.Sprintf("%s (%s): %s %s, OpenAPI %s, %s", name, doc.SHA256[:min(12, len(doc.SHA256))],
		doc.Title, doc.Version, doc.OpenAPI, count(len(doc.Operations), "operation"))
}

// print writes the greeting as people like it. The first line ends in the URL.
func (g *greeting) print(e env) {
	e.say("agentmock %s listening on %s", g.Version, g.URL)
	e.say("  document  %s, also at %s/openapi.yaml", g.Document, g.URL)
	e.say("  state     %s", g.State)
	e.say("  keys      %s", g.Keys)
	if g.Warning != "" {
		e.say("  warning   %s", g.Warning)
	}
	if g.Curl != "" {
		e.say("Try:\n\n  %s\n", strings.ReplaceAll(g.Curl, "\n", "\n  "))
	}
}

// printJSON writes the greeting as one line, for those who read stderr by program.
func (g *greeting) printJSON(e env) {
	line, err := json.Marshal(g)
	if err == nil {
		e.say("%s", line)
	}
}
