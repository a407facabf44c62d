package mockserver

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// describeError gives a refusal the body that the document describes for its status. The mock's own
// body stays where the document describes none, one that it fits, or one that cannot be generated.
func (e *endpoint) describeError(res *response) {
	documented := e.operation.Response(res.status)
	if res.status < 400 || documented == nil || documented.JSON() == nil {
		return
	}
	media := documented.JSON()
	if documented.Status == "default" && media.Schema.Same(e.success.schema) {
		return // a default response with the schema of successes does not describe errors
	}
	own, err := jsonvalue.Parse(res.body, jsonvalue.Limits{})
	if err != nil {
		return
	}
	if !meets(media.Schema, own) {
		body := jsonvalue.Clone(sample(media.Schema))
		message, _ := jsonvalue.Lookup(own, "/error/message")
		text, _ := message.(string)
		setErrorMembers(body, media.Schema, res.status, text, maxDepth)
		if !meets(media.Schema, body) {
			return
		}
		res.body = jsonvalue.Marshal(body)
	}
	res.mediaType = concreteType(media)
}

// setErrorMembers writes status and message into the properties that are named for them, at any
// level.
func setErrorMembers(v any, s *openapi.Schema, status int, message string, depth int) {
	object, ok := v.(*jsonvalue.Object)
	if !ok || s == nil || depth == 0 {
		return
	}
	for _, p := range s.Properties {
		old, has := object.Get(p.Name)
		if value := errorMember(p, status, message); value != nil && meets(p.Schema, value) {
			object.Set(p.Name, value)
		} else if has {
			setErrorMembers(old, p.Schema, status, message, depth-1)
		}
	}
}

// errorMember returns the value of a property of an error body, by its name; nil where the name says
// nothing. title, status and detail are those of RFC 9457.
func errorMember(p *openapi.Property, status int, message string) any {
	switch p.Name {
	case "message", "detail", "description", "reason", "msg", "error_description", "errorMessage":
		return message
	case "title", "error":
		return http.StatusText(status)
	case "code", "errorCode", "error_code":
		if p.Schema.Allows("string") {
			return refusalCode(status)
		}
		return json.Number(strconv.Itoa(status))
	case "status", "statusCode", "status_code":
		return json.Number(strconv.Itoa(status))
	}
	return nil
}
