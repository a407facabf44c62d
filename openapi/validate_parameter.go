package openapi

import (
	"net/http"
	"slices"
	"strings"
)

func (p *Parameter) sameName(name string) bool {
	return p.Name == name || p.In == "header" && strings.EqualFold(p.Name, name)
}

// values returns what a request has for the parameter; nil for nothing.
func (p *Parameter) values(r *Request) []string {
	switch p.In {
	case "path":
		if v, ok := r.Path[p.Name]; ok {
			return []string{v}
		}
	case "query":
		return r.Query[p.Name]
	case "cookie":
		return cookies(r.Header, p.Name)
	default:
		var values []string
		for _, v := range r.Header[p.key] {
			values = append(values, withoutBlanks(v))
		}
		return values
	}
	return nil
}

// withoutBlanks returns the value of a header; blanks around it are not a part (RFC 9110 §5.5).
func withoutBlanks(v string) string { return strings.Trim(v, " \t") }

// sole returns what a request has under a key, which is no cookie. It is not plain where the request
// has more than one text.
func sole(r *Request, in, key string) (text string, sent, plain bool) {
	var values []string
	switch in {
	case "path":
		text, sent = r.Path[key]
		return text, sent, true
	case "query":
		values = r.Query[key]
	case "header":
		values = r.Header[key]
	default:
		return "", false, false
	}
	if len(values) != 1 {
		return "", false, len(values) == 0
	}
	if text = values[0]; in == "header" {
		text = withoutBlanks(text)
	}
	return text, true, true
}

// acceptedIn reports whether a request, or a response as one with its headers, is plainly right as
// far as the parameter goes: it has one text that the schema accepts, or may do without.
func (p *Parameter) acceptedIn(r *Request, view View) bool {
	if types := p.Schema.Types; p.json || len(types) == 0 || slices.Contains(types, "array") ||
		slices.Contains(types, "object") {
		return false
	}
	text, sent, plain := sole(r, p.In, p.key)
	if !sent {
		return plain && !p.Required
	}
	return strings.TrimSpace(text) != "" && p.Schema.acceptsText(text, view)
}

func cookies(h http.Header, name string) []string {
	var values []string
	for _, c := range (&http.Request{Header: h}).Cookies() {
		if c.Name == name {
			values = append(values, c.Value)
		}
	}
	return values
}

// validateRequest lists the violations of the parameter by a request.
func (p *Parameter) validateRequest(r *Request) []Violation {
	if p.acceptedIn(r, RequestView) {
		return nil
	}
	if p.In == "query" && p.style != "" && slices.Contains(typesOf(p.Schema), "object") && !p.json {
		if object := p.collectMembers(r.Query); object != nil {
			return p.validateAny([]any{object}, RequestView)
		}
		// a query parameter with the object's own name is not one of its members
		if len(p.values(r)) > 0 && p.style == "form" && p.explode {
			return nil
		}
	}
	return p.validateTexts(p.values(r), RequestView)
}

// ValidateText lists the violations of the parameter, or of the response header, by its text.
func (p *Parameter) ValidateText(text string, view View) []Violation {
	return p.validateTexts([]string{text}, view)
}

// validateTexts lists the violations of a parameter, or of a response header, by its texts.
func (p *Parameter) validateTexts(values []string, view View) []Violation {
	v := Violation{In: p.In, Name: p.Name, Document: p.Position}
	types := typesOf(p.Schema)
	isList := slices.Contains(types, "array")
	switch {
	case len(values) == 0 && !p.Required:
		return nil
	case len(values) == 0:
		return []Violation{v.because("missing-parameter", nil, "missing; it is required")}
	case p.Required && p.In != "query" && p.In != "path" && allEmpty(values): // a blank segment of a path is a value
		v.Actual = ""
		return []Violation{v.because("missing-parameter", nil, "empty; it is required and needs a value")}
	case !isList && len(types) > 0 && len(distinct(values)) > 1:
		return []Violation{v.because("conflicting-parameter", nil,
			"sent %d times with different values; send it once", len(values))}
	case p.style == "label" || p.style == "matrix": // not decoded
		return nil
	case p.allowEmpty && allEmpty(values):
		return nil
	}
	return p.validateAny(p.decode(values, types), view)
}

// validateAny lists the violations of the first of several values, none where one is valid.
func (p *Parameter) validateAny(values []any, view View) []Violation {
	var found []Violation
	for i, value := range values {
		list := p.Schema.Validate(value, view)
		if len(list) == 0 {
			return nil
		}
		if i == 0 {
			found = list
		}
	}
	secret := p.Schema.Mock.Value == MockSecret || p.Schema.Format == "password"
	for i := range found {
		if secret {
			found[i].Actual, found[i].Suggestion = redactedValue, ""
			found[i] = found[i].because(found[i].Rule, found[i].Expected, "does not fit the document (%s)",
				found[i].Rule)
		}
		found[i].relocate(p.In, p.Name)
	}
	return found
}

func allEmpty(values []string) bool {
	return !slices.ContainsFunc(values, func(v string) bool { return strings.TrimSpace(v) != "" })
}

// Texts returns what a request has for the parameter, the items of a list one by one; its default
// where the request has nothing, and nil where there is none.
func (p *Parameter) Texts(r *Request) []string {
	values := p.values(r)
	if len(values) == 0 {
		return textsOfDefault(p.Schema)
	}
	if slices.Contains(typesOf(p.Schema), "array") {
		return p.split(values)
	}
	return values
}

func textsOfDefault(s *Schema) (texts []string) {
	list, isList := s.Default.([]any)
	if !isList {
		list = []any{s.Default}
	}
	for _, v := range list {
		if text, ok := formScalar(v); ok {
			texts = append(texts, text)
		}
	}
	return texts
}
