package openapi

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/agentmock/agentmock/internal/identifier"
)

// address is what a path says of an operation: which collection it is about, and which parameter
// names an item of it.
type address struct {
	prefix string // the path before the collection's name, without names of parameters: /shops/{}
	name   string // the collection's name as the path has it: items; of verb paths, what remains
	item   string // the parameter that names an item; "" for the collection
	verb   string // of a verb path: create
}

// key is the same for all paths that address a collection by the same name.
func (a address) key() string { return a.prefix + "/" + a.name }

var (
	formatSuffix = regexp.MustCompile(`\.(json|xml|yaml)$`)
	oneParameter = regexp.MustCompile(`^\{([^{}]+)\}$`)
	odataItem    = regexp.MustCompile(`^([^{}()]+)\('?\{([^{}]+)\}'?\)$`) // Orders('{id}')
	itemSegment  = regexp.MustCompile(`(/\{[^{}]*\}|\('?\{[^{}]*\}'?\))(\.[a-z]+)?/?$`)
	dotted       = regexp.MustCompile(`^([A-Za-z0-9_-]+)[.:]([A-Za-z]+)$`)
)

// segments splits a path, without a slash or the suffix of a format at its end.
func segments(path string) []string {
	return strings.Split(formatSuffix.ReplaceAllString(strings.Trim(path, "/"), ""), "/")
}

func parameterOf(segment string) string {
	if m := oneParameter.FindStringSubmatch(segment); m != nil {
		return m[1]
	}
	return ""
}

// prefixOf joins segments to the prefix of an address.
func prefixOf(segments []string) string {
	return pathParameter.ReplaceAllString("/"+strings.Join(segments, "/"), "{}")
}

// addressOf reads a path as that of a collection or of its items: /items, /items/{id}, and
// /items.json, /items/{id}.json, /Items('{id}'). It reports false for any other, such as one of two
// parameters at the end.
func addressOf(path string) (address, bool) {
	list := segments(path)
	end := len(list) - 1
	name, item := list[end], ""
	if m := odataItem.FindStringSubmatch(name); m != nil {
		name, item = m[1], m[2]
	} else if item = parameterOf(name); item != "" {
		if end--; end < 0 {
			return address{}, false
		}
		name = list[end]
	}
	if name == "" || strings.Contains(name, "{") {
		return address{}, false
	}
	return address{prefix: prefixOf(list[:end]), name: name, item: item}, true
}

// verbs are the words of verb paths, and what they mean.
var verbs = map[string]Action{
	"create": Create, "add": Create, "new": Create, "insert": Create,
	"get": Read, "read": Read, "fetch": Read, "retrieve": Read, "show": Read, "describe": Read,
	"list": List, "index": List,
	"update": Update, "edit": Update, "modify": Update, "patch": Update,
	"replace": Replace,
	"delete":  Delete, "remove": Delete, "destroy": Delete,
}

// verbAddress reads a path as one that has what it does in it: /create-agent, /get-agent/{id},
// /agents/create, /agents/{id}/update, /agents/update/{id}, /agents.list.
func verbAddress(path string) (address, bool) {
	list := segments(path)
	item := parameterOf(last(list))
	if item != "" {
		list = list[:len(list)-1]
	}
	end := len(list) - 1
	if end < 0 || strings.Contains(list[end], "{") {
		return address{}, false
	}
	if verbs[identifier.Bare(list[end])] == NoAction {
		verb, name := splitVerb(list[end])
		return address{prefixOf(list[:end]), name, item, verb}, verb != ""
	}
	a := address{item: item, verb: identifier.Bare(list[end])}
	if end > 0 && item == "" { // /agents/{id}/update
		if a.item = parameterOf(list[end-1]); a.item != "" {
			end--
		}
	}
	if end < 1 || strings.Contains(list[end-1], "{") {
		return address{}, false
	}
	a.prefix, a.name = prefixOf(list[:end-1]), list[end-1]
	return a, true
}

// splitVerb splits a segment such as create-agent, listAgents, agents.list or getAgentById into its
// verb and the rest; "" where it has no verb.
func splitVerb(segment string) (verb, name string) {
	if m := dotted.FindStringSubmatch(segment); m != nil && verbs[identifier.Bare(m[2])] != NoAction {
		return identifier.Bare(m[2]), m[1]
	}
	list := identifier.Words(segment)
	if n := len(list); n > 3 && list[n-2] == "by" {
		list = list[:n-2]
	}
	if len(list) < 2 || verbs[list[0]] == NoAction {
		return "", ""
	}
	return list[0], strings.Join(list[1:], "-")
}

// verbAction returns what a method does at a verb path: NoAction where the two do not go together.
func verbAction(op *Operation, a address) Action {
	action := verbs[a.verb]
	if action == Read && a.item == "" {
		action = List // get-agents
	}
	allowed := map[Action][]string{
		List: {http.MethodGet}, Read: {http.MethodGet}, Create: {http.MethodPost, http.MethodPut},
		Update: {http.MethodPatch, http.MethodPut, http.MethodPost}, Replace: {http.MethodPut, http.MethodPost},
		Delete: {http.MethodDelete, http.MethodPost},
	}[action]
	ofItem := action != List && action != Create
	switch {
	case !slices.Contains(allowed, op.Method) || ofItem != (a.item != ""):
		return NoAction
	case action == Update && op.Method == http.MethodPut && !op.hint.merge:
		return Replace
	}
	return action
}

// plainAction returns what a method does at the path of a collection or of an item: NoAction where
// the two alone do not tell.
func plainAction(op *Operation, a address) Action {
	switch {
	case op.hint.explicit:
		return op.hint.action
	case a.item == "" && op.Method == http.MethodGet:
		return List
	case a.item == "" && op.Method == http.MethodPost:
		return Create
	case a.item == "":
		return NoAction
	}
	switch op.Method {
	case http.MethodGet:
		return Read
	case http.MethodDelete:
		return Delete
	case http.MethodPatch:
		return Update
	case http.MethodPut:
		if op.hint.merge {
			return Update
		}
		return Replace
	}
	return NoAction
}
