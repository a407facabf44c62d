package contract

import (
	"testing"

	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// TestWithoutSecrets: secrets are taken out wherever they stand, in lists and alternatives, too.
func TestWithoutSecrets(t *testing.T) {
	t.Parallel()
	schema, err := openapi.CompileSchema("s", []byte(`
properties:
  keys:
    type: array
    prefixItems: [{properties: {key: {x-mock: secret}}}]
    items: {properties: {token: {x-mock: secret}}}
  login: {oneOf: [{type: string}, {properties: {password: {x-mock: secret}}}]}
  others: {additionalProperties: {properties: {pin: {x-mock: secret}}}}
`))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ in, want string }{
		{`{"keys":[{"key":"a","name":"b"},{"token":"c","key":"d"}]}`, `{"keys":[{"name":"b"},{"key":"d"}]}`},
		{`{"login":{"user":"u","password":"p"}}`, `{"login":{"user":"u"}}`},
		{`{"login":"text"}`, `{"login":"text"}`},
		{`{"others":{"x":{"pin":"1"}},"free":[1,{"pin":2}]}`, `{"others":{"x":{}},"free":[1,{"pin":2}]}`},
		{`[null]`, `[null]`},
	} {
		value, err := jsonvalue.Parse([]byte(tt.in), jsonvalue.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if got := string(jsonvalue.Marshal(withoutSecrets(value, schema))); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.in, got, tt.want)
		}
		if got := hasSecret(value, schema); got != (tt.in != tt.want) {
			t.Errorf("%s has a secret: %v", tt.in, got)
		}
	}
}
