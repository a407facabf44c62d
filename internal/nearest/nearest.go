// Package nearest finds the word that somebody most likely meant.
package nearest

import (
	"strings"

	"github.com/agnivade/levenshtein"
)

// maxLength bounds the words that are compared; longer ones are no typing errors.
const maxLength = 200

// To returns the candidate nearest to word, or "" where none is near enough to be a typing error: a
// third of its letters, case and blanks around it not counted. Of equally near ones the first wins.
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

// Distance counts the letters to change, add or leave out between two texts; of longer ones than
// 200 bytes only so many count.
func Distance(a, b string) int {
	return levenshtein.ComputeDistance(a[:min(len(a), maxLength)], b[:min(len(b), maxLength)])
}
