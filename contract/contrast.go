package contract

import (
	"fmt"
	"unicode/utf8"
)

// longText is the number of characters from which on people do not see at once where texts differ.
const longText = 40

// contrast says where two texts begin to differ, as the end of a sentence: the character, counted from
// 1, what each has there, and their lengths. It is empty for short texts in ASCII, in which that is seen
// at once, and for values that are no texts.
func contrast(want, got any) string {
	w, isText := want.(string)
	g, both := got.(string)
	if !isText || !both || w == g || short(w) && short(g) {
		return ""
	}
	first, second := []rune(w), []rune(g)
	at := 0
	for at < len(first) && at < len(second) && first[at] == second[at] {
		at++
	}
	return fmt.Sprintf("; character %d was to be %s and is %s, of %d and %d", at+1, codePoint(first, at),
		codePoint(second, at), len(first), len(second))
}

func short(s string) bool { return len(s) < longText && utf8.RuneCountInString(s) == len(s) }

// codePoint names a character of a text: U+00E9 (é); a control character is named alone.
func codePoint(text []rune, at int) string {
	if at == len(text) {
		return "the end"
	}
	return fmt.Sprintf("%#U", text[at])
}
