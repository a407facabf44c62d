package ownership

import (
	"encoding/json"
	"math/big"
	"regexp"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// Text returns an identity as it stands in a path; "" for a value that cannot be one.
func Text(id any) string {
	switch id := id.(type) {
	case string:
		return id
	case json.Number:
		return string(id)
	}
	return ""
}

var leadingInteger = regexp.MustCompile(`^[+-]?[0-9]+`)

// Readings returns the identities that a target may take a value for, the exact one first: a
// lenient reader trims texts, cuts fractions off and takes true for 1 and null for 0. A list of
// several and an object have none.
func (s *identitySchema) Readings(value any) []string {
	var list []string
	switch value := value.(type) {
	case nil:
		list = []string{"0", "null"}
	case bool:
		list = []string{"0", "false"}
		if value {
			list = []string{"1", "true"}
		}
	case []any:
		if len(value) == 1 {
			return s.Readings(value[0])
		}
	case *jsonvalue.Object:
	default:
		exact := Text(value)
		trimmed := strings.TrimSpace(exact)
		list = []string{exact, trimmed}
		if integer := leadingInteger.FindString(trimmed); integer != "" && !s.texts() {
			n, _ := new(big.Int).SetString(integer, 10) // without a sign and zeros that say nothing
			list = append(list, n.String())
		}
	}
	var distinct []string
	for _, text := range list {
		if text != "" && !slices.Contains(distinct, text) {
			distinct = append(distinct, text)
		}
	}
	return distinct
}

// guessableLength is the length from which an identity is too long for a counter or a person's
// choice.
const guessableLength = 10

// guessable reports whether another item may well get the same identity.
func guessable(id string) bool { return len(id) < guessableLength }

// Replace puts an identity in the place of the one that a JSON text has at a pointer. It reports
// whether there was one. A text that is not JSON is searched for what looks like the member:
// requests that are meant to be refused are close to valid ones.
func Replace(body []byte, pointer string, id any) (replaced []byte, found bool) {
	if value, err := jsonvalue.Parse(body, jsonvalue.Limits{}); err == nil {
		if _, there := jsonvalue.Lookup(value, pointer); !there {
			return body, false
		}
		value, _ = jsonvalue.Put(value, pointer, id)
		return jsonvalue.Marshal(value), true
	}
	tokens := jsonvalue.Tokens(pointer)
	if len(tokens) == 0 {
		return body, false
	}
	member := regexp.MustCompile(`(["']` + regexp.QuoteMeta(tokens[len(tokens)-1]) +
		`["']\s*:\s*)("(?:[^"\\]|\\.)*"|'[^']*'|-?[0-9][0-9.eE+-]*)`)
	replaced = member.ReplaceAllFunc(body, func(match []byte) []byte {
		found = true
		parts := member.FindSubmatch(match)
		value := jsonvalue.Marshal(id)
		if parts[2][0] == '\'' {
			value = []byte("'" + Text(id) + "'")
		}
		return append(slices.Clone(parts[1]), value...)
	})
	return replaced, found
}

// Respell builds a wrong spelling of a whole number, such as "5" or 1.5, on another one, so that a
// reader who corrects it comes to an item of the run's own. It reports whether there is anything
// wrong in the spelling; where a number is expected, quotes are.
func Respell(value any, own string) (any, bool) {
	text := Text(value)
	integer := leadingInteger.FindString(text)
	if integer == "" || leadingInteger.FindString(own) != own {
		return value, false
	}
	if _, quoted := value.(string); quoted {
		return own + text[len(integer):], true
	}
	return json.Number(own + text[len(integer):]), text != integer && !strings.ContainsAny(text, "eE")
}
