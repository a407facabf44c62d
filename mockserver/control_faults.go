package mockserver

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// faultActions are the actions of the control API that are about faults.
var faultActions = map[string]controlAction{
	"listFaults":  listFaults,
	"addFault":    addFault,
	"clearFaults": clearFaults,
	"removeFault": removeFault,
}

func listFaults(x *exchange) ([]byte, error) {
	list := []any{}
	for _, f := range x.session.Faults() {
		if x.asksFor(f) {
			list = append(list, f.object())
		}
	}
	return jsonvalue.Marshal(jsonvalue.ObjectOf("faults", list)), nil
}

// asksFor reports whether a call is about a fault, by the workspace in its query.
func (x *exchange) asksFor(f Fault) bool {
	workspace := x.request.Query.Get("workspace")
	return workspace == "" || workspace == f.Workspace
}

func clearFaults(x *exchange) ([]byte, error) {
	x.session.faults.remove(func(f *fault) bool { return x.asksFor(f.Fault) })
	return nil, nil
}

func removeFault(x *exchange) ([]byte, error) {
	if id := x.request.Path["id"]; !x.session.RemoveFault(id) {
		id = truncate(id, 200)
		return nil, refused{refuse(http.StatusNotFound, openapi.Violation{
			Rule: ruleFault, In: "path", Name: "id", Actual: id,
			Message: fmt.Sprintf("path id: there is no fault %q; %s", id, likely(id, x.faultIDs())),
		})}
	}
	return nil, nil
}

func addFault(x *exchange) ([]byte, error) {
	f, err := faultFrom(x.sent().item().value())
	if err == nil {
		f, err = x.session.AddFault(f)
	}
	if bad, ok := errors.AsType[*FaultError](err); ok { // there are no other errors
		return nil, refused{refuse(http.StatusBadRequest, bad.Violation)}
	}
	return jsonvalue.Marshal(f.object()), nil
}

func (x *exchange) faultIDs() []string {
	var ids []string
	for _, f := range x.session.Faults() {
		ids = append(ids, f.ID)
	}
	return ids
}

// faultFrom reads a fault, whose members have the types that control.yaml gives them.
func faultFrom(body *jsonvalue.Object) (f Fault, err error) {
	text := func(name string) string {
		v, _ := body.Get(name)
		s, _ := v.(string)
		return s
	}
	whole := func(name string) int {
		v, _ := body.Get(name)
		return int(wholeNumber(identityText(v))) // it has a maximum
	}
	f = Fault{
		Operation: text("operation"), Item: text("item"), Workspace: text("workspace"), Times: whole("times"),
		Status: whole("status"), Example: text("example"), Drop: text("drop"), Body: text("body"), Omit: text("omit"),
		Retype: text("retype"),
	}
	for name, read := range map[string]func([]byte) error{
		"delay": f.Delay.UnmarshalText, "rateLimit": f.RateLimit.UnmarshalText,
	} {
		if value, has := body.Get(name); has {
			if err := read([]byte(text(name))); err != nil {
				return f, faultError(name, value, name+": "+err.Error())
			}
		}
	}
	headers, _ := body.Get("headers")
	object, _ := headers.(*jsonvalue.Object)
	if object != nil && len(object.Members) > 0 {
		f.Headers = map[string]string{}
		for _, m := range object.Members {
			f.Headers[m.Name], _ = m.Value.(string)
		}
	}
	return f, nil
}

// object returns a fault as the control API shows it.
func (f *Fault) object() *jsonvalue.Object {
	out := jsonvalue.ObjectOf("id", f.ID)
	set := func(name, value string) {
		if value != "" {
			out.Set(name, value)
		}
	}
	set("operation", f.Operation)
	set("item", f.Item)
	set("workspace", f.Workspace)
	if f.Times > 0 {
		out.Set("times", f.Times)
		out.Set("left", f.Left)
	}
	out.Set("count", f.Count)
	if f.Status != 0 {
		out.Set("status", f.Status)
	}
	set("drop", f.Drop)
	set("body", f.Body)
	set("omit", f.Omit)
	set("retype", f.Retype)
	if f.RateLimit != (Rate{}) {
		set("rateLimit", f.RateLimit.String())
	}
	set("example", f.Example)
	if f.Delay != (Delay{}) {
		set("delay", f.Delay.String())
	}
	if len(f.Headers) > 0 {
		headers := &jsonvalue.Object{}
		for _, name := range slices.Sorted(maps.Keys(f.Headers)) {
			headers.Set(name, f.Headers[name])
		}
		out.Set("headers", headers)
	}
	return out
}
