package mockserver

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	samples "github.com/agentmock/agentmock/internal/sample"
	"github.com/agentmock/agentmock/internal/sample/deal"
	"github.com/agentmock/agentmock/openapi"
	"github.com/agentmock/agentmock/openapi/jsonvalue"
)

// The values that a server provides: identities, times, tokens. Nothing is random: a value depends
// on the server's seed and on the number of values made before it in this state, so that the same
// requests to two servers give the same values.

// bytes returns 32 pseudo-random bytes.
func (b *builder) bytes(purpose string) [sha256.Size]byte {
	input := append(make([]byte, 0, 64), purpose...)
	input = binary.BigEndian.AppendUint64(input, b.api.options.Seed)
	return sha256.Sum256(binary.BigEndian.AppendUint64(input, b.txn.draw()))
}

// objectID returns 24 hexadecimal digits in the layout of a MongoDB ObjectId: seconds, machine,
// counter. Seconds and counter wrap, as MongoDB's do.
func (b *builder) objectID() string {
	input := append(make([]byte, 0, 16), "machine"...)
	machine := sha256.Sum256(binary.BigEndian.AppendUint64(input, b.api.options.Seed))
	id := binary.BigEndian.AppendUint32(make([]byte, 0, 16), uint32(b.now.Unix())) // wraps in 2106
	id = append(id, machine[:5]...)
	start := binary.BigEndian.Uint32(machine[5:9])
	counter := binary.BigEndian.AppendUint32(nil, start+uint32(b.txn.draw())) // wraps
	return hex.EncodeToString(append(id, counter[1:]...))
}

// uuid returns a UUID of version 4 (RFC 9562 §5.4).
func (b *builder) uuid() string {
	u := b.bytes("uuid")
	u[6], u[8] = u[6]&0x0f|0x40, u[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:16])
}

// tokenPrefix begins every token that stands for a secret.
const tokenPrefix = "enc_"

var tokenForm = regexp.MustCompile(`^` + tokenPrefix + `[A-Za-z0-9_-]{12,}$`)

// token returns a text that stands for a secret. It reveals nothing: no part of the secret goes
// into it.
func (b *builder) token() string {
	random := b.bytes("token")
	return string(base64.RawURLEncoding.AppendEncode(append(make([]byte, 0, 64), tokenPrefix...), random[:24]))
}

// isToken reports whether a value has the form of a token, this server's or another's.
func isToken(v any) bool {
	s, ok := v.(string)
	return ok && tokenForm.MatchString(s)
}

const timeForm = "2006-01-02T15:04:05.000Z"

// updateTime returns the time of a change: now, or one millisecond after the previous change where
// the clock has not moved past it.
func (b *builder) updateTime(s *openapi.Schema, previous any) any {
	now := b.now
	if text, ok := previous.(string); ok {
		if before, err := time.Parse(time.RFC3339Nano, text); err == nil && !now.After(before) {
			now = before.Truncate(time.Millisecond).Add(time.Millisecond)
		}
	}
	return samples.Moment(s, now)
}

// identity returns a new identity for the collection: the next number where the document wants
// numbers, else the first form that it allows of an object id, a UUID, its own example counted on and
// the next number, else a sample. A property that is called a UUID has one. It may be taken.
func (b *builder) identity(path string) any {
	next := b.txn.highestInteger(path) + 1
	forms := []func() any{
		func() any { return b.objectID() }, func() any { return b.uuid() },
		func() any { return b.counted(b.collection.Schema.Member(b.collection.Identity), next) },
	}
	name := strings.ToLower(b.collection.Identity)
	if strings.HasSuffix(name, "uuid") || strings.HasSuffix(name, "guid") {
		forms[0], forms[1] = forms[1], forms[0]
	}
	key := deal.NewKey(b.api.options.Seed).At(path).With(uint64(next))
	v, _ := b.collection.identities.Value(key, next, forms...)
	b.txn.noteInteger(path, max(next, integerIdentity(v)))
	return v
}

func wantsNumber(s *openapi.Schema) bool {
	return s != nil && !s.Allows("string") && (s.Allows("integer") || s.Allows("number"))
}

var trailingDigits = regexp.MustCompile(`[0-9]+$`)

// counted returns the schema's example with its trailing digits counted on: b-0007 after b-0006.
func (b *builder) counted(s *openapi.Schema, next int64) string {
	if s == nil {
		return ""
	}
	example, _ := b.api.examples.value(s, "").(string)
	digits := trailingDigits.FindString(example)
	if digits == "" {
		return example + strconv.FormatInt(next, 10)
	}
	first, _ := strconv.ParseInt(digits, 10, 32) // the greatest number for one that is longer
	return strings.TrimSuffix(example, digits) + fmt.Sprintf("%0*d", len(digits), first+next-1)
}

// identityText returns an identity as a path names it, and "" for a value that cannot be one.
func identityText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return string(v)
	}
	return ""
}

// integerIdentity returns the number that an identity is, and 0 for any other.
func integerIdentity(v any) int64 {
	text := identityText(v)
	if strings.Trim(text, "+-0123456789") != "" { // as most; an error has its price
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n > 1<<53 {
		return 0
	}
	return n
}

// pathValue returns the value of a path parameter as a property of an item holds it.
func pathValue(s *openapi.Schema, text string) any {
	if wantsNumber(s) {
		if v, err := jsonvalue.Parse([]byte(text), jsonvalue.Limits{}); err == nil && jsonvalue.TypeOf(v) == "number" {
			return v
		}
	}
	return text
}
