package mutants

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
)

// secretPartDefects show the ElevenLabs key in part, or in a form that tells it.
func secretPartDefects() []Defect {
	var defects []Defect
	for _, d := range []struct {
		id, summary string
		form        func(key string) string
	}{
		{"key-shows-first-six", "masks the ElevenLabs key but for its first six characters",
			func(key string) string { return key[:min(6, len(key))] + "******" }},
		{"key-shows-last-six", "masks the ElevenLabs key but for its last six characters",
			func(key string) string { return "..." + key[max(0, len(key)-6):] }},
		{"key-masked-in-the-middle", "masks eight characters in the middle of the ElevenLabs key", maskedInTheMiddle},
		{"key-all-but-two", "shows the ElevenLabs key without its first and last character",
			func(key string) string { return key[min(1, len(key)):max(len(key)-1, min(1, len(key)))] }},
		{"key-as-md5", "shows the MD5 of the ElevenLabs key",
			func(key string) string {
				sum := md5.Sum([]byte(key))
				return hex.EncodeToString(sum[:])
			}},
		{"key-as-sha1", "shows the SHA-1 of the ElevenLabs key in Base64",
			func(key string) string {
				sum := sha1.Sum([]byte(key))
				return base64.StdEncoding.EncodeToString(sum[:])
			}},
		{"key-as-sha256", "shows the SHA-256 of the ElevenLabs key in capitals",
			func(key string) string {
				sum := sha256.Sum256([]byte(key))
				return strings.ToUpper(hex.EncodeToString(sum[:]))
			}},
		{"key-backwards", "shows the ElevenLabs key backwards",
			func(key string) string {
				runes := []rune(key)
				slices.Reverse(runes)
				return string(runes)
			}},
		{"key-in-base64-of-credentials", "shows the ElevenLabs key within a text in Base64",
			func(key string) string { return base64.StdEncoding.EncodeToString([]byte("xi-api-key:" + key + ";v1")) }},
		{"key-percent-encoded", "shows the ElevenLabs key with each character percent-encoded", percentEncoded},
	} {
		put := func(_ *call, agent map[string]any, key string) {
			if tts := ttsModelOf(agent); tts["provider"] == "11labs_byo" {
				tts["elevenLabsApiKey"] = d.form(key)
			}
		}
		defects = append(defects, Defect{ID: d.id, Summary: d.summary, UpdateOnly: true,
			Plant: revealKeys(put, create, read, update, list)})
	}
	return defects
}

func maskedInTheMiddle(key string) string {
	if len(key) < 20 {
		return "***"
	}
	return key[:len(key)/2-4] + "********" + key[len(key)/2+4:]
}

func percentEncoded(key string) string {
	var out strings.Builder
	for i := range len(key) {
		out.WriteString("%" + hex.EncodeToString([]byte{key[i]}))
	}
	return out.String()
}
