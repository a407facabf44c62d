package redact

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"
)

// inBase64 returns a value in Base64, wherever it begins in the text that was encoded: at a byte that
// begins a group of three, or one or two after it.
func inBase64(value string) []form {
	var list []form
	for skip := range min(3, len(value)) {
		rest := []byte(value[skip:])
		rest = rest[:len(rest)/3*3] // the characters after these depend on what follows
		if len(rest) < window/2 && skip > 0 {
			continue
		}
		list = append(list, form{text: base64.StdEncoding.EncodeToString(rest), how: "in Base64"},
			form{text: base64.URLEncoding.EncodeToString(rest), how: "in Base64"})
	}
	return list
}

// hashes returns the usual hashes of a value: whoever guesses the value finds out whether it is right.
func hashes(value string) []form {
	m5, s1 := md5.Sum([]byte(value)), sha1.Sum([]byte(value))
	s256, s512 := sha256.Sum256([]byte(value)), sha512.Sum512([]byte(value))
	var list []form
	for _, hash := range []struct {
		how string
		sum []byte
	}{{"as its MD5", m5[:]}, {"as its SHA-1", s1[:]}, {"as its SHA-256", s256[:]}, {"as its SHA-512", s512[:]}} {
		digits := hex.EncodeToString(hash.sum)
		for _, text := range []string{digits, strings.ToUpper(digits), base64.RawStdEncoding.EncodeToString(hash.sum),
			base64.RawURLEncoding.EncodeToString(hash.sum)} {
			list = append(list, form{text: text, how: hash.how})
		}
	}
	return list
}

// The lengths in bytes of the beginnings and ends of a value that give too much of it away. Masks leave
// four characters at most; longer parts than these are found wherever they stand.
const (
	shortestEnd = 6
	longestEnd  = window - 1
)

// ends returns the beginnings and ends of a long value, as a mask shows them. Those that need not be
// random are left out: keys of one kind begin alike.
func ends(value string) []form {
	if len(value) < 2*window {
		return nil
	}
	var list []form
	for n := longestEnd; n >= shortestEnd; n-- {
		if first := value[:n]; isRandom(first[:shortestEnd]) {
			list = append(list, form{text: first, how: "but for what follows its beginning", end: true})
		}
		if last := value[len(value)-n:]; isRandom(last[n-shortestEnd:]) {
			list = append(list, form{text: last, how: "but for what stands before its end", end: true})
		}
	}
	return list
}

// isRandom reports whether a part of a value looks random: it has letters and digits and nothing else.
func isRandom(part string) bool {
	letter, digit := false, false
	for _, r := range part {
		switch {
		case r >= '0' && r <= '9':
			digit = true
		case r < unicode.MaxASCII && unicode.IsLetter(r):
			letter = true
		default:
			return false
		}
	}
	return letter && digit
}

func percentEncoded(format, value string) string {
	var out strings.Builder
	for i := range len(value) {
		fmt.Fprintf(&out, format, value[i])
	}
	return out.String()
}
