// Package nearest suggests the word that was most likely meant.
package nearest

import (
	"strings"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// maxLength is the limit of words that are compared, in bytes; longer ones are no typing errors.
const maxLength = 200

// To returns the candidate nearest to a word, or "" where none is near enough to be a typing error:
// at most a third of its letters differ, or two letters are swapped, regardless of case and
// surrounding blanks. Of equally near candidates the first wins.
func To(word string, candidates []string) string {
	if len(word) > maxLength {
		return ""
	}
	plain := strings.ToLower(strings.TrimSpace(word))
	length := utf8.RuneCountInString(plain)
	best, distance := "", 1+max(len(plain)/3, 1)
	for _, candidate := range candidates {
		if len(candidate) > maxLength {
			continue
		}
		lower := strings.ToLower(candidate)
		if longer := utf8.RuneCountInString(lower) - length; max(longer, -longer) >= distance {
			continue // the distance is as much at least
		}
		d := levenshtein.ComputeDistance(plain, lower)
		if d == 2 && swapped(plain, lower) { // the commonest typing error counts as one
			d = 1
		}
		if d < distance {
			best, distance = candidate, d
		}
	}
	return best
}

// Distance returns the edit distance of two texts, of which it compares the first 200 bytes.
func Distance(a, b string) int {
	return levenshtein.ComputeDistance(a[:min(len(a), maxLength)], b[:min(len(b), maxLength)])
}

// swapped reports whether two texts differ in the order of two neighbouring bytes.
func swapped(a, b string) bool {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	return len(a) == len(b) && i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}
