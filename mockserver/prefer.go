package mockserver

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/agentmock/agentmock/openapi"
)

// The preferences that this server honours, as a mock server that people know calls them.
const (
	preferCode    = "code"
	preferExample = "example"
	preferDelay   = "delay"
)

// preferences are what a request asks for in its Prefer header (RFC 7240).
type preferences struct {
	status  int    // 0 for none
	example string // its name; "" for none
	delay   time.Duration
	delayed bool     // a delay was asked for
	applied []string // as Preference-Applied has them
}

func (p *preferences) choose() bool { return p.status != 0 || p.example != "" }

// preferred returns the preferences of a request. Those that mean nothing here are left out, as RFC 7240 wants
// it; a value that is wrong is refused.
func (x *exchange) preferred() (preferences, *response) {
	var p preferences
	op := x.endpoint.operation
	seen := map[string]bool{}
	for _, one := range preferencesIn(x.http.Header.Values("Prefer")) {
		if seen[one.name] {
			continue // the first one counts
		}
		seen[one.name] = true
		var err error
		switch one.name {
		case preferCode:
			err = p.setCode(op, one.value)
		case preferExample:
			p.example = one.value
			if one.value == "" {
				err = fmt.Errorf("it has no name; %s", exampleNames(op, 0))
			}
		case preferDelay:
			err = p.setDelay(one.value)
		default:
			continue
		}
		if err != nil {
			return p, x.refusePreference(one, err)
		}
		p.applied = append(p.applied, one.String())
	}
	if p.example == "" {
		return p, nil
	}
	err := exampleError(op, p.status, p.example)
	if err != nil {
		return p, x.refusePreference(preference{preferExample, p.example}, err)
	}
	return p, nil
}

func (p *preferences) setCode(op *openapi.Operation, text string) error {
	status, err := strconv.Atoi(text)
	if err != nil || len(text) != 3 || status < 200 || documentedResponse(op, status) == nil {
		return fmt.Errorf("%s documents %s; a fault answers with any 4xx and 5xx (POST %s/faults)", op.ID,
			documentedCodes(op), controlPath)
	}
	p.status = status
	return nil
}

func (p *preferences) setDelay(text string) error {
	ms, err := strconv.ParseUint(text, 10, 32)
	if err != nil || time.Duration(ms)*time.Millisecond > MaxDelay {
		return fmt.Errorf("it is a number of milliseconds from 0 to %d", MaxDelay.Milliseconds())
	}
	p.delay, p.delayed = time.Duration(ms)*time.Millisecond, true
	return nil
}

func (x *exchange) refusePreference(one preference, err error) *response {
	return x.refuse(http.StatusBadRequest, openapi.Violation{
		Rule: rulePreference, In: "header", Name: "Prefer", Actual: truncate(one.String(), 200),
		Message: fmt.Sprintf("header Prefer: %s: %v", truncate(one.String(), 200), err),
	})
}

// exampleError returns an error that says which examples an operation has, if it has not this one; of any
// response where the status is 0.
func exampleError(op *openapi.Operation, status int, name string) error {
	if name == "" {
		return nil
	}
	if r, _, _ := exampleNamed(op, status, name); r != nil {
		return nil
	}
	return fmt.Errorf("%s has no example of this name; %s", op.ID, exampleNames(op, status))
}

// exampleNames lists the examples of an operation's responses.
func exampleNames(op *openapi.Operation, status int) string {
	var names []string
	for _, r := range responsesOf(op, status) {
		for _, m := range r.Content {
			for _, e := range m.Examples {
				if e.Name != "" && !slices.Contains(names, e.Name) {
					names = append(names, e.Name)
				}
			}
		}
	}
	of := "there is"
	if status != 0 {
		of = fmt.Sprintf("of %d there is", status)
	}
	if len(names) == 0 {
		return of + " none with a name"
	}
	return of + " " + strings.Join(names, ", ")
}

// responsesOf returns the documented response of a status; all of them, successes first, where it is 0.
func responsesOf(op *openapi.Operation, status int) []*openapi.Response {
	if status != 0 {
		if r := op.Response(status); r != nil {
			return []*openapi.Response{r}
		}
		return nil
	}
	list := slices.Clone(op.Responses)
	slices.SortStableFunc(list, func(a, b *openapi.Response) int { return strings.Compare(a.Status, b.Status) })
	return list
}

// exampleNamed returns the example of a name and what has it; nil where there is none.
func exampleNamed(op *openapi.Operation, status int, name string) (*openapi.Response, *openapi.MediaType,
	*openapi.Example) {
	for _, r := range responsesOf(op, status) {
		for _, m := range r.Content {
			for i := range m.Examples {
				if m.Examples[i].Name == name {
					return r, m, &m.Examples[i]
				}
			}
		}
	}
	return nil, nil, nil
}

// preference is one preference with its value; "" for none.
type preference struct{ name, value string }

// String returns the preference as a header has it.
func (p preference) String() string {
	switch {
	case p.value == "":
		return p.name
	case strings.ContainsFunc(p.value, isNoToken):
		return p.name + `="` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(p.value) + `"`
	}
	return p.name + "=" + p.value
}

// preferencesIn reads header fields (RFC 7240 §2). Parameters, and what cannot be read, are left out.
func preferencesIn(fields []string) []preference {
	var list []preference
	for _, field := range fields {
		for field != "" {
			var item, name, value string
			item, field = cutUnquoted(field, ',')
			item, _ = cutUnquoted(item, ';')
			name, value, _ = strings.Cut(item, "=")
			name, value = strings.ToLower(strings.Trim(name, " \t")), strings.Trim(value, " \t")
			if name != "" && !strings.ContainsFunc(name, isNoToken) {
				list = append(list, preference{name, unquoted(value)})
			}
		}
	}
	return list
}

// cutUnquoted cuts a text at the first separator that is not inside of quotes.
func cutUnquoted(text string, separator byte) (before, after string) {
	inside := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			inside = !inside
		case c == '\\' && inside:
			i++
		case c == separator && !inside:
			return text[:i], text[i+1:]
		}
	}
	return text, ""
}

// unquoted returns the text of a quoted string (RFC 9110 §5.6.4); any other text as it is.
func unquoted(text string) string {
	if len(text) < 2 || text[0] != '"' || text[len(text)-1] != '"' {
		return text
	}
	out := make([]byte, 0, len(text))
	for i := 1; i < len(text)-1; i++ {
		if text[i] == '\\' && i+1 < len(text)-1 {
			i++
		}
		out = append(out, text[i])
	}
	return string(out)
}
