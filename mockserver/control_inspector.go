package mockserver

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/agentmock/agentmock/mockserver/inspector"
	"github.com/agentmock/agentmock/openapi"
)

// isInspector reports whether a request asks for the page of the inspector or one of its files, which are the
// same for everybody.
func isInspector(r *http.Request) bool {
	isRead := r.Method == http.MethodGet || r.Method == http.MethodHead
	return isRead && (r.URL.Path == controlPath || r.URL.Path == controlPath+"/" ||
		strings.HasPrefix(r.URL.Path, controlPath+"/inspector/"))
}

// inspectorResponses are the operations of control.yaml whose responses are not JSON, by their ids.
var inspectorResponses = map[string]func(*exchange) *response{
	"findInspector": func(x *exchange) *response {
		to := "__mock/" // from where the request went, also through a proxy that has put something before it
		if x.http.URL.RawQuery != "" {
			to += "?" + x.http.URL.RawQuery
		}
		res := &response{status: http.StatusTemporaryRedirect}
		return res.set("Location", to)
	},
	"getInspector":     func(*exchange) *response { return inspectorFile(inspector.Index) },
	"getInspectorFile": func(x *exchange) *response { return inspectorFile(x.request.Path["file"]) },
}

func inspectorFile(name string) *response {
	file, ok := inspector.Open(name)
	if !ok {
		return refuse(http.StatusNotFound, openapi.Violation{Rule: ruleUnknownItem, In: "path", Name: "file",
			Actual: truncate(name, 100), Message: fmt.Sprintf("path file: the inspector has no %q; it has %s",
				truncate(name, 100), strings.Join(inspector.Names(), ", "))})
	}
	return htmlPage(file.Body, file.MediaType)
}

// htmlPage returns what a browser shows, with headers by which it runs and loads nothing else.
func htmlPage(body []byte, mediaType string) *response {
	res := &response{status: http.StatusOK, mediaType: mediaType, body: body}
	return res.set("Content-Security-Policy", inspector.Policy).set("Referrer-Policy", "no-referrer").
		set("Cross-Origin-Resource-Policy", "same-origin").set("Cache-Control", "no-store")
}
