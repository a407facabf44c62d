package mutants

import (
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
)

// secretFormDefects show the ElevenLabs key in a form that anybody can read, or where nobody looks.
func secretFormDefects() []Defect {
	show := func(form func(key string) any) func(*call, map[string]any, string) {
		return func(_ *call, agent map[string]any, key string) {
			if tts := ttsModelOf(agent); tts["provider"] == "11labs_byo" {
				agent["debug"] = map[string]any{"voiceKey": form(key)}
			}
		}
	}
	var defects []Defect
	for _, d := range []struct {
		id, summary string
		form        func(key string) any
	}{
		{"key-as-bytes", "shows the ElevenLabs key as a list of numbers, as buffers are written", asBytes},
		{"key-in-capitals", "shows the ElevenLabs key in capitals",
			func(key string) any { return strings.ToUpper(key) }},
		{"key-twice-in-base64", "shows the ElevenLabs key in Base64 of Base64", func(key string) any {
			return base64.StdEncoding.EncodeToString([]byte(base64.StdEncoding.EncodeToString([]byte(key))))
		}},
		{"key-in-base64-for-urls", "shows the ElevenLabs key in Base64 for URLs, without padding",
			func(key string) any { return base64.RawURLEncoding.EncodeToString([]byte(key)) }},
		{"key-in-hex", "shows the ElevenLabs key in hexadecimal digits with colons", func(key string) any {
			var parts []string
			for _, b := range []byte(key) {
				parts = append(parts, hex.EncodeToString([]byte{b}))
			}
			return strings.Join(parts, ":")
		}},
		{"key-grouped", "shows the ElevenLabs key in groups of four", func(key string) any {
			var parts []string
			for ; len(key) > 4; key = key[4:] {
				parts = append(parts, key[:4])
			}
			return strings.Join(append(parts, key), "-")
		}},
		{"key-as-sha512", "shows the SHA-512 of the ElevenLabs key", func(key string) any {
			sum := sha512.Sum512([]byte(key))
			return hex.EncodeToString(sum[:])
		}},
		{"key-in-halves", "shows the two halves of the ElevenLabs key", func(key string) any {
			return []any{key[:len(key)/2], key[len(key)/2:]}
		}},
		{"key-middle-shown", "masks three characters at either end of the ElevenLabs key", func(key string) any {
			return "***" + key[min(3, len(key)):max(len(key)-3, min(3, len(key)))] + "***"
		}},
		{"key-rotated", "shows the ElevenLabs key with its letters rotated by 13", func(key string) any {
			return strings.Map(rot13, key)
		}},
	} {
		defects = append(defects, Defect{ID: d.id, Summary: d.summary, UpdateOnly: true,
			Plant: revealKeys(show(d.form), create, read, update)})
	}
	return append(defects,
		Defect{ID: "key-in-cookie", Summary: "sets a cookie with the ElevenLabs key in Base64", UpdateOnly: true,
			Plant: stateless(func(c *call) *response {
				resp := c.forward()
				if key := clearKey(c.body()); key != "" {
					resp.header.Add("Set-Cookie", "voice="+base64.RawURLEncoding.EncodeToString([]byte(key)))
				}
				return resp
			})},
		Defect{ID: "key-clear-in-deletion",
			Summary: "responds to a deletion with the agent and its clear ElevenLabs key",
			Plant: stateful(func() func(*call) *response {
				keys := &keyMemory{}
				return func(c *call) *response {
					agent := c.deleting()
					resp := c.forward()
					keys.remember(c, resp)
					if key, ok := keys.lookup(c.id); ok && c.op == remove && resp.ok() && agent != nil {
						inTTSModel(c, agent, key)
						return jsonResponse(http.StatusOK, agent)
					}
					return resp
				}
			})},
	)
}

// deleting returns the agent that a call deletes, or nil.
func (c *call) deleting() map[string]any {
	if c.op != remove {
		return nil
	}
	return c.read(c.id).agent()
}

func asBytes(key string) any {
	numbers := []any{}
	for _, b := range []byte(key) {
		numbers = append(numbers, b)
	}
	return map[string]any{"type": "Buffer", "data": numbers}
}

func rot13(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z':
		return 'a' + (r-'a'+13)%26
	case r >= 'A' && r <= 'Z':
		return 'A' + (r-'A'+13)%26
	}
	return r
}
