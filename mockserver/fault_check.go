package mockserver

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/internal/nearest"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Bounds of the headers of a fault: their number, and the bytes of one.
const (
	maxFaultHeaders = 50
	maxFaultHeader  = 4 << 10
)

func faultError(field string, actual any, message string) *FaultError {
	v := openapi.Violation{Rule: ruleFault, In: "body", Actual: actual, Message: message}
	if field != "" {
		v.Pointer = jsonvalue.Join("", field)
	}
	return &FaultError{Violation: v}
}

// checkFault returns a *FaultError for a fault that no request can meet, or that would not be what it says.
func (a *api) checkFault(f Fault) *FaultError {
	for _, check := range []func(Fault) *FaultError{
		a.checkSelectors, checkKind, checkNumbers, a.checkStatus, a.checkMember, checkHeaders,
	} {
		if err := check(f); err != nil {
			return err
		}
	}
	return nil
}

// faultsAtStart returns the faults that a session begins with by the options.
func (a *api) faultsAtStart() ([]Fault, error) {
	list := faultsOf(a.options)
	if len(list) > MaxFaults {
		return nil, faultError("", len(list), fmt.Sprintf("%d faults are more than %d", len(list), MaxFaults))
	}
	for i, f := range list {
		if err := a.checkFault(f); err != nil {
			err.Index = i - (len(list) - len(a.options.Faults))
			return nil, err
		}
	}
	return list, nil
}

func (a *api) checkSelectors(f Fault) *FaultError {
	if f.Workspace != "" && a.scope == "" {
		return faultError("workspace", f.Workspace, fmt.Sprintf("workspace: %s does not keep workspaces apart",
			a.doc.Name))
	}
	if f.Operation == "" {
		return nil
	}
	op := a.doc.Operation(f.Operation)
	if op == nil {
		var ids []string
		for _, op := range a.doc.Operations {
			ids = append(ids, op.ID)
		}
		name := truncate(f.Operation, 200)
		if name == "*" {
			return faultError("operation", name, `operation: "*" is the id of none; without the member it is any`)
		}
		err := faultError("operation", name, fmt.Sprintf("operation: there is no %q; %s", name, likely(name, ids)))
		err.Violation.Suggestion = nearest.To(name, ids)
		return err
	}
	if f.Item != "" && op.ItemParameter == "" {
		return faultError("item", truncate(f.Item, 200), fmt.Sprintf("item: %s is about no single one", op.ID))
	}
	return nil
}

// likely says which of several words was meant, or which there are.
func likely(word string, words []string) string {
	const shown = 20
	if meant := nearest.To(word, words); meant != "" {
		return fmt.Sprintf("the nearest is %s", meant)
	}
	if len(words) == 0 {
		return "there is none"
	}
	more := ""
	if len(words) > shown {
		words, more = words[:shown], ", …"
	}
	return "there is " + strings.Join(words, ", ") + more
}

// kinds returns the names of the fields that say what kind a fault is.
func (f *Fault) kinds() []string {
	var list []string
	for _, kind := range []struct {
		name string
		set  bool
	}{
		{"status", f.Status != 0}, {"drop", f.Drop != ""}, {"body", f.Body != ""}, {"omit", f.Omit != ""},
		{"retype", f.Retype != ""}, {"rateLimit", f.RateLimit != (Rate{})},
	} {
		if kind.set {
			list = append(list, kind.name)
		}
	}
	return list
}

func (f *Fault) delaysAlone() bool { return len(f.kinds()) == 0 }

func checkKind(f Fault) *FaultError {
	switch kinds := f.kinds(); {
	case len(kinds) == 0 && f.Delay == (Delay{}):
		return faultError("", nil,
			"nothing goes wrong: one of status, drop, body, omit, retype, rateLimit or delay is needed")
	case len(kinds) > 1:
		return faultError(kinds[1], nil, fmt.Sprintf("%s: the fault has %s already, and one kind at most; add another "+
			"fault", kinds[1], kinds[0]))
	case f.Drop != "" && f.Drop != dropRequest && f.Drop != dropResponse:
		return faultError("drop", truncate(f.Drop, 200), fmt.Sprintf("drop: %q is not %s or %s", truncate(f.Drop, 200),
			dropRequest, dropResponse))
	case f.Body != "" && f.Body != bodyTruncated && f.Body != bodyMalformed:
		return faultError("body", truncate(f.Body, 200), fmt.Sprintf("body: %q is not %s or %s", truncate(f.Body, 200),
			bodyTruncated, bodyMalformed))
	case f.Example != "" && f.Status == 0:
		return faultError("example", truncate(f.Example, 200), "example: it is one of a status, which is missing")
	}
	return nil
}

func checkNumbers(f Fault) *FaultError {
	if f.Times < 0 {
		return faultError("times", f.Times, fmt.Sprintf("times: %d is not 1 or more", f.Times))
	}
	if err := f.Delay.check(); err != nil {
		return faultError("delay", f.Delay.String(), "delay: "+err.Error())
	}
	if f.RateLimit == (Rate{}) {
		return nil
	}
	if err := f.RateLimit.check(); err != nil {
		return faultError("rateLimit", f.RateLimit.String(), "rateLimit: "+err.Error())
	}
	return nil
}

// selected returns the operations that a fault selects.
func (a *api) selected(f Fault) []*openapi.Operation {
	if op := a.doc.Operation(f.Operation); op != nil {
		return []*openapi.Operation{op}
	}
	return a.doc.Operations
}

func (a *api) checkStatus(f Fault) *FaultError {
	if f.Status == 0 {
		return nil
	}
	operations := a.selected(f)
	var example error
	for _, op := range operations {
		if !answers(op, f.Status) {
			continue
		}
		if example = exampleError(op, f.Status, f.Example); example == nil {
			return nil
		}
	}
	if example != nil && len(operations) == 1 {
		return faultError("example", truncate(f.Example, 200), "example: "+example.Error())
	}
	if example != nil {
		return faultError("example", truncate(f.Example, 200), fmt.Sprintf("example: no operation has %q for a %d",
			truncate(f.Example, 200), f.Status))
	}
	message := fmt.Sprintf("status: %d is neither documented nor an error from 400 to 599", f.Status)
	if len(operations) == 1 {
		message += fmt.Sprintf("; %s has %s", operations[0].ID, documentedCodes(operations[0]))
	}
	return faultError("status", f.Status, message)
}

// answers reports whether an operation can be made to answer with a status: a documented one, or an error.
func answers(op *openapi.Operation, status int) bool {
	if status < 200 || status > 599 {
		return false
	}
	return status >= 400 || op.Response(status) != nil
}

// documentedCodes lists the statuses that an operation has in the document.
func documentedCodes(op *openapi.Operation) string {
	var list []string
	for _, r := range op.Responses {
		list = append(list, r.Status)
	}
	slices.Sort(list)
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}

// checkMember checks that the answers of the operation may have the member that is to be spoilt.
func (a *api) checkMember(f Fault) *FaultError {
	field, pointer := "omit", f.Omit
	if pointer == "" {
		field, pointer = "retype", f.Retype
	}
	if pointer == "" {
		return nil
	}
	if pointer != FirstRequired && !strings.HasPrefix(pointer, "/") {
		return faultError(field, truncate(pointer, 200), fmt.Sprintf("%s: %q is no JSON pointer such as /name, nor %s",
			field, truncate(pointer, 200), FirstRequired))
	}
	if f.Operation == "" {
		return nil
	}
	success := a.endpoints[a.doc.Operation(f.Operation)].success
	if success.schema == nil || success.write != nil {
		return faultError(field, pointer, fmt.Sprintf("%s: a successful answer of %s has no members", field,
			f.Operation))
	}
	if pointer == FirstRequired {
		return nil
	}
	schema := success.schema
	for token := range slices.Values(jsonvalue.Tokens(pointer)) {
		if schema == nil {
			break // anything
		}
		below := schema.At(jsonvalue.Join("", token))
		if below == nil && !schema.Covers(token) {
			err := faultError(field, truncate(pointer, 200), fmt.Sprintf("%s: the answers of %s have no %s; %s", field,
				f.Operation, truncate(pointer, 200), likely(token, memberNames(schema))))
			return err
		}
		schema = below
	}
	return nil
}

// memberNames returns the names of the members that a schema has.
func memberNames(s *openapi.Schema) []string {
	if s.IsList() {
		return []string{"0"}
	}
	names := map[string]bool{}
	for variant := range s.Variants() {
		for _, p := range variant.Named() {
			names[p.Name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// framing are the headers that say where a message ends, which net/http writes.
var framing = []string{"Connection", "Content-Length", "Keep-Alive", "Te", "Trailer", "Transfer-Encoding", "Upgrade"}

func checkHeaders(f Fault) *FaultError {
	if len(f.Headers) > maxFaultHeaders {
		return faultError("headers", len(f.Headers), fmt.Sprintf("headers: %d are more than %d", len(f.Headers),
			maxFaultHeaders))
	}
	for _, name := range slices.Sorted(maps.Keys(f.Headers)) {
		value := f.Headers[name]
		switch {
		case name == "" || strings.ContainsFunc(name, isNoToken):
			return faultError("headers", truncate(name, 200), fmt.Sprintf("headers: %q is no name of a header",
				truncate(name, 200)))
		case slices.Contains(framing, http.CanonicalHeaderKey(name)):
			return faultError("headers", name, fmt.Sprintf("headers: %s is set by the server; \"body\": %q breaks an "+
				"answer off", name, bodyTruncated))
		case http.CanonicalHeaderKey(name) == FaultHeader:
			return faultError("headers", name, "headers: "+name+" is set by the server: it names the fault")
		case len(value) > maxFaultHeader || strings.ContainsFunc(value, isControlCharacter):
			return faultError("headers", name, fmt.Sprintf(
				"headers: the value of %s is not one line of at most %d bytes", name, maxFaultHeader))
		}
	}
	return nil
}

func isControlCharacter(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }

// isNoToken reports whether a character cannot stand in a token (RFC 9110 §5.6.2).
func isNoToken(c rune) bool {
	return c <= ' ' || c >= 0x7f || strings.ContainsRune(`()<>@,;:\"/[]?={}`, c)
}
