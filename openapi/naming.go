package openapi

import (
	"slices"
	"strings"

	"github.com/agentmock/agentmock/internal/identifier"
)

// nounOf returns what a collection's name calls one of its items: phonenumber for phone-numbers.
func nounOf(name string) string {
	list := identifier.Words(name)
	if len(list) == 0 {
		return ""
	}
	last := len(list) - 1
	list[last] = identifier.Singular(list[last])
	return strings.Join(list, "")
}

// keyWords are the last words of names that identify something.
var keyWords = []string{"id", "uuid", "guid", "uid", "sid", "key", "slug", "name", "code", "number", "handle", "hash",
	"token", "username", "email", "arn", "urn", "ref", "reference", "identifier"}

// idWords are those of them that say no more than that, the most usual first.
var idWords = keyWords[:5]

// The ranks of names that may mean the same identity, the plainest first.
const (
	sameName  = iota + 1 // callId for {callId}
	sameWords            // call_id for {callId}
	sameNoun             // id for {callId} of calls, name for {collectionName}
	sameEnd              // slug for {orgSlug}, whatever the collection is called
	anyID                // uuid for {callId}
	anyway               // id and _id, for any parameter
	noIdentity
)

// identityRank tells how plainly a property names what a path parameter does, for items that are
// called by a noun. The parameter is "" where no path names an item.
func identityRank(property, parameter, noun string) int {
	p, q := identifier.Bare(property), identifier.Bare(parameter)
	end := last(identifier.Words(parameter))
	means := func(name string) string { // without the noun: id of callid; the noun alone is an id
		switch rest := strings.TrimPrefix(name, noun); {
		case noun == "" || rest == name:
			return name
		case rest == "":
			return "id"
		default:
			return rest
		}
	}
	isID := parameter == "" || slices.Contains(idWords, means(q)) || slices.Contains(idWords, end) || q == noun
	switch {
	case property == parameter:
		return sameName
	case p == q:
		return sameWords
	case p != noun && means(p) == means(q):
		return sameNoun
	case slices.Contains(keyWords, p) && p == end:
		return sameEnd
	case isID && slices.Contains(idWords, means(p)) && p != noun:
		return anyID
	case p == "id":
		return anyway
	}
	return noIdentity
}

// plainerID reports whether one of two names of rank anyID is the more usual.
func plainerID(name, than string) bool {
	place := func(name string) int {
		name = identifier.Bare(name)
		return slices.IndexFunc(idWords, func(word string) bool { return strings.HasSuffix(name, word) })
	}
	return place(name) < place(than)
}

// last returns the last item of a list; the zero value where it has none.
func last[T any](list []T) (item T) {
	if len(list) > 0 {
		item = list[len(list)-1]
	}
	return item
}
