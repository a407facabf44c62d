package mockserver_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/mockserver"
)

// TestControlRefusesWhatItDoesNotTake sends each call of the control API with a query parameter that it does
// not take, one that nobody can read, and a body where it takes none. Nothing may happen.
func TestControlRefusesWhatItDoesNotTake(t *testing.T) {
	t.Parallel()
	c := start(t, mockserver.Options{State: []byte(state(oneAgent))})
	c.created(minimalAgent)
	before := string(c.State())
	for _, op := range controlDocument().Operations {
		path := op.Path
		for _, p := range op.Parameters {
			path = strings.ReplaceAll(path, "{"+p.Name+"}", fmt.Sprint(p.Example))
		}
		body := ""
		if op.Body != nil {
			body = `{}`
		}
		c.send(op.Method, path+"?sesion=w-1", body).refuses(400, "sesion", "such parameter")
		c.send(op.Method, path+"?a=%zz", body).refuses(400, "not readable")
		if op.Body == nil && op.Method != "GET" {
			c.send(op.Method, path, `{"workspace":"w-1"}`).refuses(400, "body: "+op.Method+" "+op.Path+" takes none")
		}
	}
	c.send("POST", "/__mock/reset?sesion=w-1", "").refuses(400, `"session" is near to it`)
	c.send("POST", "/__mock/reset?session=", "").refuses(400, "session")
	if after := string(c.State()); after != before || len(c.Requests(mockserver.Filter{}).Requests) != 1 {
		t.Errorf("a refused call changed something: %s", after)
	}
	c.send("POST", "/__mock/reset", " {}\n").want(204)
	if after := string(c.State()); after != state(oneAgent) {
		t.Errorf("after a reset with an empty object: %s", after)
	}
}
