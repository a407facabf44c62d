// Package nearest suggests the word that was most likely meant.
package nearest

import (
	"strings"

	"github.com/agnivade/levenshtein"
)

// maxLength is the limit of words that are compared, in bytes; longer ones are no typing errors.
const maxLength = 200

// To returns the candidate nearest to a word, or "" where none is near enough to be a typing error:
// at most a third of its letters differ, regardless of case and surrounding blanks. Of equally near
// candidates the first wins.
func To(word string, candidates []string) string {
	if len(word) > maxLength {
		return ""
	}
	plain := strings.ToLower(strings.TrimSpace(word))
	best, distance := "", 1+max(len(plain)/3, 1)
	for _, candidate := range candidates {
		if len(candidate) > maxLength {
			continue
		}
		if d := levenshtein.ComputeDistance(plain, strings.ToLower(candidate)); d < distance {
			best, distance = candidate, d
		}
	}
	return best
}

// Distance returns the edit distance of two texts, of which it compares the first 200 bytes.
func Distance(a, b string) int {
	return levenshtein.ComputeDistance(a[:min(len(a), maxLength)], b[:min(len(b), maxLength)])
}
