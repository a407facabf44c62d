package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// kind is a kind of request, and what the mock answers.
type kind struct {
	name, title string
	method      string
	item        bool // to one item, not to the list
	body        string
	status      int // of the mock's answer
	lax         int // of the stateful server's, which validates nothing
	check       func(body []byte) error
}

// agentsAtStart is how many agents each server has when it is measured.
const agentsAtStart = 100

// agent is the body of a valid update, and of a valid creation, with every field that can be sent.
const agent = `{"name":"Updated Customer Support Agent","llmModel":"gpt-4.1-mini",` +
	`"ttsModel":{"provider":"11labs_byo","voiceId":"21m00Tcm4TlvDq8ikWAM","name":"Premium Voice","language":"en",` +
	`"elevenLabsApiKey":"your-new-elevenlabs-api-key"},"smartCallback":true,"maxAttemptsForSmartCallback":5,` +
	`"gapBetweenEachAttemptForSmartCallback":[{"days":1,"hours":0},{"days":1,"hours":12},` +
	`{"days":2,"hours":0},{"days":3,"hours":0},{"days":7,"hours":0}],"phoneNumberIds":["678c5e02b4a7d90f31c8e6a1",` +
	`"678c5e02b4a7d90f31c8e6a2"],"settings":{"speed":0.9,"volume":0.8,"temperature":0.6},` +
	`"variables":{"companyName":"Northwind Energy","openingHours":"9 to 5","locale":"en-GB"}}`

// refused is the same body with one violation.
var refused = strings.Replace(agent, "gpt-4.1-mini", "gpt-4.1-mimi", 1)

var kinds = []kind{
	{name: "put", title: "valid PUT", method: "PUT", item: true, body: agent, status: http.StatusOK,
		lax: http.StatusOK, check: hasMember("updatedAt")},
	{name: "refused", title: "refused PUT, one violation", method: "PUT", item: true, body: refused,
		status: http.StatusBadRequest, lax: http.StatusOK, check: hasOneViolation},
	{name: "get", title: "GET", method: "GET", item: true, status: http.StatusOK, lax: http.StatusOK,
		check: hasMember("updatedAt")},
	{name: "list", title: fmt.Sprintf("list of %d", agentsAtStart), method: "GET", status: http.StatusOK,
		lax: http.StatusOK, check: isList},
	{name: "create", title: "create", method: "POST", body: agent, status: http.StatusCreated,
		lax: http.StatusCreated, check: hasMember("updatedAt")},
}

// hasMember returns a check that a body is an object with a member.
func hasMember(name string) func([]byte) error {
	return func(body []byte) error {
		var object map[string]any
		if err := json.Unmarshal(body, &object); err != nil || object[name] == nil {
			return fmt.Errorf("no object with %s: %w", name, err)
		}
		return nil
	}
}

func hasOneViolation(body []byte) error {
	var refusal struct {
		Error struct{ Details []any }
	}
	if err := json.Unmarshal(body, &refusal); err != nil || len(refusal.Error.Details) != 1 {
		return fmt.Errorf("not one violation: %w", err)
	}
	return nil
}

func isList(body []byte) error {
	var list []any
	if err := json.Unmarshal(body, &list); err != nil || len(list) != agentsAtStart {
		return fmt.Errorf("%d agents in the list; want %d: %w", len(list), agentsAtStart, err)
	}
	return nil
}
