package redact

import (
	"strings"
	"testing"
)

func TestIsStandIn(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"<string>", "<API Key>", "{{apiKey}}", "{{api_key}}", "${API_KEY}", "YOUR_API_KEY",
		"your-api-key-here", "undefined", "null", "demo-key", "[token]", "Bearer <token>", "x-api-key",
		"xxxx", "changeme",
		"APIKey"} {
		if !IsStandIn(text) {
			t.Errorf("%s is no stand-in", text)
		}
	}
	for _, text := range []string{"", "<>", "sk-live", "demo-key-1", "test1", "hunter", "correct horse battery staple",
		"AbCdEfGhIjKlMnOp", "key-of-the-tests", "CLEAR-key", "test\u00e9", "Zm9vYmFy",
		strings.Repeat("test-", 20)} {
		if IsStandIn(text) {
			t.Errorf("%s is a stand-in", text)
		}
	}
}
