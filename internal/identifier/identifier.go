// Package identifier takes the names of properties, parameters and paths apart.
package identifier

import (
	"strings"
	"unicode"
)

// Words splits an identifier into its words, in lower case: callId, call_id and Call-ID are [call
// id]. Anything but letters and digits separates words.
func Words(name string) []string {
	var list []string
	var word []rune
	end := func() {
		if len(word) > 0 {
			list = append(list, strings.ToLower(string(word)))
			word = word[:0]
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

// Bare returns a name without case and separators: callid for callId, call_id and Call-ID.
func Bare(name string) string { return strings.Join(Words(name), "") }

// irregular plurals that paths have, beside those that endings tell.
var irregular = map[string]string{
	"people": "person", "children": "child", "men": "man", "women": "woman", "indices": "index", "vertices": "vertex",
	"matrices": "matrix", "criteria": "criterion", "media": "medium", "mice": "mouse", "movies": "movie",
	"caches": "cache", "series": "series", "species": "species", "news": "news",
}

// Singular returns the singular of an English noun: of a plural that it knows, else the word.
func Singular(word string) string {
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
