package openapi

import (
	"slices"
	"strings"
	"unicode"
)

// words splits an identifier into its words, in lower case: callId, call_id and Call-ID are [call
// id]. Anything but letters and digits separates words.
func words(name string) []string {
	var list []string
	var word []rune
	end := func() {
		if len(word) > 0 {
			list = append(list, strings.ToLower(string(word)))
			word = nil
		}
	}
	runes := []rune(name)
	for i, r := range runes {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			end()
			continue
		}
		upper := unicode.IsUpper(r)
		if upper && i > 0 && !unicode.IsUpper(runes[i-1]) { // callId
			end()
		}
		if upper && i+1 < len(runes) && unicode.IsLower(runes[i+1]) && !(runes[i+1] == 's' && i+2 == len(runes)) {
			end() // SIDCode is [sid code], IDs [ids]
		}
		word = append(word, r)
	}
	end()
	return list
}

// bare returns a name without case and separators: callid for callId, call_id and Call-ID.
func bare(name string) string { return strings.Join(words(name), "") }

// irregular plurals that paths have, beside those that endings tell.
var irregular = map[string]string{
	"people": "person", "children": "child", "men": "man", "women": "woman", "indices": "index", "vertices": "vertex",
	"matrices": "matrix", "criteria": "criterion", "media": "medium", "mice": "mouse", "movies": "movie",
	"caches": "cache", "series": "series", "species": "species", "news": "news",
}

// singular returns the singular of an English noun: of a plural that it knows, else the word.
func singular(word string) string {
	if one, ok := irregular[word]; ok {
		return one
	}
	for _, ending := range []struct{ plural, singular string }{
		{"ies", "y"}, {"sses", "ss"}, {"xes", "x"}, {"ches", "ch"}, {"shes", "sh"}, {"uses", "us"}, {"ss", "ss"},
		{"us", "us"}, {"is", "is"}, {"s", ""},
	} {
		if stem, ok := strings.CutSuffix(word, ending.plural); ok && len(stem) > 1 {
			return stem + ending.singular
		}
	}
	return word
}

// nounOf returns what a collection's name calls one of its items: phonenumber for phone-numbers.
func nounOf(name string) string {
	list := words(name)
	if len(list) == 0 {
		return ""
	}
	last := len(list) - 1
	list[last] = singular(list[last])
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
	p, q := bare(property), bare(parameter)
	end := last(words(parameter))
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
		return slices.IndexFunc(idWords, func(word string) bool { return strings.HasSuffix(bare(name), word) })
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
