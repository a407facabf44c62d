package main

import (
	"strings"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// body returns the body that creates agent i. Unless flags ask for them, it has nothing that would
// make a real target call somebody or keep a secret.
func (r *seedRun) body(i int) (*jsonvalue.Object, error) {
	raw, err := r.generator.CreateBody(i)
	if err != nil {
		return nil, err
	}
	value, err := jsonvalue.Parse(raw, jsonvalue.Limits{})
	if err != nil {
		return nil, err
	}
	o, ok := value.(*jsonvalue.Object)
	if !ok {
		return nil, usagef("agent %d is %s, not an object", i, jsonvalue.TypeOf(value))
	}
	t := &r.flags.target
	if !t.phoneNumbers {
		o.Delete("phoneNumberIds")
	}
	if !t.callbacks {
		callNobody(o)
	}
	if !t.keys {
		for _, name := range r.doc.SecretNames() {
			drop(o, name)
		}
	}
	if violations := r.resource.Create.Body.Preferred().Schema.Validate(o, openapi.RequestView); len(violations) > 0 {
		return nil, usagef("agent %d cannot be sent without phone numbers, keys or callbacks "+
			"(see --with-phone-numbers, --with-keys, --with-callbacks): %s", i, violations[0])
	}
	return o, nil
}

// callNobody turns callbacks off, including those that another document names in a similar way.
func callNobody(o *jsonvalue.Object) {
	for i := range o.Members {
		if m := &o.Members[i]; m.Value == true && strings.Contains(strings.ToLower(m.Name), "callback") {
			m.Value = false
		}
	}
	o.Delete("maxAttemptsForSmartCallback")
	o.Delete("gapBetweenEachAttemptForSmartCallback")
}

// drop deletes a member at any depth.
func drop(v any, name string) {
	switch v := v.(type) {
	case *jsonvalue.Object:
		v.Delete(name)
		for _, m := range v.Members {
			drop(m.Value, name)
		}
	case []any:
		for _, item := range v {
			drop(item, name)
		}
	}
}
