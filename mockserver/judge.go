package mockserver

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi"
)

// call is one request to an operation, on its way to an answer.
type call struct {
	*endpoint
	request *openapi.Request
	at      place    // where its item, or its list, lives
	value   any      // the body, nil where it has none or it is no JSON
	secrets []string // that it brought
}

// readBody reads a body within the bound. The violation says why there is none; status is what it
// makes of the request.
func readBody(w http.ResponseWriter, r *http.Request, most int64) (body []byte, status int,
	violation *openapi.Violation) {
	if r.Body == nil || r.Body == http.NoBody {
		return nil, 0, nil
	}
	tooLarge := &openapi.Violation{
		Rule: ruleBodyTooLarge, In: "body", Expected: most,
		Message: fmt.Sprintf("the body is longer than %d bytes", most),
	}
	if r.ContentLength > most {
		tooLarge.Actual = r.ContentLength
		return nil, http.StatusRequestEntityTooLarge, tooLarge
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	var over *http.MaxBytesError
	switch {
	case err == nil:
		return body, 0, nil
	case errors.As(err, &over):
		return body, http.StatusRequestEntityTooLarge, tooLarge
	case errors.Is(err, os.ErrDeadlineExceeded):
		return body, http.StatusRequestTimeout, &openapi.Violation{
			Rule: ruleBodyInterrupted, In: "body", Message: "the body did not arrive in time",
		}
	}
	return body, http.StatusBadRequest, &openapi.Violation{
		Rule: ruleBodyInterrupted, In: "body", Message: "the body ended before all of it had arrived",
	}
}

// stage is one step of judgement and what came of it.
type stage struct {
	status     int
	violations []openapi.Violation
}

// judge is nil where the operation may be done. The first stage that fails decides about the
// status; the violations of all stages are listed, its own first.
func (c *call) judge(unread int, bodyViolation *openapi.Violation) *answer {
	op := c.operation
	credentials := op.ValidateCredentials(c.request)
	if len(credentials) == 0 {
		credentials = c.server.unknownCredentials(op, c.request)
	}
	parameters := op.ValidateParameters(c.request)
	mediaType, body := c.judgeBody(bodyViolation)
	c.secrets = append(credentialValues(op, c.request), c.server.redactor.Secrets(c.value)...)
	stages := []stage{
		{http.StatusUnauthorized, credentials},
		{http.StatusBadRequest, parameters},
		{http.StatusUnsupportedMediaType, mediaType},
	}
	if unread != 0 {
		stages = append(stages, stage{unread, []openapi.Violation{*bodyViolation}})
	}
	if len(credentials) == 0 && len(parameters) == 0 {
		stages = append(stages, stage{http.StatusNotFound, c.missing()})
	}
	stages = append(stages, stage{http.StatusBadRequest, body})
	return c.verdict(stages)
}

// judgeBody parts what 415 answers from what 400 answers. Of a body that could not be read only the
// media type is judged.
func (c *call) judgeBody(unread *openapi.Violation) (mediaType, body []openapi.Violation) {
	request := c.request
	if unread != nil { // any body will do
		request = &openapi.Request{Header: c.request.Header, Body: []byte("{}")}
	}
	value, violations := c.operation.ValidateBody(request)
	if unread == nil {
		c.value = value
	}
	for _, v := range violations {
		switch {
		case v.Rule == ruleMediaType:
			mediaType = append(mediaType, v)
		case unread == nil:
			body = append(body, v)
		}
	}
	encoding := c.request.Header.Get("Content-Encoding")
	if c.operation.Body != nil && encoding != "" && !strings.EqualFold(encoding, "identity") {
		mediaType = append(mediaType, openapi.Violation{
			Rule: ruleContentEncoding, In: "header", Name: "Content-Encoding", Expected: "identity", Actual: encoding,
			Message: fmt.Sprintf("header Content-Encoding is %q; only bodies that are not compressed are read",
				encoding),
		})
		body = nil
	}
	return mediaType, body
}

func (c *call) verdict(stages []stage) *answer {
	first := slices.IndexFunc(stages, func(s stage) bool { return len(s.violations) > 0 })
	if first < 0 {
		return nil
	}
	list := slices.Clone(stages[first].violations)
	for i, s := range stages {
		if i != first {
			list = append(list, s.violations...)
		}
	}
	a := refuse(stages[first].status, withoutSecrets(list, c.server.known.With(c.secrets...))...)
	if a.status == http.StatusUnauthorized {
		if challenge := challengeOf(c.operation); challenge != "" {
			a.set("WWW-Authenticate", challenge)
		}
	}
	return a
}

// missing says which item is not there: the one that the path names, or the one to which a
// collection belongs.
func (c *call) missing() []openapi.Violation {
	if c.collection == nil {
		return nil
	}
	w := c.server.store.world()
	at := c.at
	if parent := c.collection.parent; parent != nil && len(at.parents) == len(parent.resource.Parents)+1 {
		last := len(at.parents) - 1
		above := place{collection: parent.resource.CollectionPath, scope: at.scope, parents: at.parents[:last]}
		if id := at.parents[last]; w.get(above, id) == nil {
			return []openapi.Violation{c.unknownItem(c.collection.resource.Parents[last], parent.name, id)}
		}
	}
	if id, ok := c.itemID(); ok && w.get(at, id) == nil {
		return []openapi.Violation{c.unknownItem(c.collection.resource.ItemParameter, c.collection.name, id)}
	}
	return nil
}

func (c *call) unknownItem(parameter, collection, id string) openapi.Violation {
	where := ""
	if scope := c.server.doc.Scope; scope != nil && c.at.scope != "" {
		where = fmt.Sprintf(" of %s %q", scope.Header, c.at.scope)
	}
	return openapi.Violation{
		Rule: ruleUnknownItem, In: "path", Name: parameter, Actual: clip(id, 200),
		Message: fmt.Sprintf("path %s: there is no %q among the %s%s", parameter, clip(id, 200), collection, where),
	}
}

// itemID is the identity that the path names, for operations on one item.
func (c *call) itemID() (string, bool) {
	switch c.operation.Action {
	case openapi.Read, openapi.Update, openapi.Replace, openapi.Delete:
		id, ok := c.request.Path[c.collection.resource.ItemParameter]
		return id, ok
	}
	return "", false
}

// unknownCredentials refuses credentials that are there and are none of those that the server was
// told to take.
func (s *Server) unknownCredentials(op *openapi.Operation, r *openapi.Request) []openapi.Violation {
	if len(s.options.APIKeys) == 0 || len(op.Security) == 0 {
		return nil
	}
	for _, alternative := range op.Security {
		unknown := func(c *openapi.Credential) bool { return !slices.ContainsFunc(c.Secrets(r), s.knows) }
		if !slices.ContainsFunc(alternative, unknown) {
			return nil
		}
	}
	c := op.Security[0][0] // an empty alternative was met above
	return []openapi.Violation{{
		Rule: ruleUnknownCredential, In: c.In, Name: c.Name, Document: c.Position,
		Message: fmt.Sprintf("%s %s is none of the keys that this server was started with", c.In, c.Name),
	}}
}

// knows takes a key, or user and password in the form of Basic (RFC 7617) of which the password or
// both are a key.
func (s *Server) knows(secret string) bool {
	if plain, err := base64.StdEncoding.DecodeString(secret); err == nil && strings.Contains(string(plain), ":") {
		user, password, _ := strings.Cut(string(plain), ":")
		if slices.Contains(s.options.APIKeys, password) || slices.Contains(s.options.APIKeys, user+":"+password) {
			return true
		}
	}
	return slices.Contains(s.options.APIKeys, secret)
}

// credentialValues lists what a request carries as credentials, doubled ones and those without the
// scheme's prefix too.
func credentialValues(op *openapi.Operation, r *openapi.Request) []string {
	var list []string
	for _, alternative := range op.Security {
		for _, c := range alternative {
			list = append(list, c.Secrets(r)...)
			if c.In == "header" {
				list = append(list, r.Header.Values(c.Name)...)
			}
		}
	}
	return list
}

// challengeOf is what WWW-Authenticate asks for (RFC 9110 §11.6.1); "" where the document knows no
// HTTP authentication: a key in a header of its own has no scheme to name.
func challengeOf(op *openapi.Operation) string {
	for _, alternative := range op.Security {
		for _, c := range alternative {
			if scheme := strings.TrimSpace(c.Prefix); scheme != "" && strings.EqualFold(c.Name, "Authorization") {
				return scheme
			}
		}
	}
	return ""
}
