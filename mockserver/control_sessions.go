package mockserver

import (
	"fmt"
	"net/http"
	"time"

	"github.com/agentmock/agentmock/internal/nearest"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// sessionActions are the calls of the control API about the sessions that have names.
var sessionActions = map[string]controlAction{
	"listSessions": listSessions,
	"endSessions":  endSessions,
	"endSession":   endSession,
}

func listSessions(x *exchange) ([]byte, error) {
	list := []any{}
	for _, s := range x.server.Sessions() {
		list = append(list, s.describe())
	}
	return jsonvalue.Marshal(jsonvalue.ObjectOf("sessions", list)), nil
}

// describe returns what the control API says of a session.
func (s *Session) describe() *jsonvalue.Object {
	return jsonvalue.ObjectOf("name", s.name, "created", wallTime(s.Created()), "lastUsed", wallTime(s.LastUsed()),
		"requests", s.journal.read(Filter{Limit: 1}).last, "items", s.server.api().counts(s.store.latest()),
		"faults", len(s.Faults()))
}

func wallTime(t time.Time) string { return t.UTC().Format(timeForm) }

// endSessions ends all sessions, unless the request names one: then it hardly means the others.
func endSessions(x *exchange) ([]byte, error) {
	if names := sessionsOf(x.http); len(names) > 0 {
		return nil, refused{refuse(http.StatusBadRequest, openapi.Violation{Rule: ruleSessionName, In: "header",
			Name: SessionHeader, Actual: truncate(names[0], 200), Message: fmt.Sprintf(
				"header %s: this call ends all sessions, and names %q; DELETE %s%s ends that one, and without the "+
					"name all end", SessionHeader, truncate(names[0], 200), sessionPath, truncate(names[0], 200))})}
	}
	x.server.EndSessions()
	return nil, nil
}

func endSession(x *exchange) ([]byte, error) {
	name := x.request.Path["name"]
	if x.server.EndSession(name) {
		return nil, nil
	}
	var names []string
	for _, s := range x.server.Sessions() {
		names = append(names, s.name)
	}
	v := openapi.Violation{Rule: ruleUnknownItem, In: "path", Name: "name", Actual: truncate(name, 200),
		Suggestion: nearest.To(name, names)}
	v.Message = fmt.Sprintf("path name: there is no session %q", v.Actual)
	switch {
	case v.Suggestion != "":
		v.Message += fmt.Sprintf("; %q is near to it", v.Suggestion)
	case len(names) == 0:
		v.Message += ", nor any other"
	}
	return nil, refused{refuse(http.StatusNotFound, v)}
}
