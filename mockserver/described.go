package mockserver

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// asDescribed gives a refusal the form that the document describes for its status. Where the
// document has none, or one into which the mock's own body fits, or none that can be made, the body
// stays.
func (e *endpoint) asDescribed(a *answer) *answer {
	if a.status < 400 {
		return a
	}
	response := e.operation.Response(a.status)
	if response == nil || response.JSON() == nil {
		return a
	}
	media := response.JSON()
	if response.Status == "default" && sameSchema(media.Schema, e.success.schema) {
		return a // an only answer for everything is about successes
	}
	own, err := jsonvalue.Parse(a.body, jsonvalue.Limits{})
	if err != nil {
		return a
	}
	if len(media.Schema.Validate(own, openapi.ResponseView)) > 0 {
		made := jsonvalue.Clone(sample(media.Schema))
		message, _ := jsonvalue.Lookup(own, "/error/message")
		text, _ := message.(string)
		tellRefusal(made, media.Schema, a.status, text, sampleDepth)
		if len(media.Schema.Validate(made, openapi.ResponseView)) > 0 {
			return a
		}
		a.body = jsonvalue.Marshal(made)
	}
	a.mediaType = concreteType(media)
	return a
}

// tellRefusal writes what is wrong into the properties whose names speak of it.
func tellRefusal(v any, s *openapi.Schema, status int, message string, depth int) {
	object, ok := v.(*jsonvalue.Object)
	if !ok || s == nil || depth == 0 {
		return
	}
	for _, p := range s.Properties {
		old, has := object.Get(p.Name)
		if told := refusalPart(p, status, message); told != nil && len(p.Schema.Validate(told,
			openapi.ResponseView)) == 0 {
			object.Set(p.Name, told)
		} else if has {
			tellRefusal(old, p.Schema, status, message, depth-1)
		}
	}
}

// refusalPart is what a property of a refusal says, by its name and type; nil where that is not
// known. title, status and detail are those of RFC 9457.
func refusalPart(p *openapi.Property, status int, message string) any {
	text := p.Schema.Allows("string")
	switch p.Name {
	case "message", "detail", "description", "reason", "msg", "error_description", "errorMessage":
		if text {
			return message
		}
	case "title", "error":
		if text {
			return http.StatusText(status)
		}
	case "code", "errorCode", "error_code":
		if text {
			return refusalCode(status)
		}
		return json.Number(strconv.Itoa(status))
	case "status", "statusCode", "status_code":
		if p.Schema.Allows("integer") {
			return json.Number(strconv.Itoa(status))
		}
	}
	return nil
}
